//! A home of its own for each story, and commands typed in it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub struct Home {
    folder: tempfile::TempDir,
}

/// What a command said, and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub bytes: Vec<u8>,
    pub err: String,
}

impl Home {
    pub fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        home.file("right", "several words of alice\nand a second line\n");
        home.file("wrong", "not the words of alice\n");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A command without any passphrase.
    pub fn bare(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wellkept"));
        command.env_remove("WELLKEPT_HOME").env("COLUMNS", "100").stdin(Stdio::null());
        command.arg("--home").arg(self.path("records")).args(words);
        command
    }

    /// A command with the right passphrase.
    pub fn types(&self, words: &[&str]) -> Said {
        self.with("right", words)
    }

    pub fn with(&self, passphrase: &str, words: &[&str]) -> Said {
        said(self.bare(&[]).arg("--passphrase-file").arg(self.path(passphrase)).args(words).output().unwrap())
    }

    /// A command with this on its standard input.
    pub fn pipes(&self, input: &str, words: &[&str]) -> Said {
        let mut command = self.bare(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        said(running.wait_with_output().unwrap())
    }
}

pub fn said(output: Output) -> Said {
    Said {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        bytes: output.stdout,
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
