//! The client: an opened record and the doors around it.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use statement::{Author, ConnectionId, MemberId, Section};
use store::{Store, Touched};
use tokio::sync::watch;
use vault::{Authority, SecretKey32, SigningKey};

use crate::heads::Heads;
use crate::look::Look;
use crate::observe::Wakes;
use crate::stop::Stop;
use crate::{Error, Platform};

/// One opened record. Cheap to clone; all clones are the same record.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub platform: Platform,
    pub store: Store,
    pub authority: Authority,
    pub author: Author,
    /// This device's signing key. Held while a place in a chain is chosen and filled, so that no place is filled twice.
    pub device: Mutex<SigningKey>,
    /// How far this device's chains have come.
    pub heads: Mutex<Heads>,
    /// Seals what this device keeps in the keychain.
    pub device_key: SecretKey32,
    pub wakes: watch::Sender<Wakes>,
    /// One sync at a time.
    pub syncing: tokio::sync::Mutex<()>,
    /// Connections of which the person has said, since the app began, that whom they show now is the same person.
    pub same_person: Mutex<BTreeSet<ConnectionId>>,
    /// What screens were last drawn with, and after which commit.
    pub look: Mutex<Option<(u64, Arc<Look>)>>,
    /// Whether what is under way is to end.
    pub stop: Stop,
    /// The host saw the network return.
    pub returned: tokio::sync::Notify,
    /// Bytes of files that may be on this device without anybody's asking.
    pub file_budget: AtomicU64,
}

impl Client {
    /// Who holds this device, as the record knows them.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.inner.author.member
    }

    /// The record's name: the digest of its first statement, in hex.
    #[must_use]
    pub fn record_id(&self) -> String {
        self.inner.author.record.to_string()
    }

    /// The name that the holder gave when the record was made.
    #[must_use]
    pub fn holder_name(&self) -> &str {
        &self.inner.authority.genesis().name
    }

    pub(crate) fn now(&self) -> i64 {
        self.inner.platform.clock.now()
    }

    /// Wakes the subscriptions that rest on what was touched.
    pub(crate) fn wake(&self, touched: &Touched) {
        if touched.is_empty() {
            return;
        }
        let sections: Vec<Section> = match touched.covers {
            true => Section::ALL.to_vec(),
            false => touched
                .sections
                .iter()
                .chain(&touched.notes)
                .chain(&touched.read_marks)
                .chain(&touched.acts)
                .map(Section::base)
                .collect(),
        };
        self.inner.wakes.send_modify(|wakes| wakes.touch(&sections, touched.connections));
    }

    /// The name under which a connection's tokens are kept in the keychain.
    pub(crate) fn token_name(connection: &ConnectionId) -> String {
        format!("tokens.{connection}")
    }
}

/// A lock whose holder panicked is taken over: what it guards is only ever changed whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NoRecord,
            store::Error::AlreadyThere => Self::AlreadyThere,
            store::Error::InUse => Self::InUse,
            store::Error::NewerData { .. } => Self::NewerData,
            store::Error::OutOfSpace => Self::OutOfSpace,
            store::Error::Storage(_) | store::Error::File(_) => Self::Storage,
            store::Error::NotOpened => Self::Damaged("the key does not open it".to_owned()),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        match error {
            vault::Error::WrongPassphrase => Self::WrongPassphrase,
            vault::Error::EmptyPassphrase => {
                Self::Invalid("The passphrase is empty. Choose one of several words".to_owned())
            }
            vault::Error::UnknownWord { .. }
            | vault::Error::WordCount { .. }
            | vault::Error::WordsDoNotFit
            | vault::Error::WrongKit => Self::WrongKit { reason: error.to_string() },
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<statement::Error> for Error {
    fn from(error: statement::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<record::Error> for Error {
    fn from(error: record::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
