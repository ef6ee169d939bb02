//! Opening the portal's sign-in page.

use std::future::pending;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

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
    /// As `--browser` says: its words told apart as a shell does it, with quotes and backslashes, and no shell.
    pub fn named(command: Option<&str>) -> Result<Self, Error> {
        let Some(command) = command else { return Ok(Self::Person) };
        let words = shlex::split(command)
            .ok_or_else(|| Error::Usage("--browser has a quote or a backslash without its end".to_owned()))?;
        if words.first().is_none_or(String::is_empty) {
            return Err(Error::Usage("--browser names no program".to_owned()));
        }
        Ok(Self::Program(words))
    }

    /// Has the page opened. Does not wait for what comes of it.
    pub async fn open(&self, address: &str, out: &Out) -> Result<Opening, Error> {
        match self {
            Self::Person if out.is_json() => {
                aside(ASK);
                aside(address);
            }
            Self::Person => out.page(|page| {
                page.line(0, Ink::Plain, ASK);
                page.blank();
                page.verbatim(2, address);
            })?,
            Self::Program(words) => return start(words, address),
            #[cfg(feature = "demo")]
            Self::Visitor(visitor) => visit(visitor, address).await?,
        }
        Ok(Opening { program: None, since: Instant::now() })
    }
}

/// A page that is being opened.
pub struct Opening {
    program: Option<(String, Child)>,
    since: Instant,
}

impl Opening {
    /// Comes back only when the program ends with an error at once: then nobody has seen the page. A program that ends well
    /// may have handed the page on to one that runs already.
    pub async fn fails(&mut self) -> Error {
        if let Some((program, child)) = &mut self.program {
            let ended = child.wait().await;
            let program = program.clone();
            let early = self.since.elapsed() < AT_ONCE;
            self.program = None;
            match ended {
                Ok(status) if status.success() => {}
                ended if early => {
                    // What the browser brought back a moment ago counts for more.
                    sleep(GRACE).await;
                    return Error::System(failed(&program, ended.ok()));
                }
                _ => aside(&format!(
                    "{program} has ended. Wellkept still waits for you to sign in; Ctrl-C stops it."
                )),
            }
        }
        pending().await
    }
}

const ASK: &str = "Open this address in your browser and sign in. Wellkept waits for you here:";
/// A browser that ends with an error so soon has shown nothing.
const AT_ONCE: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_millis(300);

fn start(words: &[String], address: &str) -> Result<Opening, Error> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::Usage("--browser names no program".to_owned()));
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().map_err(|error| {
        Error::System(format!("{program} could not be started: {error}. Nothing was changed. {WITHOUT}"))
    })?;
    Ok(Opening { program: Some((program.clone(), child)), since: Instant::now() })
}

const WITHOUT: &str = "Without --browser, the address to open is shown.";

fn failed(program: &str, status: Option<ExitStatus>) -> String {
    let how = status.map(|status| format!(" ({status})")).unwrap_or_default();
    format!(
        "{program} ended at once with an error{how}, without anybody signing in. Nothing was changed. {WITHOUT}"
    )
}

#[cfg(feature = "demo")]
async fn visit(visitor: &sandbox::driver::SignIn, address: &str) -> Result<(), Error> {
    let failed = |error: sandbox::Error| Error::System(format!("The demo's sign-in failed: {error}"));
    let redirect = visitor.run(address).await.map_err(failed)?;
    tokio::spawn(async move { sandbox::driver::request("GET", &redirect, &[], b"").await });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &str) -> Vec<String> {
        match Browser::named(Some(command)).unwrap() {
            Browser::Program(words) => words,
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_words_of_a_browser_command_are_told_apart_as_in_a_shell_and_nothing_is_run() {
        assert_eq!(words("firefox --new-window"), ["firefox", "--new-window"]);
        assert_eq!(
            words(r#"'/Applications/A Browser' --profile "a b" c\ d"#),
            ["/Applications/A Browser", "--profile", "a b", "c d"]
        );
        assert_eq!(words("open $(date) `x` *; y"), ["open", "$(date)", "`x`", "*;", "y"]);
        for none in ["", "  ", "''", "firefox 'half"] {
            assert!(Browser::named(Some(none)).is_err(), "{none}");
        }
        assert!(matches!(Browser::named(None).unwrap(), Browser::Person));
    }
}
