//! Acts at portals: composed at any time, sent when the network is there, at most once, and never silently unknown (ADR 0005).

mod abilities;
mod appointments;
mod came;
mod compose;
mod drafts;
mod drive;
mod files;
mod free;
mod hold;
mod messages;
mod outbox;
mod person;
mod refills;
mod say;
mod send;
mod state;

use serde::Serialize;

pub use appointments::{NewBooking, NewRequest};
pub use drafts::DraftView;
pub use files::LARGEST_FILES;
pub use free::{FreeTime, FreeTimes, FreeTimesWanted};
pub use messages::{LARGEST_ACT, NewFile, NewMessage};
pub use record::acts::Kind as ActKind;
pub use send::ActSent;

/// How an act stands. The same words everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "reason")]
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
    Unsure(String),
    /// The portal refused it, in its own words.
    Failed(String),
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
    /// The portal, or who works there, said no to it afterwards, in their own words.
    Refused(String),
    /// The person did it, or says that it was done.
    DoneByHand,
}

impl ActState {
    /// Whether nothing more is to be done about it, by the device or by a person.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !matches!(
            self,
            Self::Queued
                | Self::Held
                | Self::ByHand
                | Self::Attempting
                | Self::Unsure(_)
                | Self::Failed(_)
                | Self::Refused(_)
        )
    }
}

/// What a person may do about an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActChoice {
    /// Send it, or send it again.
    Retry,
    /// Change its words before it is sent.
    Edit,
    /// Take it back.
    Delete,
    /// Say that it was done.
    DoneByHand,
}

/// One act, ready to draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxItem {
    /// Its name.
    pub id: String,
    /// What it does.
    #[serde(serialize_with = "state::kind")]
    pub kind: ActKind,
    /// What it does, in words: "Message", "Appointment to book".
    pub title: String,
    /// The portal that it is for.
    pub portal: String,
    /// The portal's FHIR base address.
    pub issuer: String,
    /// To whom, as far as the record knows their names.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its words.
    pub words: Option<String>,
    /// Its files, by name.
    pub files: Vec<String>,
    /// The time that it takes or asks for, in the zone that the portal wrote it in.
    pub when: Option<String>,
    /// What it is about: `Type/id`.
    pub about: Vec<String>,
    /// When it was composed (Unix seconds).
    pub composed: i64,
    /// How it stands.
    #[serde(flatten)]
    pub state: ActState,
    /// Since when (Unix seconds).
    pub since: i64,
    /// Until when the portal keeps the time (Unix seconds), where it said so.
    pub held_until: Option<i64>,
    /// What the person is to know or do, one sentence each.
    pub advice: Vec<String>,
    /// What came of the last try, while it is not settled.
    pub trouble: Option<String>,
    /// How often this device sent it.
    pub tries: u32,
    /// When this device tries again (Unix seconds), where that is known.
    pub next_try: Option<i64>,
    /// What the person may do.
    pub may: Vec<ActChoice>,
    /// The entry that it became, as `Type/id`.
    pub became: Option<String>,
    /// The entry that it answers or changes, as `Type/id`.
    pub answers: Option<String>,
}

/// An act was queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// Its name.
    pub id: String,
    /// What the person is to know: that messages are not for emergencies, how it goes out.
    pub advice: Vec<String>,
}
