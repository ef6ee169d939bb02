//! What a piece of work cost this process.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value};

use crate::Any;

/// Clock ticks of a second in `/proc` (`sysconf(_SC_CLK_TCK)` on Linux).
const TICKS: f64 = 100.0;

/// Named figures, as one line of JSON between the processes.
#[derive(Default)]
pub struct Costs(Map<String, Value>);

impl Costs {
    pub fn put(&mut self, name: &str, figure: f64) {
        self.0.insert(name.to_owned(), figure.into());
    }

    /// Prints them for the process that asked.
    pub fn print(self) {
        println!("{}", Value::Object(self.0));
    }
}

/// A moment, and the processor time of all threads and of this one until then.
pub struct Since {
    at: Instant,
    processor: f64,
    living: f64,
    own: f64,
}

impl Since {
    pub fn now() -> Result<Self, Any> {
        Ok(Self { at: Instant::now(), processor: processor()?, living: living()?, own: own()? })
    }

    /// Milliseconds by the wall.
    pub fn wall(&self) -> f64 {
        self.at.elapsed().as_secs_f64() * 1000.0
    }

    /// Milliseconds of processor time of this thread alone, to the microsecond.
    pub fn own(&self) -> Result<f64, Any> {
        Ok(own()? - self.own)
    }

    /// Milliseconds of processor time of the threads that this process has now, to the microsecond. What had ended threads is not in it.
    pub fn living(&self) -> Result<f64, Any> {
        Ok(living()? - self.living)
    }

    /// Milliseconds of processor time of this process, in steps of ten.
    pub fn processor(&self) -> Result<f64, Any> {
        Ok(processor()? - self.processor)
    }
}

fn own() -> Result<f64, Any> {
    ran(&fs::read_to_string("/proc/thread-self/schedstat")?)
}

fn living() -> Result<f64, Any> {
    let mut sum = 0.0;
    for thread in fs::read_dir("/proc/self/task")? {
        // One that has ended since it was listed is not there any more.
        if let Ok(stat) = fs::read_to_string(thread?.path().join("schedstat")) {
            sum += ran(&stat)?;
        }
    }
    Ok(sum)
}

fn ran(stat: &str) -> Result<f64, Any> {
    let nanoseconds: f64 = stat.split(' ').next().ok_or("schedstat")?.parse()?;
    Ok(nanoseconds / 1e6)
}

fn processor() -> Result<f64, Any> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in brackets; user and system time are the 14th and 15th.
    let after = stat.rsplit_once(')').ok_or("/proc/self/stat")?.1;
    let ticks: Vec<f64> =
        after.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() * 1000.0 / TICKS)
}

/// The most memory that this process has held at once, in MB.
pub fn peak_memory() -> Result<f64, Any> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("/proc/self/status")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0 / 1e6)
}

/// MB of all files in a folder whose names begin so.
pub fn on_disk(folder: &Path, begins: &str) -> Result<f64, Any> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(begins) && entry.metadata()?.is_file() {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes as f64 / 1e6)
}
