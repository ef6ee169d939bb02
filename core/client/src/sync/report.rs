//! What came of a sync.

use std::collections::BTreeMap;

use portal::fetch::{Fault, Outcome};
use serde::Serialize;

use crate::acts::ActSent;
use crate::attachments::FilesReport;

/// How far one portal's sync has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The portal's name.
    pub portal: String,
    /// Kinds of data that are done.
    pub slots_done: usize,
    /// Kinds of data in all, as far as known.
    pub slots_total: usize,
    /// Entries that came so far.
    pub entries: u64,
    /// Files that were asked for.
    pub files_done: usize,
    /// Files in all; none before all kinds of data are done.
    pub files_total: usize,
}

/// What came of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Per portal, by name.
    pub portals: Vec<SyncedPortal>,
}

/// What came of a sync at one portal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SyncedPortal {
    /// Its name.
    pub portal: String,
    /// What was to be done there, and what came of it.
    pub acts: Vec<ActSent>,
    /// Entries that the record did not have.
    pub new: u64,
    /// Entries that read differently now.
    pub changed: u64,
    /// Entries that were not taken in: another person's, or unreadable.
    pub set_aside: u64,
    /// The portal now shows another person than before: what differs, for a screen. Nothing was taken in since; the person
    /// says that it is the same ([`crate::Client::same_person`]), or disconnects. Empty when it is the same.
    pub another_person: Vec<String>,
    /// Each kind of data.
    pub slots: Vec<SlotReport>,
    /// The files that entries point to.
    pub files: FilesReport,
    /// What entries refer to and this sync could not follow.
    pub unfollowed: Vec<Unfollowed>,
    /// What the portal says beside its answers, each once, the first few.
    pub said: Vec<String>,
    /// What waits for a network that is not metered.
    pub waits: Waits,
    /// What kept the portal from being read, in words.
    pub trouble: Option<String>,
    /// The portal asks for a new sign-in.
    pub sign_in_again: bool,
    /// The portal could not be reached at all.
    pub offline: bool,
    /// The portal was reached and gave nothing: it had an error whatever was asked for, or asks to be left alone.
    pub down: bool,
}

impl SyncedPortal {
    /// Whether anything could be read.
    #[must_use]
    pub fn was_read(&self) -> bool {
        !self.offline && !self.down && !self.sign_in_again
    }

    pub(crate) fn begin(portal: &str) -> Self {
        Self { portal: portal.to_owned(), ..Self::default() }
    }

    /// What the whole run says of the portal.
    pub(crate) fn sum_up(&mut self) {
        let given = |slot: &SlotReport| matches!(slot.outcome, Outcome::Ok { .. } | Outcome::Refused { .. });
        if self.slots.iter().any(given) {
            return;
        }
        // Of several reasons the one that most kinds of data have.
        let reason = |wanted: &[Fault]| {
            let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
            for slot in &self.slots {
                if let Outcome::Failed { fault, reason } = &slot.outcome
                    && wanted.contains(fault)
                {
                    *counts.entry(reason).or_default() += 1;
                }
            }
            counts.into_iter().max_by_key(|(_, count)| *count).map(|(reason, _)| reason.clone())
        };
        let unreachable = reason(&[Fault::Unreachable]);
        let down = reason(&[Fault::Server, Fault::Busy, Fault::Timeout]);
        self.offline = unreachable.is_some();
        self.down = !self.offline && down.is_some();
        self.trouble = self.trouble.take().or(unreachable).or(down);
    }
}

/// References that could not be followed, those of one kind and reason together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unfollowed {
    /// The type that they refer to, or the server that they lead to.
    pub what: String,
    /// Why: made safe.
    pub reason: String,
    /// How many; of another server, one.
    pub count: u64,
}

/// What a sync on a metered network leaves to one on another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Waits {
    /// Kinds of data that are to be listed again and compared.
    pub listings: u64,
    /// Files that are to be fetched.
    pub files: u64,
}

/// What came of one kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotReport {
    /// Its name, such as `Observation/laboratory`.
    pub what: String,
    /// Asks for all of a type that others ask by category: when those worked, a refusal here is no loss.
    pub catch_all: bool,
    /// How it ended.
    pub outcome: Outcome,
}
