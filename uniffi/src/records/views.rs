//! What can be followed, and what comes of it.

use super::{
    AppointmentFilter, AppointmentsView, DayCard, Hidden, NoteView, OutboxItem, PartsView, Query,
    RecordStatus, Screen, Shown, ThreadFilter, ThreadView, ThreadsView,
};

/// What a subscription follows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Wanted {
    /// A list of the record.
    Lines {
        /// Which.
        query: Query,
    },
    /// One entry, by the names that `show` takes.
    Entry {
        /// Its name.
        reference: String,
        /// Lifts this member's covers for this view.
        reveal: bool,
    },
    /// The threads.
    Threads {
        /// Which.
        filter: ThreadFilter,
    },
    /// The thread that this message is in.
    Thread {
        /// Its name.
        reference: String,
        /// Lifts this member's covers for this view.
        reveal: bool,
    },
    /// Acts that are not settled, and those that were settled in the last week.
    Outbox,
    /// The appointments.
    Appointments {
        /// Which.
        filter: AppointmentFilter,
    },
    /// One appointment for its day.
    Appointment {
        /// Its name.
        reference: String,
        /// The IANA name of the zone in which the person is.
        zone: Option<String>,
        /// Lifts this member's covers for this view.
        reveal: bool,
    },
    /// The record at a glance, with its portals.
    Status,
    /// All notes.
    Notes,
    /// What this member wants covered.
    Hidden,
    /// What carers do not see.
    Parts,
}

/// What a subscription gives next.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Next {
    /// For the next call: that this view arrived.
    pub version: u64,
    /// The view.
    pub given: Given,
}

/// The view that was wanted, whole.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Given {
    /// For `Wanted.Lines`.
    Lines {
        /// The view.
        screen: Screen,
    },
    /// For `Wanted.Entry`.
    Entry {
        /// The view.
        entry: Shown,
    },
    /// For `Wanted.Threads`.
    Threads {
        /// The view.
        threads: ThreadsView,
    },
    /// For `Wanted.Thread`.
    Thread {
        /// The view.
        thread: ThreadView,
    },
    /// For `Wanted.Outbox`.
    Outbox {
        /// What a person has to do something about first, then the newest first.
        items: Vec<OutboxItem>,
    },
    /// For `Wanted.Appointments`.
    Appointments {
        /// The view.
        appointments: AppointmentsView,
    },
    /// For `Wanted.Appointment`.
    Appointment {
        /// The view.
        card: DayCard,
    },
    /// For `Wanted.Status`.
    Status {
        /// The view.
        status: RecordStatus,
    },
    /// For `Wanted.Notes`.
    Notes {
        /// The notes, newest first.
        notes: Vec<NoteView>,
    },
    /// For `Wanted.Hidden`.
    Hidden {
        /// Categories, sections, then entries.
        hidden: Vec<Hidden>,
    },
    /// For `Wanted.Parts`.
    Parts {
        /// The view.
        parts: PartsView,
    },
}
