//! What a sync reports.

use client::Outcome;

use super::{ActSent, FilesReport, Unfollowed};
use crate::give::Give;

/// Why a sync is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Reason {
    /// A person asked for it.
    Asked {
        /// List everything again and compare, which alone tells what is no longer returned.
        full: bool,
    },
    /// The system gave a moment in the background.
    Background {
        /// Stop by then (Unix seconds); what is left is taken up the next time.
        deadline: i64,
    },
    /// The network is there again: what was missed meanwhile is fetched.
    NetworkReturned,
}

impl From<Reason> for client::Reason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Asked { full } => Self::Asked { full },
            Reason::Background { deadline } => Self::Background { deadline },
            Reason::NetworkReturned => Self::NetworkReturned,
        }
    }
}

mirror! {
    /// How far one portal's sync has come.
    struct SyncProgress = client::Progress {
        /// The portal's name.
        portal: String,
        /// Kinds of data that are done.
        slots_done: u64,
        /// Kinds of data in all, as far as known.
        slots_total: u64,
        /// Entries that came so far.
        entries: u64,
        /// Files that were asked for.
        files_done: u64,
        /// Files in all; none before all kinds of data are done.
        files_total: u64,
    }
}

mirror! {
    /// What came of a sync.
    struct SyncReport = client::SyncReport {
        /// Per portal, by name.
        portals: Vec<SyncedPortal>,
    }
}

mirror! {
    /// What came of a sync at one portal.
    struct SyncedPortal = client::SyncedPortal {
        /// Its name.
        portal: String,
        /// What was to be done there, and what came of it.
        acts: Vec<ActSent>,
        /// Entries that the record did not have.
        new: u64,
        /// Entries that read differently now.
        changed: u64,
        /// Entries that were not taken in: another person's, or unreadable.
        set_aside: u64,
        /// The portal now shows another person than before: what differs, for a screen. Nothing was taken in since; the person
        /// says that it is the same (`same_person`), or disconnects. Empty when it is the same.
        another_person: Vec<String>,
        /// Each kind of data.
        slots: Vec<SlotReport>,
        /// The files that entries point to.
        files: FilesReport,
        /// What entries refer to and this sync could not follow.
        unfollowed: Vec<Unfollowed>,
        /// What the portal says beside its answers, each once, the first few.
        said: Vec<String>,
        /// What waits for a network that is not metered.
        waits: Waits,
        /// What kept the portal from being read, in words.
        trouble: Option<String>,
        /// The portal asks for a new sign-in.
        sign_in_again: bool,
        /// The portal could not be reached at all.
        offline: bool,
        /// The portal was reached and gave nothing: it had an error whatever was asked for, or asks to be left alone.
        down: bool,
    }
}

mirror! {
    /// What a sync on a metered network leaves to one on another.
    struct Waits = client::Waits {
        /// Kinds of data that are to be listed again and compared.
        listings: u64,
        /// Files that are to be fetched.
        files: u64,
    }
}

/// What came of one kind of data.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SlotReport {
    /// Its name, such as `Observation/laboratory`.
    pub what: String,
    /// Asks for all of a type that others ask by category: when those worked, a refusal here is no loss.
    pub catch_all: bool,
    /// How it ended.
    pub outcome: SlotOutcome,
}

/// How one kind of data ended.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SlotOutcome {
    /// Read to its end.
    Read {
        /// Resources in this listing.
        count: u64,
        /// It was a full listing in which everything could be read: what is not in it is no longer returned.
        complete: bool,
    },
    /// Not asked: the granted scopes do not allow it.
    NotGranted,
    /// The portal said no to this; the rest went on.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The portal's words, made safe; may be empty.
        reason: String,
    },
    /// It did not work. What was committed stays.
    Failed {
        /// In words, made safe.
        reason: String,
    },
}

impl Give<SlotReport> for client::SlotReport {
    fn give(self) -> SlotReport {
        let outcome = match self.outcome {
            Outcome::Ok { count, complete } => SlotOutcome::Read { count, complete },
            Outcome::NotGranted => SlotOutcome::NotGranted,
            Outcome::Refused { status, reason } => SlotOutcome::Refused { status, reason },
            Outcome::Failed { reason, .. } => SlotOutcome::Failed { reason },
        };
        SlotReport { what: self.what, catch_all: self.catch_all, outcome }
    }
}

/// What happens while a client watches.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum WatchEvent {
    /// Portals were synced with.
    Synced {
        /// What came of it.
        report: SyncReport,
    },
    /// No portal can be reached: the network is waited for.
    NetworkLost,
    /// It is there again.
    NetworkReturned,
    /// The next sync is due.
    Next {
        /// Then (Unix seconds).
        at: i64,
    },
}

impl Give<WatchEvent> for client::WatchEvent {
    fn give(self) -> WatchEvent {
        match self {
            Self::Synced(report) => WatchEvent::Synced { report: report.give() },
            Self::NetworkLost => WatchEvent::NetworkLost,
            Self::NetworkReturned => WatchEvent::NetworkReturned,
            Self::Next(at) => WatchEvent::Next { at },
        }
    }
}
