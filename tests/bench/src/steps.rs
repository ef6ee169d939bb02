//! The steps of the client, each in a process of its own.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use client::views::{Filter, Line};
use client::{Client, Query, Reason};
use serde_json::Value;

use crate::Any;
use crate::cost::{Costs, Since, on_disk, peak_memory};
use crate::device::{self, Far};

/// How often what takes less than a millisecond is done.
const OFTEN: usize = 200;

/// What the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// A first sync.
    Ingest,
    /// One more sync.
    Sync,
    /// How many statements there are. Not measured.
    Count,
    /// Opening, to the first fifty results.
    Open,
    /// Everything, window after window.
    Page,
    /// A rare and a frequent word.
    Search,
    /// The bytes of entries as they came.
    Show,
    /// All that is derived made anew, while a screen is read.
    Rebuild,
    /// Every signature, chain and digest.
    Verify,
}

pub fn run(step: Step, home: &Path, portal: &str, rtt: u64, keep: Option<&Path>) -> Result<(), Any> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let http = Arc::new(Far::new(rtt, keep)?);
    let mut costs = Costs::default();
    match step {
        Step::Ingest => {
            let client = runtime.block_on(device::connected(home, http.clone(), portal))?;
            runtime.block_on(sync(&client, &http, &mut costs))?;
            costs.put("disk MB", on_disk(home, "record.db")?);
        }
        Step::Sync => {
            let client = device::open(home, http.clone())?;
            runtime.block_on(sync(&client, &http, &mut costs))?;
        }
        Step::Count => costs.put("statements", device::open(home, http)?.verify()?.statements as f64),
        Step::Open => open(home, http, &mut costs)?,
        Step::Page => page(&device::open(home, http)?, &mut costs)?,
        Step::Search => search(&device::open(home, http)?, home, &mut costs)?,
        Step::Show => show(&device::open(home, http)?, &mut costs)?,
        Step::Rebuild => rebuild(&Arc::new(device::open(home, http)?), &mut costs)?,
        Step::Verify => {
            let client = device::open(home, http)?;
            let since = Since::now()?;
            let verified = client.verify()?;
            costs.put("wall ms", since.wall());
            costs.put("CPU ms", since.processor()?);
            if !verified.sound {
                return Err(format!("not sound: {:?}", verified.problems).into());
            }
        }
    }
    costs.put("peak MB", peak_memory()?);
    costs.print();
    Ok(())
}

async fn sync(client: &Client, http: &Far, costs: &mut Costs) -> Result<(), Any> {
    let (requests, bytes) = http.counts();
    let since = Since::now()?;
    let report = client.sync(Reason::Asked { full: false }, |_| {}).await?;
    costs.put("wall ms", since.wall());
    costs.put("CPU ms", since.processor()?.max(since.living()?));
    let (requests_now, bytes_now) = http.counts();
    costs.put("requests", requests_now - requests);
    costs.put("answers MB", (bytes_now - bytes) / 1e6);
    costs.put("new", report.portals.iter().map(|portal| portal.new).sum::<u64>() as f64);
    costs.put("changed", report.portals.iter().map(|portal| portal.changed).sum::<u64>() as f64);
    match report.portals.iter().find_map(|portal| portal.trouble.clone()) {
        Some(trouble) => Err(trouble.into()),
        None => Ok(()),
    }
}

fn open(home: &Path, http: Arc<Far>, costs: &mut Costs) -> Result<(), Any> {
    let since = Since::now()?;
    let client = device::open(home, http)?;
    let screen = client.view(&Query::Results(Filter { limit: Some(50), ..Filter::default() }))?;
    costs.put("wall ms", since.wall());
    costs.put("CPU ms", since.own()?);
    costs.put("entries", screen.shown() as f64);
    Ok(())
}

fn page(client: &Client, costs: &mut Costs) -> Result<(), Any> {
    let since = Since::now()?;
    costs.put("entries", timeline(client, usize::MAX)?.len() as f64);
    costs.put("wall ms", since.wall());
    costs.put("CPU ms", since.processor()?);
    Ok(())
}

fn timeline(client: &Client, most: usize) -> Result<Vec<Line>, Any> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let screen = client.view(&Query::Timeline(Filter { after, ..Filter::default() }))?;
        after = screen.more.clone();
        lines.extend(screen.groups.into_iter().flat_map(|group| group.lines));
        if after.is_none() || lines.len() >= most {
            return Ok(lines);
        }
    }
}

/// The words that the floor chose.
fn search(client: &Client, home: &Path, costs: &mut Costs) -> Result<(), Any> {
    let words: Value = serde_json::from_slice(&fs::read(home.join("words.json"))?)?;
    for name in ["rare", "frequent"] {
        let word = words.get(name).and_then(Value::as_str).ok_or("no word")?;
        client.search(word, 20)?;
        let since = Since::now()?;
        for _ in 0..OFTEN {
            client.search(word, 20)?;
        }
        costs.put(&format!("{name} ms"), since.wall() / OFTEN as f64);
        costs.put(&format!("{name} CPU ms"), since.own()? / OFTEN as f64);
    }
    Ok(())
}

fn show(client: &Client, costs: &mut Costs) -> Result<(), Any> {
    let lines = timeline(client, 50 * OFTEN)?;
    let every = (lines.len() / OFTEN).max(1);
    let names: Vec<String> = lines
        .iter()
        .step_by(every)
        .map(|line| format!("{}|{}", line.issuer, line.reference.replacen('/', "|", 1)))
        .collect();
    let since = Since::now()?;
    for name in &names {
        client.raw(name)?;
    }
    costs.put("each ms", since.wall() / names.len() as f64);
    costs.put("each CPU ms", since.own()? / names.len() as f64);
    Ok(())
}

fn rebuild(client: &Arc<Client>, costs: &mut Costs) -> Result<(), Any> {
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (client, done) = (client.clone(), done.clone());
        thread::spawn(move || worst_read(&client, &done))
    };
    let since = Since::now()?;
    client.rebuild(|_| {})?;
    costs.put("wall ms", since.wall());
    costs.put("CPU ms", since.processor()?);
    done.store(true, Ordering::Relaxed);
    let (wall, own) = reader.join().map_err(|_| "the reader stopped")??;
    costs.put("worst screen ms", wall);
    costs.put("worst screen CPU ms", own);
    Ok(())
}

/// The slowest first screen of results while something else goes on, in milliseconds by the wall and of processor time.
fn worst_read(client: &Client, done: &AtomicBool) -> Result<(f64, f64), Any> {
    let mut worst = (0.0_f64, 0.0_f64);
    while !done.load(Ordering::Relaxed) {
        let since = Since::now()?;
        client.view(&Query::Results(Filter { limit: Some(50), ..Filter::default() }))?;
        worst = (worst.0.max(since.wall()), worst.1.max(since.own()?));
        thread::sleep(Duration::from_millis(20));
    }
    Ok(worst)
}
