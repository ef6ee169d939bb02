//! A portal that runs in the test, and the built program that connects to it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::{Config, Fetching, Quirk, Running, Sandbox, demo_data, driver};

use crate::home::{Home, Said, said};

fn hospital(config: Config) -> Running {
    Sandbox::start(config).unwrap()
}

fn alesha() -> Config {
    demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
}

impl Home {
    /// `connect` with a browser command that only notes the address; then signs in as alice.
    pub fn connects(&self, portal: &Running, words: &[&str]) -> Said {
        let noted = self.path("address");
        let _ = std::fs::remove_file(&noted);
        self.file(
            "browser",
            &format!("#!/bin/sh\n[ \"$1\" = --new ] && echo \"$2\" > {}\n", noted.display()),
        );
        std::fs::set_permissions(self.path("browser"), std::fs::Permissions::from_mode(0o700)).unwrap();
        let browser = format!("{} --new", self.path("browser").display());
        let mut command = self.bare(&["--passphrase-file"]);
        command
            .arg(self.path("right"))
            .args(["connect", &portal.base_url(), "--browser", &browser])
            .args(words);
        let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let address = wait_for(&noted);
        tokio::runtime::Runtime::new().unwrap().block_on(visit(&address, portal));
        said(running.wait_with_output().unwrap())
    }
}

/// A browser that also asks for an icon, and first returns with a stranger's answer.
async fn visit(address: &str, portal: &Running) {
    let alice = &portal.users()[0];
    let redirect = driver::sign_in(address, &alice.name, &alice.password, None).await.unwrap();
    let origin = redirect.split("/callback").next().unwrap();
    let get = async |url: String| driver::request("GET", &url, &[], b"").await.unwrap();
    assert_eq!(get(format!("{origin}/favicon.ico")).await.status, 404);
    assert_eq!(get(format!("{origin}/callback?code=stolen&state=strange")).await.status, 200);
    let page = get(redirect.clone()).await;
    assert_eq!(page.status, 200);
    assert!(String::from_utf8_lossy(&page.body).contains("You can close this window"));
}

/// The address that the browser command noted.
pub fn wait_for(file: &std::path::Path) -> String {
    let began = Instant::now();
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => assert!(began.elapsed() < Duration::from_secs(60), "the browser was not started"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn alice_connects_through_her_browser_and_syncs_until_the_portal_ends_it() {
    let portal = hospital(Config { quirks: [Quirk::RefusedType("CarePlan".to_owned())].into(), ..alesha() });
    let home = Home::new();
    home.types(&["init", "--name", "Alesha"]);
    let connected = home.connects(&portal, &["--name", "Riverside"]);
    assert_eq!(connected.code, 0, "{}\n{}", connected.out, connected.err);
    assert!(
        connected.out.contains("Connected: Riverside\n") && connected.out.contains("check that this is you")
    );

    let before = home.types(&["allergies"]).out;
    assert!(before.contains("Riverside: never read to the end"), "{before}");
    let synced = home.types(&["sync"]);
    assert_eq!(synced.code, 0, "{}", synced.err);
    assert!(synced.out.contains("did not give CarePlan"), "{}", synced.out);
    assert!(
        synced.err.contains("asked for") && !synced.err.contains('\u{1b}'),
        "plain lines: {}",
        synced.err
    );
    let status = home.types(&["status"]).out;
    assert!(status.contains("read in full as of") && status.contains("did not give CarePlan"), "{status}");
    assert!(home.types(&["portals"]).out.contains("granted: "));

    portal.revoke_all();
    let ended = home.types(&["sync"]);
    assert_eq!(ended.code, 5, "{}", ended.out);
    assert!(ended.out.contains("asks you to sign in again"), "{}", ended.out);
    assert!(
        home.types(&["conditions"]).out.contains("asks you to sign in again"),
        "at the foot of every list"
    );

    assert_eq!(home.types(&["disconnect", "riverside"]).code, 0);
    assert!(home.types(&["portals"]).out.contains("connection ended"));
    assert!(home.types(&["conditions", "--limit", "2"]).out.contains("more are held"), "what it sent stays");
}

#[test]
fn h3_another_person_is_offered_a_record_of_their_own() {
    let (first, second) = (hospital(alesha()), hospital(demo_data::hospital()));
    let home = Home::new();
    home.types(&["init"]);
    assert_eq!(home.connects(&first, &[]).code, 0);
    for words in [&[] as &[&str], &["--same-person"]] {
        let refused = home.connects(&second, words);
        assert_eq!(refused.code, 5, "{}\n{}", refused.out, refused.err);
        assert!(
            refused.out.contains("another person") && refused.out.contains("--record NAME init"),
            "{}",
            refused.out
        );
    }
    assert_eq!(
        home.types(&["portals", "--json"]).out.matches("\"issuer\"").count(),
        1,
        "nothing was taken in"
    );
}

/// The real program, a real outage and the real clock: the result is there within a minute, and Ctrl-C ends it.
#[test]
fn a_watch_brings_what_came_within_a_minute_of_the_networks_return_and_ends_on_ctrl_c() {
    let home = Home::new();
    assert_eq!(home.types(&["init", "--name", "Alesha"]).code, 0);
    let portal = hospital(alesha());
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    portal.stop();
    let mut command = home.bare(&["--passphrase-file"]);
    command.arg(home.path("right")).args(["sync", "--watch"]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "Watching. Ctrl-C ends it.");
    let away = lines.next().unwrap();
    assert!(away.contains("Riverside: not reached"), "{away}");
    let lost = lines.next().unwrap();
    assert!(lost.ends_with("No portal can be reached: waiting for the network"), "{lost}");
    portal.start_again().unwrap();
    let back = Instant::now();
    assert!(lines.next().unwrap().ends_with("The network is back"));
    let came = lines.next().unwrap();
    assert!(came.contains(" new, ") && !came.contains(": 0 new"), "{came}");
    assert!(back.elapsed() < Duration::from_secs(60), "{:?}", back.elapsed());
    assert!(lines.next().unwrap().contains("Next sync about"));
    let interrupted = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_eq!(lines.next().unwrap(), "Ended. What is held can be read.");
    assert_eq!((running.wait().unwrap().code(), lines.next()), (Some(0), None));
    assert!(home.types(&["verify"]).code == 0 && home.types(&["results"]).out.contains("Riverside"));
}

#[test]
fn portals_that_are_down_end_a_sync_with_their_own_code_unless_another_was_read() {
    let home = Home::new();
    assert_eq!(home.types(&["init", "--name", "Alesha"]).code, 0);
    let portal = hospital(alesha());
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    portal.set_quirks([Quirk::from(Fetching::Down(502))]);
    let down = home.types(&["sync"]);
    assert_eq!(down.code, 4, "{}{}", down.out, down.err);
    assert!(down.out.contains("! gave nothing"), "{}", down.out);
    assert!(down.out.contains("the portal had an error: status 502"), "{}", down.out);
    let clinic = hospital(demo_data::hospital_of("Hillside", &[demo_data::ALESHA]));
    assert_eq!(home.connects(&clinic, &["--name", "Hillside"]).code, 0);
    let one = home.types(&["sync"]);
    assert_eq!(one.code, 0, "{}{}", one.out, one.err);
    let metered = home.types(&["sync", "--metered"]);
    assert_eq!(metered.code, 0, "{}", metered.err);
    assert_eq!(home.types(&["sync", "--metered", "--full"]).code, 2);
}
