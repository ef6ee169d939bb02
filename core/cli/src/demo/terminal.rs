//! The demo's own hands: they type commands into a new home.
#![allow(clippy::disallowed_methods, reason = "the demo makes a home of its own and measures its steps")]

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Parser, ValueEnum};

use crate::args::{Arguments, Global};
use crate::browser::Browser;
use crate::commands;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::cannot;
use crate::out::Out;
use crate::text::page::Ink;

const PASSPHRASE: &str = "a passphrase for the demo only\n";

/// Types commands, shows them, and says how long they took.
pub struct Terminal<'a> {
    global: &'a Global,
    out: &'a Out,
    home: PathBuf,
    started: Instant,
    steps: Cell<u32>,
}

impl<'a> Terminal<'a> {
    /// A new home in the folder for temporary files, for this user alone.
    pub fn new(global: &'a Global, out: &'a Out) -> Result<Self, Error> {
        let home = new_home()?;
        let terminal = Self { global, out, home, started: Instant::now(), steps: Cell::new(0) };
        write_private(&terminal.passphrase_file(), PASSPHRASE)?;
        out.page(|page| {
            page.line(0, Ink::Strong, "Wellkept: the demo. Nobody in it is real.");
            page.line(
                0,
                Ink::Plain,
                "Its record is made in a new folder, with its passphrase in a file beside it:",
            );
            page.verbatim(2, &terminal.home.display().to_string());
        })?;
        Ok(terminal)
    }

    /// The folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Since the beginning.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// One step of the story, under a sentence that says what it shows, and over the time that it took.
    pub fn step<T>(&self, sentence: &str, act: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let number = self.steps.get() + 1;
        self.steps.set(number);
        self.out.page(|page| {
            page.blank();
            page.line(0, Ink::Strong, &format!("=== {number}. {sentence}"));
        })?;
        let began = Instant::now();
        let given = act()?;
        let took = began.elapsed().as_secs_f64();
        self.out.page(|page| page.line(0, Ink::Faint, &format!("=== {number} took {took:.2} s")))?;
        Ok(given)
    }

    /// A line of the story.
    pub fn says(&self, line: &str) -> Result<(), Error> {
        self.out.page(|page| page.line(2, Ink::Plain, line))
    }

    /// Types a command, which must end in this way.
    pub fn types(&self, words: &[&str], ends: Exit) -> Result<(), Error> {
        self.run(words, None, ends)
    }

    /// Connects a portal; the visitor signs in.
    pub fn connects(&self, address: &str, name: &str, visitor: Browser) -> Result<(), Error> {
        self.run(&["connect", address, "--name", name], Some(visitor), Exit::Done)
    }

    /// How a person types it.
    pub fn full(&self, words: &str) -> String {
        let program = std::env::args().next().unwrap_or_else(|| "wellkept".to_owned());
        format!("{program} --passphrase-file {} {words}", self.passphrase_file().display())
    }

    fn run(&self, words: &[&str], visitor: Option<Browser>, ends: Exit) -> Result<(), Error> {
        let shown: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.out.page(|page| {
            page.blank();
            page.line(0, Ink::New, &format!("$ wellkept {}", shown.join(" ")));
        })?;
        let arguments = Arguments::try_parse_from(self.line(words));
        let arguments = arguments.map_err(|error| Error::Usage(error.to_string()))?;
        let ended = match commands::run(arguments, visitor) {
            Ok(exit) => exit,
            Err(error) if error.exit() == ends && !matches!(error, Error::Closed) => {
                self.says(&error.to_string())?;
                ends
            }
            Err(error) => return Err(error),
        };
        if ended != ends {
            return Err(Error::System(format!(
                "The demo ended `{}` with {ended:?}, not {ends:?}",
                words.join(" ")
            )));
        }
        if ended != Exit::Done {
            self.says(&format!("(exit code {})", ended as u8))?;
        }
        Ok(())
    }

    fn line(&self, words: &[&str]) -> Vec<OsString> {
        let colour = self
            .global
            .color
            .to_possible_value()
            .map_or("auto".to_owned(), |value| value.get_name().to_owned());
        let mut line: Vec<OsString> = vec!["wellkept".into(), "--home".into(), self.home.clone().into()];
        line.extend([
            "--passphrase-file".into(),
            self.passphrase_file().into(),
            "--color".into(),
            colour.into(),
        ]);
        line.extend(words.iter().map(OsString::from));
        line
    }

    fn passphrase_file(&self) -> PathBuf {
        self.home.join("passphrase")
    }
}

fn quoted(word: &str) -> String {
    if word.contains(' ') { format!("\"{word}\"") } else { word.to_owned() }
}

fn new_home() -> Result<PathBuf, Error> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    let mut number = std::process::id();
    loop {
        let home = std::env::temp_dir().join(format!("wellkept-demo-{number}"));
        match builder.create(&home) {
            Ok(()) => return Ok(home),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number = number.wrapping_add(1),
            Err(error) => return Err(cannot("make", &home, &error)),
        }
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| cannot("write", path, &error))
}
