//! What patients do at the portal: messages, appointments, refills. `ACTS.md` is the interface in a page.
//!
//! Everything here is decided under the portal's one lock, at the portal's own moment: of two who want the same slot
//! exactly one gets it.

mod check;
mod clinic;
mod desk;
mod directory;
mod faults;
mod operations;
#[cfg(test)]
mod simulation;
mod slots;
mod transaction;
mod zone;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

pub(crate) use check::{Kind, localised};
pub use clinic::Answer;
pub(crate) use clinic::answer;
pub(crate) use desk::{Author, Desk, Done};
pub use desk::{Created, Way};
pub(crate) use faults::Faults;
pub(crate) use operations::{Find, book, find, held_until, hold};
pub(crate) use slots::{fits as offer_fits, knows as offer_knows};
pub(crate) use transaction::{run as transact, version_of};

/// The types that are there only where appointments can be booked by slots, beside those of a record.
pub(crate) const OFFERED: &[&str] = &["HealthcareService", "Schedule", "Slot"];

/// What a portal takes from patients, and its limits. `Acts::default()` takes nothing: the portal is read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acts {
    /// Messages to the clinic.
    pub messages: Messages,
    /// Appointments.
    pub appointments: Appointments,
    /// Refills of prescriptions.
    pub refills: Refills,
    /// Files beside a message: a DocumentReference, in a transaction with it.
    pub files: bool,
    /// For how many days from the portal's start there are slots.
    pub days: u32,
    /// How long a hold lasts, in seconds of the portal's clock.
    pub hold_lifetime: i64,
    /// The most bytes that the attachments of one message may have together, decoded.
    pub attachment_limit: usize,
    /// The most characters that the text of one message may have.
    pub message_limit: usize,
    /// Whether the clinic answers by itself: received after five seconds, answered after twenty.
    pub answering: bool,
    /// The number in the first id that the portal gives to what is created.
    pub first_id: u64,
}

impl Default for Acts {
    fn default() -> Acts {
        Acts {
            messages: Messages::None,
            appointments: Appointments::None,
            refills: Refills::None,
            files: false,
            days: 28,
            hold_lifetime: 300,
            attachment_limit: 5 * 1024 * 1024,
            message_limit: 5000,
            answering: false,
            first_id: 1001,
        }
    }
}

impl Acts {
    /// Messages are taken, slots are booked, refills are asked for by Task.
    pub fn slots() -> Acts {
        Acts {
            messages: Messages::Create,
            appointments: Appointments::Slots,
            refills: Refills::Task,
            ..Acts::default()
        }
    }

    /// The same with the operations of IHE Scheduling, and refills by a proposed MedicationRequest.
    pub fn find_hold_book() -> Acts {
        Acts {
            messages: Messages::Create,
            appointments: Appointments::FindHoldBook,
            refills: Refills::Request,
            ..Acts::default()
        }
    }

    /// Appointments are asked for, messages and refills go by phone. Its ids do not begin where those of the others do.
    pub fn request() -> Acts {
        Acts {
            messages: Messages::Phone,
            appointments: Appointments::Request,
            first_id: 7001,
            ..Acts::default()
        }
    }

    /// Everything goes by phone.
    pub fn phone() -> Acts {
        Acts { messages: Messages::Phone, appointments: Appointments::Phone, ..Acts::default() }
    }

    /// Whether anything can be written.
    pub(crate) fn take(&self) -> bool {
        Kind::ALL.iter().any(|kind| self.writes(kind.name()))
    }

    /// Whether there is anything at all: a desk to call, at least.
    pub(crate) fn any(&self) -> bool {
        (self.messages, self.appointments, self.refills)
            != (Messages::None, Appointments::None, Refills::None)
    }

    /// Whether this type of what can be booked is there.
    pub(crate) fn knows(&self, resource_type: &str) -> bool {
        match resource_type {
            "HealthcareService" => self.appointments != Appointments::None,
            "Schedule" | "Slot" => self.offer(),
            _ => false,
        }
    }

    /// Whether slots are listed.
    pub(crate) fn offer(&self) -> bool {
        matches!(self.appointments, Appointments::Slots | Appointments::FindHoldBook)
    }

    /// Whether a resource of this type can be created by POST.
    pub(crate) fn creates(&self, resource_type: &str) -> bool {
        match resource_type {
            "Communication" => self.messages == Messages::Create,
            "DocumentReference" => self.files,
            "Appointment" => matches!(self.appointments, Appointments::Slots | Appointments::Request),
            "Task" => self.refills == Refills::Task,
            "MedicationRequest" => self.refills == Refills::Request,
            _ => false,
        }
    }

    /// Whether a resource of this type can be changed by PUT.
    pub(crate) fn updates(&self, resource_type: &str) -> bool {
        match resource_type {
            "Appointment" => self.offer() || self.appointments == Appointments::Request,
            "Task" => self.refills == Refills::Task,
            _ => false,
        }
    }

    /// Whether scopes to write this type are granted.
    pub(crate) fn writes(&self, resource_type: &str) -> bool {
        self.creates(resource_type) || self.updates(resource_type)
    }
}

/// How a portal takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Messages {
    /// `POST Communication`.
    Create,
    /// By phone, or on the portal's own page.
    Phone,
    /// Not at all.
    None,
}

/// How a portal gives appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Appointments {
    /// `Appointment/$find`, `$hold` and `$book` (IHE ITI Scheduling).
    FindHoldBook,
    /// `GET Slot`, and `POST Appointment` with slots.
    Slots,
    /// `POST Appointment` with status `proposed` and the periods that would suit.
    Request,
    /// By phone, or on the portal's own page: both are readable.
    Phone,
    /// Not at all.
    None,
}

/// How a portal takes requests for refills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refills {
    /// `POST Task` with the prescription as its focus.
    Task,
    /// `POST MedicationRequest` with intent `proposal` and the prescription as `priorPrescription`.
    Request,
    /// By message.
    Message,
    /// Not by the portal: the prescription names its pharmacy, which has a phone.
    None,
}

/// Why the portal does not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// Of <http://hl7.org/fhir/ValueSet/issue-type>.
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, text: impl Into<String>) -> Refusal {
        Refusal { status, code, text: text.into() }
    }

    /// The same, of one entry of a bundle.
    pub(crate) fn of_entry(mut self, number: usize) -> Refusal {
        self.text = format!("Bundle.entry[{number}]: {}", self.text);
        self
    }
}

macro_rules! by_name {
    ($type:ident { $($name:literal => $value:ident),+ }) => {
        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self { $($type::$value => $name),+ })
            }
        }

        impl FromStr for $type {
            type Err = Error;

            fn from_str(text: &str) -> Result<$type, Error> {
                match text {
                    $($name => Ok($type::$value),)+
                    _ => Err(Error::Unknown(text.to_owned())),
                }
            }
        }
    };
}

by_name!(Messages { "create" => Create, "phone" => Phone, "none" => None });
by_name!(Appointments {
    "find-hold-book" => FindHoldBook, "slots" => Slots, "request" => Request, "phone" => Phone, "none" => None
});
by_name!(Refills { "task" => Task, "request" => Request, "message" => Message, "none" => None });
