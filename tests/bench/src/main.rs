//! How fast and how small: one command, a table as output. `tests/bench/README.md` says what each line means.
//!
//! The portal runs in one process, the client in another and the floor in a third; each step of the client is a process of
//! its own, so that its memory and its processor time are nobody else's.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program that measures reads clocks and files, and speaks to its terminal"
)]

mod cost;
mod count;
mod device;
mod floor;
mod other;
mod people;
mod run;
mod steps;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

type Any = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures everything and prints the table.
    Run(run::Plan),
    /// Counts the instructions of the hot paths and compares them with those that are kept in `counts.json`.
    Count(count::Plan),
    /// The hot paths, each once, for valgrind to count.
    #[command(hide = true)]
    Hot {
        #[arg(long)]
        home: PathBuf,
    },
    /// One portal with that many entries, until its input ends. A line of input brings the changed entries.
    #[command(hide = true)]
    Portal {
        #[arg(long)]
        entries: usize,
        #[arg(long)]
        changed: usize,
        /// How many times they change.
        #[arg(long)]
        stages: usize,
    },
    /// One step of the client; prints what it cost as one line of JSON.
    #[command(hide = true)]
    Client {
        step: steps::Step,
        #[arg(long)]
        home: PathBuf,
        /// The portal's base address.
        #[arg(long)]
        portal: String,
        /// The time a request and its answer are under way, in milliseconds.
        #[arg(long, default_value_t = 0)]
        rtt: u64,
        /// Where to keep every answer.
        #[arg(long)]
        keep: Option<PathBuf>,
    },
    /// One step of the floor; prints what it cost as one line of JSON.
    #[command(hide = true)]
    Floor {
        step: floor::Step,
        #[arg(long)]
        home: PathBuf,
        /// The folder with the answers that the client kept.
        #[arg(long)]
        answers: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(plan) => run::run(&plan),
        Command::Count(plan) => count::run(&plan),
        Command::Hot { home } => count::hot(&home),
        Command::Portal { entries, changed, stages } => people::serve(entries, changed, stages),
        Command::Client { step, home, portal, rtt, keep } => {
            // What the first step of the strict mode costs (core/docs/secrecy.md).
            if std::env::var_os("WELLKEPT_WIPE").is_some() && client::platform::system::wipe_memory().is_err()
            {
                return ExitCode::FAILURE;
            }
            steps::run(step, &home, &portal, rtt, keep.as_deref())
        }
        Command::Floor { step, home, answers } => floor::run(step, &home, &answers),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
