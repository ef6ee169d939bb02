//! What can go wrong, as a person can act on it.

use crate::platform::{KeychainFailure, RandomFailure};

/// An error that a person can act on. No variant carries a patient's data in its text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The record's key cannot be reached now.
    #[error(
        "The record is locked: the keychain does not answer. Nothing was changed. Unlock the device and try again"
    )]
    Locked,
    /// The keychain answers, and does not hold the keys of this record.
    #[error(
        "The keys of this record are not in this device's keychain. Its file was left as it is. Open it on a device that has them"
    )]
    KeysLost,
    /// The passphrase does not open the record.
    #[error("That passphrase does not open this record. Nothing was changed")]
    WrongPassphrase,
    /// The recovery kit does not open the record.
    #[error("That recovery kit does not open this record: {reason}")]
    WrongKit {
        /// What is wrong with it, without its words.
        reason: String,
    },
    /// Too many wrong passphrases.
    #[error("Too many wrong tries. Try again in {seconds} s, or open the record with the recovery kit")]
    TryAgainIn {
        /// Seconds to wait.
        seconds: i64,
    },
    /// No record where one was named.
    #[error("There is no record here. Make one with `init`")]
    NoRecord,
    /// A record is already there.
    #[error("There is already a record of that name here. Nothing was changed")]
    AlreadyThere,
    /// Another process has the record open.
    #[error("The record is in use by another process. Close it and try again")]
    InUse,
    /// The record was written by a newer version.
    #[error("The record was written by a newer version of Wellkept. Update the app; nothing was changed")]
    NewerData,
    /// The database is damaged.
    #[error("The record's file is damaged: {0}. It was left as it is")]
    Damaged(String),
    /// The file is an older copy than what this device had written.
    #[error(
        "This record's file is an older copy: what was added on this device since is not in it. It can be read and exported, and nothing can be added to it. Put the newer file back; or, if there is none, export this one, import it into a new record and go on there"
    )]
    OlderCopy,
    /// No space left.
    #[error("There is no space left on this device. Make room and try again; nothing was lost")]
    OutOfSpace,
    /// The device's storage failed.
    #[error(
        "This device's storage did not work just now. What was saved before is as it was. Try again; if it happens again, export the record to another place"
    )]
    Storage,
    /// The network or the portal could not be reached.
    #[error("{portal} could not be reached: {reason}. What is held can be read offline")]
    Offline {
        /// The portal's name.
        portal: String,
        /// Why.
        reason: String,
    },
    /// A portal asks for a new sign-in.
    #[error("{portal} asks you to sign in again. What is held stays")]
    SignInAgain {
        /// The portal's name.
        portal: String,
    },
    /// A portal said no.
    #[error("{portal} refused: {reason}")]
    Refused {
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// A portal that does not accept that it is this app, or knows no such app.
    #[error("{portal} does not let this app sign in: {reason}")]
    AppNotKnown {
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// A portal that did not register this device.
    #[error("{portal} did not register this device: {reason}. Nothing was changed")]
    NotRegistered {
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// No list of portals is kept here.
    #[error("No list of portals is kept on this device yet")]
    NoList,
    /// Something could not be written.
    #[error("The list of portals could not be written. The one before it was left as it is")]
    NotKept,
    /// A file that is not on this device and could not be fetched now.
    #[error("This file is not on this device yet: connect and try again ({reason})")]
    FileNotHere {
        /// Why, made safe.
        reason: String,
    },
    /// A file that cannot be had.
    #[error("This file cannot be had: {reason}")]
    FileRefused {
        /// Why, made safe.
        reason: String,
    },
    /// Nothing of that name.
    #[error("Nothing found under that name")]
    NotFound,
    /// More than one thing of that name.
    #[error("That name fits {count} entries: give more of it")]
    Ambiguous {
        /// How many.
        count: usize,
    },
    /// An entry that this member wants covered.
    #[error("You chose to cover this entry. Reveal it to see it")]
    Covered,
    /// An export could not be written.
    #[error("The export could not be written: {0}. The record is as it was")]
    NotWritten(String),
    /// An export goes into a new record only.
    #[error("This record is not new and empty. Nothing was written")]
    NotEmpty,
    /// An export could not be taken in.
    #[error("That export cannot be taken in: {0}. Nothing was written")]
    NotTaken(String),
    /// What was asked for is not a valid request.
    #[error("{0}")]
    Invalid(String),
    /// A mistake of ours.
    #[error("Something went wrong inside Wellkept ({0}). Nothing was lost")]
    Bug(&'static str),
}

impl From<KeychainFailure> for Error {
    fn from(failure: KeychainFailure) -> Self {
        match failure {
            KeychainFailure::Unavailable => Self::Locked,
            KeychainFailure::OutOfSpace => Self::OutOfSpace,
        }
    }
}

impl From<RandomFailure> for Error {
    fn from(_: RandomFailure) -> Self {
        Self::Bug("no random numbers")
    }
}
