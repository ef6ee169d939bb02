//! How a command ends: the exit codes that `--help` lists.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A mistake of ours, or a failure of the system.
    Mistake = 1,
    /// The command line was not understood.
    Usage = 2,
    /// Wrong passphrase or kit, too many tries, keychain not answering.
    Locked = 3,
    /// No portal could be reached, or each failed at everything.
    Unreachable = 4,
    /// A portal refused, asks to sign in again, or shows another person.
    Refused = 5,
    /// The record is damaged, of a newer version, or not sound.
    Unsound = 6,
    /// The record is in use, already there, or not there.
    Occupied = 7,
    /// Nothing of that name, or more than one.
    NotFound = 8,
    /// Stopped by Ctrl-C.
    Stopped = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
