//! How long the calls take that a screen makes, inside Rust: beside the same calls from Kotlin (`Speed.kt`). Measured only where
//! `WELLKEPT_SPEED` names the folder of a record that `bench client ingest` made; see `tests/bench/README.md`.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measurement reads a clock and files, and speaks to its terminal"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use client::platform::files::FileKeychain;
use client::platform::http::ReqwestHttp;
use client::platform::keys::SoftwareKeys;
use client::platform::system::{SystemClock, SystemRandomBytes};
use client::views::Filter;
use client::{Client, Platform, Query, Unlock};

const TYPED: [&str; 6] = ["g", "gl", "glu", "gluc", "gluco", "glucose"];
const ROUNDS: usize = 20;
/// As often as from Kotlin, where a machine has to get going.
const WARM: usize = 30;

#[test]
fn the_calls_of_a_screen_inside_rust() {
    let Some(home) = std::env::var_os("WELLKEPT_SPEED").map(PathBuf::from) else { return };
    let kit = fs::read_to_string(home.join("kit")).unwrap();
    let platform = Platform {
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandomBytes::new()),
        http: Arc::new(ReqwestHttp::new().unwrap()),
        keychain: Arc::new(FileKeychain::new(home.join("keychain"))),
        keys: Arc::new(SoftwareKeys::new()),
    };
    let since = Instant::now();
    let client = Client::open(platform, &home.join("record.db"), &Unlock::Kit(&kit)).unwrap();
    let first = Filter { limit: Some(50), ..Filter::default() };
    client.view(&Query::Results(first.clone())).unwrap();
    println!("cold start to first data: {:.1} ms", ms(since));
    for _ in 0..WARM {
        client.view(&Query::Timeline(Filter::default())).unwrap();
        client.view(&Query::Results(first.clone())).unwrap();
        client.search("warm", 20).unwrap();
    }
    tell(
        "results again",
        (0..ROUNDS).map(|_| timed(|| client.view(&Query::Results(first.clone())).unwrap())),
    );
    let mut after = None;
    let windows = std::iter::from_fn(|| {
        let since = Instant::now();
        let screen =
            client.view(&Query::Timeline(Filter { after: after.take(), ..Filter::default() })).unwrap();
        after = screen.more;
        after.as_ref().map(|_| ms(since))
    });
    tell("a window of 200 of the timeline", windows.take(ROUNDS));
    for word in TYPED {
        tell(&format!("search {word}"), (0..ROUNDS).map(|_| timed(|| client.search(word, 20).unwrap())));
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let since = Instant::now();
    let made = work();
    let took = ms(since);
    drop(made);
    took
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The median, with the least and the most.
fn tell(what: &str, times: impl Iterator<Item = f64>) {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    let (least, most) = (times[0], times[times.len() - 1]);
    println!("{what}: {:.2} ms ({least:.2} to {most:.2})", times[times.len() / 2]);
}
