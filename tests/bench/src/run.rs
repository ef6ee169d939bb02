//! The whole measurement: who is started when, and what is asked of them.

use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use clap::Args;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::Any;
use crate::table::{Table, machine};

#[derive(Args)]
pub struct Plan {
    /// How many entries the person has, once for each measurement.
    #[arg(long, value_delimiter = ',', default_value = "10000,50000")]
    entries: Vec<usize>,
    /// How long a request and its answer are under way, in milliseconds.
    #[arg(long, value_delimiter = ',', default_value = "0,50,150")]
    rtt: Vec<u64>,
    /// How often each step is measured; the median is told.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// How many entries change at the portal between two syncs.
    #[arg(long, default_value_t = 20)]
    changed: usize,
}

pub fn run(plan: &Plan) -> Result<(), Any> {
    println!("{}\n", machine()?);
    for entries in &plan.entries {
        let mut table = Table::default();
        measure(plan, *entries, &mut table)?;
        println!("## {entries} entries\n\n{table}");
    }
    println!("At the end: {}", machine()?);
    Ok(())
}

fn measure(plan: &Plan, entries: usize, table: &mut Table) -> Result<(), Any> {
    let mut portal = Portal::start(entries, plan.changed, plan.runs)?;
    let bench =
        Bench { portal: portal.base.clone(), answers: tempfile::tempdir()?, floor: tempfile::tempdir()? };
    bench.answers()?;
    bench.floor("prepare")?;
    let record = ingest(plan, &bench, table)?;
    fs::copy(bench.floor.path().join("words.json"), record.path().join("words.json"))?;
    for _ in 0..plan.runs {
        table.put("a sync with nothing new", bench.client("sync", record.path(), 0)?);
    }
    let name = format!("a sync with {} changed", plan.changed);
    for _ in 0..plan.runs {
        portal.change()?;
        table.put(&name, bench.client("sync", record.path(), 0)?);
    }
    for (step, name, has_floor) in STEPS {
        for _ in 0..plan.runs {
            table.put(name, bench.client(step, record.path(), 0)?);
            if *has_floor {
                table.floor(name, bench.floor(step)?);
            }
        }
    }
    Ok(())
}

const STEPS: &[(&str, &str, bool)] = &[
    ("open", "opening, to the first 50 results", true),
    ("page", "paging through all", true),
    ("search", "searching", true),
    ("show", "the bytes as they came", true),
    ("rebuild", "rebuilding all projections", false),
    ("verify", "verifying", false),
];

/// First syncs from every distance, each into a new record, beside the floor; the last record is given back.
fn ingest(plan: &Plan, bench: &Bench, table: &mut Table) -> Result<TempDir, Any> {
    let mut last = None;
    for rtt in &plan.rtt {
        let name = format!("a first sync, {rtt} ms away");
        for _ in 0..plan.runs {
            let home = tempfile::tempdir()?;
            table.put(&name, bench.client("ingest", home.path(), *rtt)?);
            bench.forget_floor()?;
            table.floor(&name, bench.floor("ingest")?);
            last = Some(home);
        }
    }
    let counted = tempfile::tempdir()?;
    let mut fsyncs = Map::new();
    fsyncs.insert("fsyncs".to_owned(), bench.fsyncs(counted.path())?.into());
    table.put("a first sync, counted", fsyncs);
    last.ok_or_else(|| "no first sync was asked for".into())
}

/// The programs at work for one number of entries.
struct Bench {
    portal: String,
    answers: TempDir,
    floor: TempDir,
}

impl Bench {
    /// One first sync whose answers are kept for the floor.
    fn answers(&self) -> Result<(), Any> {
        let home = tempfile::tempdir()?;
        let mut command = self.command("ingest", home.path(), 0)?;
        costs(command.arg("--keep").arg(self.answers.path())).map(|_| ())
    }

    fn client(&self, step: &str, home: &Path, rtt: u64) -> Result<Map<String, Value>, Any> {
        costs(&mut self.command(step, home, rtt)?)
    }

    fn command(&self, step: &str, home: &Path, rtt: u64) -> Result<Command, Any> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["client", step, "--portal", &self.portal, "--rtt", &rtt.to_string(), "--home"])
            .arg(home);
        Ok(command)
    }

    fn floor(&self, step: &str) -> Result<Map<String, Value>, Any> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["floor", step, "--home"])
            .arg(self.floor.path())
            .arg("--answers")
            .arg(self.answers.path());
        costs(&mut command)
    }

    fn forget_floor(&self) -> Result<(), Any> {
        for name in ["floor.db", "floor.db-wal", "floor.db-shm"] {
            let file: PathBuf = self.floor.path().join(name);
            if file.exists() {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// How often a first sync waits for the disk.
    fn fsyncs(&self, home: &Path) -> Result<u64, Any> {
        let seen = home.join("strace");
        let mut command = Command::new("strace");
        command.args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"]).arg(&seen);
        command
            .arg(std::env::current_exe()?)
            .args(["client", "ingest", "--portal", &self.portal, "--home"])
            .arg(home);
        costs(&mut command)?;
        let summary = fs::read_to_string(seen)?;
        let calls = summary.lines().filter(|line| line.ends_with("fsync") || line.ends_with("fdatasync"));
        Ok(calls.filter_map(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok()).sum())
    }
}

/// What a process says that it cost.
fn costs(command: &mut Command) -> Result<Map<String, Value>, Any> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

struct Portal {
    base: String,
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Portal {
    fn start(entries: usize, changed: usize, stages: usize) -> Result<Self, Any> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["portal", "--entries", &entries.to_string(), "--changed", &changed.to_string()]);
        command.args(["--stages", &stages.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().ok_or("no way to speak to the portal")?;
        let mut output = BufReader::new(process.stdout.take().ok_or("no way to hear the portal")?).lines();
        let base = output.next().ok_or("the portal did not start")??;
        Ok(Self { base, process, input, output })
    }

    fn change(&mut self) -> Result<(), Any> {
        writeln!(self.input, "change")?;
        self.output.next().ok_or("the portal has ended")??;
        Ok(())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _already_gone = self.process.kill();
        let _already_gone = self.process.wait();
    }
}
