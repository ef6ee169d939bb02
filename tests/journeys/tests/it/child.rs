//! A second process that has the record open: this very test binary, run again with one test and a job.
//!
//! A job comes as one line of JSON on standard input. What the child says are lines that begin with [`MARK`]; all else is
//! the test runner's own talk.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use client::platform::Http;
use client::platform::files::FileKeychain;
use client::platform::http::{Patience, ReqwestHttp};
use client::platform::keys::SoftwareKeys;
use client::platform::system::SystemRandomBytes;
use client::views::Filter;
use client::{Client, Error, Platform, Query, Reason, Unlock};
use harness::{BEGINNING, Device, TestClock};
use serde_json::{Value, json};

/// What the child says begins with this.
pub const MARK: &str = "@@ ";
const SWITCH: &str = "WELLKEPT_CHILD";

/// What a child does with the record in a folder.
pub struct Job {
    /// `init`, `sync`, `guarded`, `notes`, `rebuild`, `rewrap`, `journey`, `traced`, `egress` or `locked`.
    pub name: &'static str,
    /// The folder of the record.
    pub home: PathBuf,
    /// The words of the kit, with which it opens at once.
    pub kit: String,
    /// More, as the job needs.
    pub more: Value,
}

impl Job {
    /// A job on the record of a device, which must be closed.
    pub fn on(device: &Device, name: &'static str, more: Value) -> Self {
        Self { name, home: device.home().to_path_buf(), kit: kit_words(device), more }
    }
}

/// The kit as one line.
pub fn kit_words(device: &Device) -> String {
    device.kit.words().unwrap().join(" ")
}

/// A child at work.
pub struct Working {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Working {
    /// Starts a child.
    pub fn start(job: &Job) -> Self {
        Self::under(&[], job)
    }

    /// Starts a child below another program, such as strace.
    pub fn under(program: &[OsString], job: &Job) -> Self {
        let mut words = program.to_vec();
        words.push(std::env::current_exe().unwrap().into_os_string());
        words.extend(["--exact", "child::a_second_process_does_its_job", "--nocapture"].map(OsString::from));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env(SWITCH, "1").env("TMPDIR", &job.home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", words[0]));
        let mut input = process.stdin.take().unwrap();
        let line = json!({ "name": job.name, "home": job.home, "kit": job.kit, "more": job.more });
        writeln!(input, "{line}").unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    /// The next thing that the child says; `None` when it has ended. A line that a kill cut off was not said.
    pub fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            let whole = line.strip_suffix('\n')?;
            if let Some(said) = whole.strip_prefix(MARK) {
                return Some(said.to_owned());
            }
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets a child go on that waits for it.
    pub fn go_on(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// Kills it with -9, and hears what it had said by then.
    pub fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let mut last = Vec::new();
        while let Some(said) = self.hear() {
            last.push(said);
        }
        self.process.wait().unwrap();
        last
    }

    /// Hears it to its end, which must be a good one.
    pub fn finish(mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(said) = self.hear() {
            all.push(said);
        }
        let status = self.process.wait().unwrap();
        assert!(status.success(), "the child ended with {status}");
        all
    }
}

/// Everything outside, with an HTTP of one's own.
pub fn platform(home: &Path, http: Arc<dyn Http>) -> Platform {
    Platform {
        clock: Arc::new(TestClock::new(BEGINNING)),
        random: Arc::new(SystemRandomBytes::new()),
        http,
        keychain: Arc::new(FileKeychain::new(home.join("keychain"))),
        keys: Arc::new(SoftwareKeys::new()),
    }
}

/// Opens a record by its kit.
pub fn open(home: &Path, kit: &str) -> Result<Client, Error> {
    let http = Arc::new(ReqwestHttp::new().unwrap());
    Client::open(platform(home, http), &home.join("record.db"), &Unlock::Kit(kit))
}

/// Everything that a record holds, by `Type/id`, with its exact bytes.
pub fn contents(client: &Client) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    references(client)?.into_iter().map(|name| Ok((name.clone(), client.raw(&name)?))).collect()
}

/// `Type/id` of everything that a record holds.
pub fn references(client: &Client) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for list in [Query::Timeline, Query::Other] {
        let mut after = None;
        loop {
            let screen = client.view(&list(Filter { after, ..Filter::default() }))?;
            found.extend(screen.groups.into_iter().flat_map(|group| group.lines).map(|line| line.reference));
            after = screen.more;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

/// Says something, in one write.
pub fn say(text: &str) {
    std::io::stdout().lock().write_all(format!("\n{MARK}{text}\n").as_bytes()).unwrap();
}

/// Waits until the parent lets it go on.
pub fn wait() {
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
}

/// HTTP that takes its time.
pub struct Slow {
    inner: ReqwestHttp,
    pause: Duration,
}

#[async_trait]
impl Http for Slow {
    async fn send(&self, request: portal::Request) -> Result<portal::Response, portal::Failure> {
        tokio::time::sleep(self.pause).await;
        self.inner.send(request).await
    }
}

/// The other side: does nothing unless a parent says so.
#[test]
fn a_second_process_does_its_job() {
    if std::env::var_os(SWITCH).is_none() {
        return;
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
    let job: Value = serde_json::from_str(&line).unwrap();
    let (home, kit) = (PathBuf::from(job["home"].as_str().unwrap()), job["kit"].as_str().unwrap());
    let more = &job["more"];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match job["name"].as_str().unwrap() {
        "sync" => runtime.block_on(sync(&home, kit, more)),
        "guarded" => runtime.block_on(guarded(&home, kit, more)),
        "notes" => notes(&open(&home, kit).unwrap(), more["count"].as_u64().unwrap()),
        "rebuild" => rebuild(&open(&home, kit).unwrap()),
        "init" => init(&home),
        "rewrap" => rewrap(&home, kit, more["from"].as_u64().unwrap()),
        "journey" => runtime.block_on(crate::canary::journey(&home, more)),
        "traced" => runtime.block_on(crate::logs::traced(&home, more)),
        "egress" => runtime.block_on(crate::egress::journey(&home, more)),
        "locked" => runtime.block_on(crate::memory::locked(&home, more)),
        other => panic!("no job {other}"),
    }
    say("done");
}

fn init(home: &Path) {
    let platform = platform(home, Arc::new(ReqwestHttp::new().unwrap()));
    say("begun");
    let (_, kit) = Client::init(platform, &home.join("record.db"), "alice", harness::PASSPHRASE).unwrap();
    say(&format!("kit {}", kit.words().unwrap().join(" ")));
}

/// Syncs, and after each step says what of it is held since the step before.
async fn sync(home: &Path, kit: &str, more: &Value) {
    let pause = Duration::from_millis(more["pause"].as_u64().unwrap());
    let http = Slow { inner: ReqwestHttp::new().unwrap(), pause };
    let platform = platform(home, Arc::new(http));
    let client = Client::open(platform, &home.join("record.db"), &Unlock::Kit(kit)).unwrap();
    let told = std::cell::RefCell::new(references(&client).unwrap());
    say("open");
    let tell = |progress: client::Progress| {
        if progress.files_total > 0 {
            say(&format!("files {}", progress.files_done));
        }
        let held = references(&client).unwrap();
        let fresh: Vec<_> = held.difference(&told.borrow()).cloned().collect();
        if !fresh.is_empty() {
            say(&format!("held {}", fresh.join(" ")));
            told.borrow_mut().extend(fresh);
        }
    };
    let report = client.sync(Reason::Asked { full: false }, tell).await.unwrap();
    tell_trouble(&report);
}

/// Syncs with little patience, and says what came of it, how long it took, and how much memory the process needed at most.
async fn guarded(home: &Path, kit: &str, more: &Value) {
    let patience = Patience {
        answer: Duration::from_secs(10),
        pause: Duration::from_millis(1_500),
        ..Patience::default()
    };
    let platform = platform(home, Arc::new(ReqwestHttp::with(patience).unwrap()));
    let client = Client::open(platform, &home.join("record.db"), &Unlock::Kit(kit)).unwrap();
    let (began, full) = (std::time::Instant::now(), more["full"].as_bool().unwrap());
    let report = client.sync(Reason::Asked { full }, |_| {}).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    say(&json!({ "report": report, "seconds": seconds, "memory": most_memory() }).to_string());
}

/// The most memory that this process ever had in RAM, in MB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}

fn tell_trouble(report: &client::SyncReport) {
    for portal in &report.portals {
        assert!(!portal.sign_in_again && !portal.offline, "{portal:?}");
    }
}

fn notes(client: &Client, count: u64) {
    say("open");
    for number in 0..count {
        let text = format!("note {number} of {}", std::process::id());
        let id = client.write_note(&text, None).unwrap();
        say(&format!("{id} {text}"));
    }
}

/// Sets one passphrase after the other.
fn rewrap(home: &Path, kit: &str, from: u64) {
    let platform = platform(home, Arc::new(ReqwestHttp::new().unwrap()));
    for number in from + 1.. {
        Client::set_passphrase(&platform, &Unlock::Kit(kit), &passphrase(number)).unwrap();
        say(&format!("set {number}"));
    }
}

/// The passphrase of this number; the first is the one that the record was made with.
pub fn passphrase(number: u64) -> String {
    if number == 0 { harness::PASSPHRASE.to_owned() } else { format!("the passphrase of number {number}") }
}

fn rebuild(client: &Client) {
    say("open");
    client.rebuild(|left| say(&format!("left {left}"))).unwrap();
}
