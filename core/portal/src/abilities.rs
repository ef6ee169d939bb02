//! What can be done at a portal, read from its capability statement (FHIR R4, CapabilityStatement) and the granted scopes.
//!
//! What is not said is not assumed. Why something cannot be done is kept beside it ([`No`]), so that a person can be told
//! whether the portal does not offer it, gives no right to it, or does not say.

mod statement;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Base, Request, Scopes, http};
use statement::Statement;

/// What can be done at one portal. As JSON it is kept with the connection; members of a newer version survive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// Of what is kept.
    pub version: u16,
    /// Messages to the people there.
    pub messages: Messages,
    /// Appointments.
    pub appointments: Appointments,
    /// A medicine once more.
    pub refills: Refills,
    /// Why not, where the level is none.
    #[serde(default)]
    pub because: Because,
    /// `$hold` is there.
    #[serde(default)]
    pub holds: bool,
    /// Types that are created only if nothing bears the identifier yet.
    #[serde(default)]
    pub conditional_create: BTreeSet<String>,
    /// Types that can be searched by identifier.
    #[serde(default)]
    pub by_identifier: BTreeSet<String>,
    /// Types that can be changed, by what the portal offers and by what was granted.
    #[serde(default)]
    pub update: BTreeSet<String>,
    /// Several things at once, all or none.
    #[serde(default)]
    pub transaction: bool,
    /// Files can be created with a message, all or none: a transaction of DocumentReferences and a Communication.
    #[serde(default)]
    pub files: bool,
    /// By what free times can be searched.
    #[serde(default)]
    pub slot_search: BTreeSet<String>,
    /// Unix seconds.
    pub read_at: i64,
    /// What a newer version keeps.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How messages are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Messages {
    /// A Communication is created.
    Create,
    /// Not at all.
    #[default]
    None,
}

/// How appointments are made, the best way that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Appointments {
    /// By the operations of IHE ITI Scheduling: `$find`, `$book`, and `$hold` where [`Abilities::holds`].
    FindHoldBook,
    /// A free Slot is chosen and an Appointment created for it.
    Slots,
    /// An Appointment is proposed, and the portal chooses the time.
    Request,
    /// Not at all.
    #[default]
    None,
}

/// How a medicine is asked for once more, the best way that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Refills {
    /// A Task about the prescription is created.
    Task,
    /// A MedicationRequest is proposed.
    Request,
    /// By a message.
    Message,
    /// Not at all.
    #[default]
    None,
}

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum No {
    /// The portal says what it offers, and this is not among it.
    NotOffered,
    /// The portal offers it; the person at the portal, or the portal, did not give this app the right to it.
    NotGranted,
    /// The portal does not say.
    NotSaid,
}

/// Why something cannot be done; nothing where it can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// Messages.
    pub messages: Option<No>,
    /// Appointments.
    pub appointments: Option<No>,
    /// Refills.
    pub refills: Option<No>,
    /// Changing an appointment that is there.
    pub changes: Option<No>,
}

/// What a capability statement is asked for with. It holds no token: who may be asked what, is said to everybody.
pub fn request(base: &Base) -> Option<Request> {
    Some(Request::fhir(base.at("metadata").ok()?, http::METADATA))
}

const VERSION: u16 = 1;
/// The types of which something is kept.
const TYPES: [&str; 4] = ["Appointment", "Communication", "MedicationRequest", "Task"];

impl Abilities {
    /// Reads a capability statement (JSON) for these scopes. `now`: Unix seconds. Nothing when it is none.
    pub fn of(capability_statement: &[u8], scopes: &Scopes, now: i64) -> Option<Self> {
        let statement = Statement::read(capability_statement)?;
        let creates = |on: &str| statement.may("create", on, scopes.may_create(on));
        let messages = creates("Communication");
        let (appointments, no_appointments) = appointments(&statement, scopes, creates("Appointment"));
        let refills = [("Task", Refills::Task), ("MedicationRequest", Refills::Request)];
        let refill = refills.into_iter().find(|(on, _)| creates(on).is_ok()).map(|(_, refill)| refill);
        let refill = refill.or(messages.is_ok().then_some(Refills::Message));
        let why_not = ["Task", "MedicationRequest", "Communication"].map(|on| creates(on).err());
        let may_change = |on: &str| statement.may("update", on, scopes.may_update(on));
        let updates = |on: &&str| may_change(on).is_ok();
        let types = |fits: &dyn Fn(&&str) -> bool| -> BTreeSet<String> {
            TYPES.iter().filter(|on| fits(on)).map(|on| (*on).to_owned()).collect()
        };
        Some(Self {
            version: VERSION,
            messages: if messages.is_ok() { Messages::Create } else { Messages::None },
            appointments,
            refills: refill.unwrap_or_default(),
            because: Because {
                messages: messages.err(),
                appointments: no_appointments,
                refills: why_not
                    .into_iter()
                    .flatten()
                    .max_by_key(|no| no.tells())
                    .filter(|_| refill.is_none()),
                changes: may_change("Appointment").err(),
            },
            holds: appointments == Appointments::FindHoldBook && statement.operation("Appointment", "hold"),
            conditional_create: types(&|on| statement.creates_conditionally(on)),
            by_identifier: types(&|on| statement.searches(on, "identifier")),
            update: types(&updates),
            transaction: statement.transaction(),
            files: statement.transaction() && messages.is_ok() && creates("DocumentReference").is_ok(),
            slot_search: statement.parameters("Slot"),
            read_at: now,
            other: Map::new(),
        })
    }

    /// Whether an act on this type is known again by its identifier ([`crate::act::Perform::searched_by_identifier`]).
    pub fn finds(&self, resource_type: &str) -> bool {
        self.by_identifier.contains(resource_type)
    }
}

fn appointments(
    statement: &Statement,
    scopes: &Scopes,
    creates: Result<(), No>,
) -> (Appointments, Option<No>) {
    let may_create = scopes.may_create("Appointment");
    let operates = ["find", "book"].into_iter().all(|name| statement.operation("Appointment", name));
    if operates && may_create && scopes.may_search("Appointment", None) {
        return (Appointments::FindHoldBook, None);
    }
    let slots = statement.may("search-type", "Slot", scopes.may_search("Slot", None));
    match (creates, slots) {
        (Ok(()), Ok(())) => (Appointments::Slots, None),
        (Ok(()), Err(_)) => (Appointments::Request, None),
        (Err(_), _) if operates => (Appointments::None, Some(No::NotGranted)),
        (Err(no), _) => (Appointments::None, Some(no)),
    }
}

impl No {
    /// The more it tells a person, the higher: what was not granted can be granted.
    fn tells(self) -> u8 {
        match self {
            Self::NotOffered => 0,
            Self::NotSaid => 1,
            Self::NotGranted => 2,
        }
    }
}

/// Names under which the levels are kept. What a newer version calls otherwise is read as the last of them.
macro_rules! named {
    ($kind:ident: $($variant:ident = $name:literal),+; $last:ident = $last_name:literal) => {
        impl From<String> for $kind {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($name => Self::$variant,)+
                    _ => Self::$last,
                }
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                match value {
                    $($kind::$variant => $name,)+
                    $kind::$last => $last_name,
                }
                .to_owned()
            }
        }
    };
}

named!(Messages: Create = "create"; None = "none");
named!(Appointments: FindHoldBook = "find_hold_book", Slots = "slots", Request = "request"; None = "none");
named!(Refills: Task = "task", Request = "request", Message = "message"; None = "none");
named!(No: NotOffered = "not_offered", NotGranted = "not_granted"; NotSaid = "not_said");
