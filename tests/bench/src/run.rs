//! The whole measurement: who is started when, and what is asked of them.

use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use clap::Args;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::Any;
use crate::other::{Other, STEPS as OTHER_STEPS, SYSTEMS};
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
    /// Also measure other systems with the same answers; needs Node 20 and its package registry.
    #[arg(long)]
    others: bool,
}

pub fn run(plan: &Plan) -> Result<(), Any> {
    println!("{}\n", machine()?);
    for entries in &plan.entries {
        println!("## {entries} entries\n");
        let mut table = Table::of("client");
        let measured = measure(plan, *entries, &mut table);
        // Also what was measured before something failed.
        println!("{table}");
        println!("{}", measured?);
    }
    println!("At the end: {}", machine()?);
    Ok(())
}

/// Fills the table. Gives what other systems lack.
fn measure(plan: &Plan, entries: usize, table: &mut Table) -> Result<String, Any> {
    let mut portal = Portal::start(entries, plan.changed, plan.runs)?;
    let bench =
        Bench { portal: portal.base.clone(), answers: tempfile::tempdir()?, floor: tempfile::tempdir()? };
    bench.answers()?;
    bench.floor("prepare")?;
    let record = ingest(plan, &bench, table)?;
    fs::copy(bench.floor.path().join("words.json"), record.path().join("words.json"))?;
    let nothing = "a sync with nothing new";
    let mut held = bench.statements(record.path())?;
    for _ in 0..plan.runs {
        table.put(nothing, bench.client("sync", record.path(), 0)?);
    }
    bench.count_statements(record.path(), &mut held, plan.runs, nothing, table)?;
    let changed = format!("a sync with {} changed", plan.changed);
    for _ in 0..plan.runs {
        portal.change()?;
        table.put(&changed, bench.client("sync", record.path(), 0)?);
    }
    bench.count_statements(record.path(), &mut held, plan.runs, &changed, table)?;
    for (step, name, has_floor) in STEPS {
        for _ in 0..plan.runs {
            let costs = bench.client(step, record.path(), 0)?;
            if *step == "search" {
                table.put(TOLD, costs.clone());
                table.floor(TOLD, bench.floor("told")?);
            }
            table.put(name, costs);
            if *has_floor {
                table.floor(name, bench.floor(step)?);
            }
        }
    }
    if plan.others { others(plan, &bench, table) } else { Ok(String::new()) }
}

/// Other systems with the same answers, beside the same floor. Gives what they lack.
fn others(plan: &Plan, bench: &Bench, table: &mut Table) -> Result<String, Any> {
    let other = match Other::prepare()? {
        Ok(other) => other,
        Err(why) => return Ok(format!("Other systems are left out: {why}.\n")),
    };
    let mut lack = String::new();
    for (system, name, lacks) in SYSTEMS {
        lack.push_str(&format!("{name}: {lacks}\n\n"));
        for _ in 0..plan.runs {
            let home = tempfile::tempdir()?;
            bench.forget_floor()?;
            for (step, does) in OTHER_STEPS {
                let row = format!("{name}: {does}");
                let floor = bench.floor(step)?;
                table.put(
                    &row,
                    other.step(system, step, home.path(), bench.floor.path(), bench.answers.path())?,
                );
                table.floor(&row, floor);
            }
        }
    }
    Ok(lack)
}

/// The same searches beside a text index that holds its texts and gives titles and snippets itself.
const TOLD: &str = "searching, beside titles and snippets of FTS5";
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
            let mut costs = bench.client("ingest", home.path(), *rtt)?;
            if *rtt > 0 {
                way(&mut costs, *rtt, &name, table);
            }
            table.put(&name, costs);
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

/// The least that the distance alone would cost: four requests under way at once, and nothing to do in between.
fn way(costs: &mut Map<String, Value>, rtt: u64, step: &str, table: &mut Table) {
    const ON_THE_WAY: &str = "wall ms, beside the way alone";
    let figure = |name| costs.get(name).and_then(Value::as_f64).unwrap_or_default();
    let (wall, requests) = (figure("wall ms"), figure("requests"));
    let least = requests * rtt as f64 / 4.0;
    costs.insert(ON_THE_WAY.to_owned(), wall.into());
    table.floor(step, Map::from_iter([(ON_THE_WAY.to_owned(), least.into())]));
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

    fn statements(&self, home: &Path) -> Result<f64, Any> {
        let counted = self.client("count", home, 0)?;
        Ok(counted.get("statements").and_then(Value::as_f64).ok_or("no statements were counted")?)
    }

    /// How many statements each of these runs has added. Counting reads the whole record, so it is done once for all of them.
    fn count_statements(
        &self,
        home: &Path,
        held: &mut f64,
        runs: usize,
        step: &str,
        table: &mut Table,
    ) -> Result<(), Any> {
        let now = self.statements(home)?;
        let each = (now - *held) / runs as f64;
        *held = now;
        table.put(step, Map::from_iter([("statements".to_owned(), each.into())]));
        Ok(())
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
pub fn costs(command: &mut Command) -> Result<Map<String, Value>, Any> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", output.status).into());
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
