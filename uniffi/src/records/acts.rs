//! What is done at portals: messages, appointments, refills, corrections.

use client::Error;
use serde_json::Value;

use super::asked::count;
use crate::give::Give;

mirror_enum! {
    /// What an act does.
    enum ActKind = client::ActKind {
        /// A message: a new thread or an answer.
        Message,
        /// Asking for an appointment.
        Request,
        /// Taking a free time.
        Book,
        /// Moving an appointment to another free time.
        Reschedule,
        /// Giving an appointment up.
        Cancel,
        /// Asking for a medicine again.
        Refill,
        /// Asking for something in the record to be corrected.
        Correction,
    }
}

/// How an act stands. The same words everywhere.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ActState {
    /// It waits for the network, or for its portal.
    Queued,
    /// The portal takes no such act from an app: the person does it, and says so.
    ByHand,
    /// It is on its way: whether the portal has it is not known yet, and is being asked.
    Attempting,
    /// The portal has it.
    Sent,
    /// It arrived where it was sent.
    Delivered,
    /// Somebody answered, or did what was asked.
    Answered,
    /// It may be at the portal: nobody can tell. A person looks.
    Unsure {
        /// Why.
        reason: String,
    },
    /// The portal refused it.
    Failed {
        /// In its own words.
        reason: String,
    },
    /// An appointment is asked for and not confirmed.
    Requested,
    /// The portal keeps the time for a while; it is not booked.
    Held,
    /// An appointment is booked.
    Booked,
    /// An appointment is booked, at another time than was asked for.
    Changed,
    /// An appointment is given up.
    Cancelled,
    /// The portal, or who works there, said no to it afterwards.
    Refused {
        /// In their own words.
        reason: String,
    },
    /// The person did it, or says that it was done.
    DoneByHand,
}

impl Give<ActState> for client::ActState {
    fn give(self) -> ActState {
        match self {
            Self::Queued => ActState::Queued,
            Self::ByHand => ActState::ByHand,
            Self::Attempting => ActState::Attempting,
            Self::Sent => ActState::Sent,
            Self::Delivered => ActState::Delivered,
            Self::Answered => ActState::Answered,
            Self::Unsure(reason) => ActState::Unsure { reason },
            Self::Failed(reason) => ActState::Failed { reason },
            Self::Requested => ActState::Requested,
            Self::Held => ActState::Held,
            Self::Booked => ActState::Booked,
            Self::Changed => ActState::Changed,
            Self::Cancelled => ActState::Cancelled,
            Self::Refused(reason) => ActState::Refused { reason },
            Self::DoneByHand => ActState::DoneByHand,
        }
    }
}

mirror_enum! {
    /// What a person may do about an act.
    enum ActChoice = client::ActChoice {
        /// Send it, or send it again.
        Retry,
        /// Change its words before it is sent.
        Edit,
        /// Take it back.
        Delete,
        /// Say that it was done.
        DoneByHand,
    }
}

mirror! {
    /// One act, ready to draw.
    struct OutboxItem = client::OutboxItem {
        /// Its name.
        id: String,
        /// What it does.
        kind: ActKind,
        /// What it does, in words: "Message", "Appointment to book".
        title: String,
        /// The portal that it is for.
        portal: String,
        /// The portal's FHIR base address.
        issuer: String,
        /// To whom, as far as the record knows their names.
        to: Vec<String>,
        /// Its subject.
        subject: Option<String>,
        /// Its words.
        words: Option<String>,
        /// Its files, by name.
        files: Vec<String>,
        /// The time that it takes or asks for, in the zone that the portal wrote it in.
        when: Option<String>,
        /// What it is about: `Type/id`.
        about: Vec<String>,
        /// When it was composed (Unix seconds).
        composed: i64,
        /// How it stands.
        state: ActState,
        /// Since when (Unix seconds).
        since: i64,
        /// Until when the portal keeps the time (Unix seconds), where it said so.
        held_until: Option<i64>,
        /// What the person is to know or do, one sentence each.
        advice: Vec<String>,
        /// What came of the last try, while it is not settled.
        trouble: Option<String>,
        /// How often this device sent it.
        tries: u32,
        /// When this device tries again (Unix seconds), where that is known.
        next_try: Option<i64>,
        /// What the person may do.
        may: Vec<ActChoice>,
        /// The entry that it became, as `Type/id`.
        became: Option<String>,
        /// The entry that it answers or changes, as `Type/id`.
        answers: Option<String>,
    }
}

mirror! {
    /// An act was queued.
    struct Queued = client::Queued {
        /// Its name.
        id: String,
        /// What the person is to know: that messages are not for emergencies, how it goes out.
        advice: Vec<String>,
    }
}

mirror! {
    /// What came of an act in one run.
    struct ActSent = client::ActSent {
        /// Its name.
        id: String,
        /// What it does, in words.
        title: String,
        /// What happened, in words: "sent", "not sent: ...".
        words: String,
        /// Whether the portal has it now.
        sent: bool,
        /// Whether a person has to look at it.
        look: bool,
    }
}

mirror! {
    /// Something that is being composed. What it is made of is its screen's own, as JSON.
    struct Draft = client::DraftView {
        /// Its name.
        id: String,
        /// When it was last changed (Unix seconds).
        changed: i64,
        /// What has been written so far.
        body: String,
    }
}

mirror! {
    /// A free time that the person saw.
    struct FreeTime = client::FreeTime {
        /// The portal's FHIR base address.
        issuer: String,
        /// Its slots: `Slot/id`.
        slots: Vec<String>,
        /// Its start, as the portal wrote it.
        start: String,
        /// Its end.
        end: String,
        /// When, for people.
        words: String,
        /// With whom and where: references of the portal.
        with: Vec<String>,
        /// The same in words, and what for.
        shown: Vec<String>,
        /// What the portal proposed, where it books by an operation.
        operation: Option<String>,
    }
}

mirror! {
    /// Free times, as a portal showed them.
    struct FreeTimes = client::FreeTimes {
        /// The portal's name.
        portal: String,
        /// The times, by when they begin.
        times: Vec<FreeTime>,
        /// What the person is to know.
        notices: Vec<String>,
        /// Whether an appointment may be asked for instead.
        may_ask: bool,
        /// When they were shown (Unix seconds).
        seen: i64,
    }
}

/// Which free times are looked for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FreeTimesWanted {
    /// The portal's name.
    pub portal: String,
    /// From this day on (`2026-12-01`); without it, from today.
    #[uniffi(default = None)]
    pub from: Option<String>,
    /// Until this day; without it, for four weeks.
    #[uniffi(default = None)]
    pub until: Option<String>,
    /// With any of these people, and at any of these places: entries of that portal (`Practitioner/7`, `Location/1`).
    #[uniffi(default = [])]
    pub with: Vec<String>,
    /// What for: words that the portal's own name of the service holds, in upper or lower case.
    #[uniffi(default = None)]
    pub service: Option<String>,
    /// At most this many.
    #[uniffi(default = 50)]
    pub most: u64,
}

impl FreeTimesWanted {
    pub(crate) fn take(self) -> client::FreeTimesWanted {
        let Self { portal, from, until, with, service, most } = self;
        client::FreeTimesWanted { portal, from, until, with, service, most: count(most) }
    }
}

impl Give<String> for Value {
    fn give(self) -> String {
        self.to_string()
    }
}

impl FreeTime {
    fn take(self) -> Result<client::FreeTime, Error> {
        let unread =
            |_| Error::Invalid("This is no free time that was shown. Look for free times again".to_owned());
        Ok(client::FreeTime {
            issuer: self.issuer,
            slots: self.slots,
            start: self.start,
            end: self.end,
            words: self.words,
            with: self.with,
            shown: self.shown,
            operation: self.operation.map(|text| serde_json::from_str(&text)).transpose().map_err(unread)?,
        })
    }
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewMessage {
    /// Its words.
    pub text: String,
    /// The portal's name. An answer goes to the portal that it answers.
    #[uniffi(default = None)]
    pub portal: Option<String>,
    /// To whom: entries of that portal. An answer goes to who wrote.
    #[uniffi(default = [])]
    pub to: Vec<String>,
    /// The message that it answers.
    #[uniffi(default = None)]
    pub answers: Option<String>,
    /// The entries that it is about.
    #[uniffi(default = [])]
    pub about: Vec<String>,
    /// Its subject.
    #[uniffi(default = None)]
    pub subject: Option<String>,
    /// Its files: together no more bytes than `largest_files` of the portal.
    #[uniffi(default = [])]
    pub files: Vec<NewFile>,
    /// The moment that it speaks of (Unix seconds): after it, it is not sent without asking again.
    #[uniffi(default = None)]
    pub good_until: Option<i64>,
    /// The draft that it was made of, which is then gone.
    #[uniffi(default = None)]
    pub draft: Option<String>,
}

impl NewMessage {
    pub(crate) fn take(self) -> client::NewMessage {
        let files = self.files.into_iter();
        client::NewMessage {
            portal: self.portal,
            to: self.to,
            answers: self.answers,
            about: self.about,
            subject: self.subject,
            text: self.text,
            files: files.map(|file| client::NewFile { name: file.name, bytes: file.bytes }).collect(),
            good_until: self.good_until,
            draft: self.draft,
        }
    }
}

/// Days that suit.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Suits {
    /// From then on (`2026-12-01`, or an instant).
    pub from: String,
    /// Until then.
    pub until: String,
}

/// An appointment to be asked for: the clinic chooses the time.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewRequest {
    /// The portal's name.
    pub portal: String,
    /// With whom, and where: entries of that portal.
    #[uniffi(default = [])]
    pub with: Vec<String>,
    /// What for, in the person's words.
    #[uniffi(default = None)]
    pub reason: Option<String>,
    /// What else the clinic is to know.
    #[uniffi(default = None)]
    pub comment: Option<String>,
    /// The days that suit.
    #[uniffi(default = [])]
    pub suits: Vec<Suits>,
}

impl NewRequest {
    pub(crate) fn take(self) -> client::NewRequest {
        client::NewRequest {
            portal: self.portal,
            with: self.with,
            reason: self.reason,
            comment: self.comment,
            suits: self.suits.into_iter().map(|days| (days.from, days.until)).collect(),
        }
    }
}

/// A free time to be taken.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewBooking {
    /// The time, as the person saw it.
    pub time: FreeTime,
    /// What for, in the person's words.
    #[uniffi(default = None)]
    pub reason: Option<String>,
    /// The appointment that is moved there, as `Type/id`.
    #[uniffi(default = None)]
    pub moves: Option<String>,
}

impl NewBooking {
    pub(crate) fn take(self) -> Result<client::NewBooking, Error> {
        Ok(client::NewBooking { time: self.time.take()?, reason: self.reason, moves: self.moves })
    }
}
