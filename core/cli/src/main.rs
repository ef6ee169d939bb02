//! `wellkept`: the client in a terminal.
//!
//! It parses what was typed, asks the client, and draws what comes back. It decides nothing about the record.

mod args;
mod browser;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod error;
mod exit;
mod home;
mod loopback;
mod out;
mod progress;
mod safe;
mod stop;
mod text;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    client::platform::system::quiet_panics();
    match commands::run(args::Arguments::parse(), None) {
        Ok(exit) => exit.into(),
        Err(error::Error::Closed) => exit::Exit::Done.into(),
        Err(error) => {
            out::aside(&format!("wellkept: {error}"));
            if let Some(step) = error.next_step() {
                out::aside(step);
            }
            error.exit().into()
        }
    }
}
