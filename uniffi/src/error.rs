//! What can go wrong, as a person can act on it.

use client::Error as Of;

use crate::give::Give;

/// An error that a person can act on. Each carries the words to tell them, in English, and what they are made of; no patient's
/// data is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HealthError {
    /// The record's key cannot be reached now.
    #[error("{words}")]
    Locked {
        /// What to tell the person.
        words: String,
    },
    /// The keychain answers, and does not hold the keys of this record.
    #[error("{words}")]
    KeysLost {
        /// What to tell the person.
        words: String,
    },
    /// The passphrase does not open the record.
    #[error("{words}")]
    WrongPassphrase {
        /// What to tell the person.
        words: String,
    },
    /// The recovery kit does not open the record.
    #[error("{words}")]
    WrongKit {
        /// What to tell the person.
        words: String,
        /// What is wrong with it, without its words.
        reason: String,
    },
    /// Too many wrong passphrases.
    #[error("{words}")]
    TryAgainIn {
        /// What to tell the person.
        words: String,
        /// Seconds to wait.
        seconds: i64,
    },
    /// No record where one was named.
    #[error("{words}")]
    NoRecord {
        /// What to tell the person.
        words: String,
    },
    /// A record is already there.
    #[error("{words}")]
    AlreadyThere {
        /// What to tell the person.
        words: String,
    },
    /// Another process has the record open.
    #[error("{words}")]
    InUse {
        /// What to tell the person.
        words: String,
    },
    /// The record was written by a newer version.
    #[error("{words}")]
    NewerData {
        /// What to tell the person.
        words: String,
    },
    /// The database is damaged.
    #[error("{words}")]
    Damaged {
        /// What to tell the person.
        words: String,
        /// The part of it that differs.
        reason: String,
    },
    /// The file is an older copy than what this device had written.
    #[error("{words}")]
    OlderCopy {
        /// What to tell the person.
        words: String,
    },
    /// No space left.
    #[error("{words}")]
    OutOfSpace {
        /// What to tell the person.
        words: String,
    },
    /// The device's storage failed.
    #[error("{words}")]
    Storage {
        /// What to tell the person.
        words: String,
    },
    /// The network or the portal could not be reached.
    #[error("{words}")]
    Offline {
        /// What to tell the person.
        words: String,
        /// The portal's name.
        portal: String,
        /// Why.
        reason: String,
    },
    /// A portal asks for a new sign-in.
    #[error("{words}")]
    SignInAgain {
        /// What to tell the person.
        words: String,
        /// The portal's name.
        portal: String,
    },
    /// A portal said no.
    #[error("{words}")]
    Refused {
        /// What to tell the person.
        words: String,
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// A portal that does not accept that it is this app, or knows no such app.
    #[error("{words}")]
    AppNotKnown {
        /// What to tell the person.
        words: String,
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// A portal that did not register this device.
    #[error("{words}")]
    NotRegistered {
        /// What to tell the person.
        words: String,
        /// The portal's name.
        portal: String,
        /// The portal's words, made safe.
        reason: String,
    },
    /// No list of portals is kept here.
    #[error("{words}")]
    NoList {
        /// What to tell the person.
        words: String,
    },
    /// Something could not be written.
    #[error("{words}")]
    NotKept {
        /// What to tell the person.
        words: String,
    },
    /// A file that is not on this device and could not be fetched now.
    #[error("{words}")]
    FileNotHere {
        /// What to tell the person.
        words: String,
        /// Why, made safe.
        reason: String,
    },
    /// A file that cannot be had.
    #[error("{words}")]
    FileRefused {
        /// What to tell the person.
        words: String,
        /// Why, made safe.
        reason: String,
    },
    /// Nothing of that name.
    #[error("{words}")]
    NotFound {
        /// What to tell the person.
        words: String,
    },
    /// More than one thing of that name.
    #[error("{words}")]
    Ambiguous {
        /// What to tell the person.
        words: String,
        /// How many.
        count: u64,
    },
    /// An entry that this member wants covered.
    #[error("{words}")]
    Covered {
        /// What to tell the person.
        words: String,
    },
    /// An export could not be written.
    #[error("{words}")]
    NotWritten {
        /// What to tell the person.
        words: String,
        /// The part of it that differs.
        reason: String,
    },
    /// An export goes into a new record only.
    #[error("{words}")]
    NotEmpty {
        /// What to tell the person.
        words: String,
    },
    /// An export could not be taken in.
    #[error("{words}")]
    NotTaken {
        /// What to tell the person.
        words: String,
        /// The part of it that differs.
        reason: String,
    },
    /// What was asked for is not a valid request.
    #[error("{words}")]
    Invalid {
        /// What to tell the person.
        words: String,
        /// The part of it that differs.
        reason: String,
    },
    /// A mistake of ours.
    #[error("{words}")]
    Bug {
        /// What to tell the person.
        words: String,
        /// The part of it that differs.
        reason: String,
    },
    /// This subscription is being waited on already: one `next` at a time.
    #[error("{words}")]
    Busy {
        /// What to tell the person.
        words: String,
    },
    /// This subscription was ended.
    #[error("{words}")]
    Ended {
        /// What to tell the person.
        words: String,
    },
}

#[uniffi::export]
impl HealthError {
    /// What to tell the person: what happened, what stands, and what to do next. In English.
    #[must_use]
    pub fn words(&self) -> String {
        self.to_string()
    }
}

impl HealthError {
    /// A mistake of ours, or of an app whose port threw.
    pub(crate) fn bug(what: &'static str) -> Self {
        Of::Bug(what).into()
    }

    /// A panic that was contained, by the place in the sources where it was.
    pub(crate) fn broke(place: String) -> Self {
        match Self::bug("a panic") {
            Self::Bug { words, .. } => Self::Bug { words, reason: place },
            other => other,
        }
    }

    pub(crate) fn busy() -> Self {
        Self::Busy { words: "This is being waited on already".to_owned() }
    }

    pub(crate) fn ended() -> Self {
        Self::Ended { words: "This is followed no longer".to_owned() }
    }
}

impl From<Of> for HealthError {
    fn from(error: Of) -> Self {
        let words = error.to_string();
        match error {
            Of::Locked => Self::Locked { words },
            Of::KeysLost => Self::KeysLost { words },
            Of::WrongPassphrase => Self::WrongPassphrase { words },
            Of::WrongKit { reason } => Self::WrongKit { words, reason: reason.give() },
            Of::TryAgainIn { seconds } => Self::TryAgainIn { words, seconds: seconds.give() },
            Of::NoRecord => Self::NoRecord { words },
            Of::AlreadyThere => Self::AlreadyThere { words },
            Of::InUse => Self::InUse { words },
            Of::NewerData => Self::NewerData { words },
            Of::Damaged(reason) => Self::Damaged { words, reason: reason.give() },
            Of::OlderCopy => Self::OlderCopy { words },
            Of::OutOfSpace => Self::OutOfSpace { words },
            Of::Storage => Self::Storage { words },
            Of::Offline { portal, reason } => {
                Self::Offline { words, portal: portal.give(), reason: reason.give() }
            }
            Of::SignInAgain { portal } => Self::SignInAgain { words, portal: portal.give() },
            Of::Refused { portal, reason } => {
                Self::Refused { words, portal: portal.give(), reason: reason.give() }
            }
            Of::AppNotKnown { portal, reason } => {
                Self::AppNotKnown { words, portal: portal.give(), reason: reason.give() }
            }
            Of::NotRegistered { portal, reason } => {
                Self::NotRegistered { words, portal: portal.give(), reason: reason.give() }
            }
            Of::NoList => Self::NoList { words },
            Of::NotKept => Self::NotKept { words },
            Of::FileNotHere { reason } => Self::FileNotHere { words, reason: reason.give() },
            Of::FileRefused { reason } => Self::FileRefused { words, reason: reason.give() },
            Of::NotFound => Self::NotFound { words },
            Of::Ambiguous { count } => Self::Ambiguous { words, count: count.give() },
            Of::Covered => Self::Covered { words },
            Of::NotWritten(reason) => Self::NotWritten { words, reason: reason.give() },
            Of::NotEmpty => Self::NotEmpty { words },
            Of::NotTaken(reason) => Self::NotTaken { words, reason: reason.give() },
            Of::Invalid(reason) => Self::Invalid { words, reason: reason.give() },
            Of::Bug(reason) => Self::Bug { words, reason: reason.give() },
            // The client's errors may grow: what is not known here is told in its own words.
            _ => Self::Invalid { words: words.clone(), reason: words },
        }
    }
}
