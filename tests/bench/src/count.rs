//! How many instructions the hot paths take, over input that never changes: a figure that neither another machine's speed nor
//! its load moves. valgrind counts; the figures that are kept stand in `counts.json`.

mod hot;
mod input;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;

use hot::PATHS;
pub use hot::run as hot;

use crate::Any;

/// Further from the kept figure than this is said.
const MOST: f64 = 0.10;
#[derive(Args)]
pub struct Plan {
    /// Keeps what is counted now.
    #[arg(long)]
    write: bool,
}

/// Counts, and compares with what is kept.
pub fn run(plan: &Plan) -> Result<(), Any> {
    let home = tempfile::tempdir()?;
    input::prepare(home.path())?;
    let counted = count(home.path())?;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.json");
    if plan.write {
        return Ok(fs::write(&kept, serde_json::to_string_pretty(&counted)? + "\n")?);
    }
    let held: BTreeMap<String, u64> = serde_json::from_slice(&fs::read(&kept)?)?;
    let mut wrong = Vec::new();
    for (name, now) in &counted {
        let before = *held.get(name).ok_or_else(|| format!("no figure is kept of: {name}"))?;
        let change = *now as f64 / before as f64 - 1.0;
        println!("{name}: {now} instructions, {:+.1} % from the {before} that are kept", change * 100.0);
        if change > MOST {
            wrong.push(format!("{name} takes more than it did"));
        } else if change < -MOST {
            wrong.push(format!("{name} takes less than it did: keep the new figure (bench count --write)"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ").into()) }
}

/// Runs the hot paths under valgrind, which leaves a file behind each of them with what was done since the last one.
fn count(home: &Path) -> Result<BTreeMap<String, u64>, Any> {
    let out = home.join("counts");
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]);
    for (path, _) in PATHS {
        command.arg(format!("--dump-after=bench::count::hot::paths::{path}"));
    }
    command.arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(std::env::current_exe()?).args(["hot", "--home"]).arg(home);
    let done = command.stdin(Stdio::null()).output().map_err(|error| format!("valgrind: {error}"))?;
    if !done.status.success() {
        return Err(format!("valgrind failed: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    let mut counted = BTreeMap::new();
    for (nth, (_, name)) in (1..).zip(PATHS) {
        let Some(name) = name else { continue };
        counted.insert((*name).to_owned(), total(&PathBuf::from(format!("{}.{nth}", out.display())))?);
    }
    Ok(counted)
}

fn total(file: &Path) -> Result<u64, Any> {
    let told = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let total =
        told.lines().find_map(|line| line.strip_prefix("totals: ")).ok_or("valgrind told no total")?;
    Ok(total.trim().parse()?)
}
