//! Opening the portal's sign-in page.

use std::process::{Command, Stdio};

use crate::error::Error;
use crate::out::{Out, aside};
use crate::text::page::Ink;

/// Who opens the sign-in page.
pub enum Browser {
    /// The person, who is shown the address.
    Person,
    /// A program and its arguments; the address becomes the last one.
    Program(Vec<String>),
    /// The demo's own visitor, who fills in the portal's forms and then follows its last redirect.
    #[cfg(feature = "demo")]
    Visitor(sandbox::driver::SignIn),
}

impl Browser {
    /// As `--browser` says: split at spaces, no shell.
    pub fn named(command: Option<&str>) -> Result<Self, Error> {
        let Some(command) = command else { return Ok(Self::Person) };
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(Error::Usage("--browser names no program".to_owned()));
        }
        Ok(Self::Program(words))
    }

    /// Has the page opened. Does not wait for what comes of it.
    pub async fn open(&self, address: &str, out: &Out) -> Result<(), Error> {
        match self {
            Self::Person if out.is_json() => {
                aside(ASK);
                aside(address);
                Ok(())
            }
            Self::Person => out.page(|page| {
                page.line(0, Ink::Plain, ASK);
                page.blank();
                page.verbatim(2, address);
            }),
            Self::Program(words) => start(words, address),
            #[cfg(feature = "demo")]
            Self::Visitor(visitor) => visit(visitor, address).await,
        }
    }
}

const ASK: &str = "Open this address in your browser and sign in. Wellkept waits for you here:";

fn start(words: &[String], address: &str) -> Result<(), Error> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
        .spawn()
        .map(drop)
        .map_err(|error| Error::System(format!("{program} could not be started: {error}")))
}

#[cfg(feature = "demo")]
async fn visit(visitor: &sandbox::driver::SignIn, address: &str) -> Result<(), Error> {
    let failed = |error: sandbox::Error| Error::System(format!("The demo's sign-in failed: {error}"));
    let redirect = visitor.run(address).await.map_err(failed)?;
    tokio::spawn(async move { sandbox::driver::request("GET", &redirect, &[], b"").await });
    Ok(())
}
