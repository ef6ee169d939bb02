//! Free times, as a portal showed them to the person.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A free time that the person saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTime {
    /// The portal's FHIR base address.
    pub issuer: String,
    /// Its slots: `Slot/id`.
    pub slots: Vec<String>,
    /// Its start, as the portal wrote it.
    pub start: String,
    /// Its end.
    pub end: String,
    /// When, for people.
    pub words: String,
    /// With whom and where: references of the portal.
    pub with: Vec<String>,
    /// The same in words.
    pub shown: Vec<String>,
    /// What kind of service, as the portal wrote it.
    pub service: Option<Value>,
    /// What the portal proposed, where it books by an operation.
    pub operation: Option<Value>,
}

/// Free times, as a portal showed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTimes {
    /// The portal's name.
    pub portal: String,
    /// The times, by when they begin.
    pub times: Vec<FreeTime>,
    /// What the person is to know.
    pub notices: Vec<String>,
    /// Whether an appointment may be asked for instead.
    pub may_ask: bool,
}
