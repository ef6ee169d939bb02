//! What the lines of `record/` and `people/` say. Digests and other names are in hex; times are Unix seconds (UTC).

use serde::{Deserialize, Serialize};

/// `record/connections.ndjson`: a connection to a portal. Never a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The connection.
    pub connection: String,
    /// The portal's FHIR base address.
    pub issuer: String,
    /// The portal's name.
    pub name: String,
    /// The patient's id at the portal.
    pub patient: String,
    /// Whose connection it was.
    pub member: String,
    /// The scopes that the portal granted.
    pub scopes: String,
    /// When it was made.
    pub created: i64,
    /// When it ended.
    pub ended: Option<i64>,
}

/// `record/outcomes.ndjson`: what became of one kind of data at the last try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The connection.
    pub connection: String,
    /// The kind of data.
    pub slot: String,
    /// When it was last tried.
    pub last_try: i64,
    /// When it was last read to its end.
    pub last_success: Option<i64>,
    /// How many entries that showed.
    pub count: Option<u64>,
    /// HTTP status of a refusal.
    pub refused_status: Option<u16>,
    /// Why nothing was given.
    pub refused_reason: Option<String>,
}

/// `record/pages.ndjson`: a connection showed these entries at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The connection.
    pub connection: String,
    /// The portal's FHIR base address.
    pub issuer: String,
    /// The kind of data.
    pub slot: String,
    /// The section, and its part, that the entries were put in.
    pub section: String,
    /// When, by the portal's clock.
    pub sighting: i64,
    /// Which of two pages of one moment came later.
    pub clock: u64,
    /// The member whose device brought it in.
    pub member: String,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One entry of a [`Page`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `resourceType`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// `id`.
    pub id: String,
    /// SHA-256 of the exact bytes.
    pub digest: String,
    /// SHA-256 of what counts as a change.
    pub comparison: String,
    /// Whether the bytes are in the archive. They are not when they never came, or were removed for good.
    pub held: bool,
}

/// `record/listings.ndjson`: what a whole listing no longer returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The connection.
    pub connection: String,
    /// The portal's FHIR base address.
    pub issuer: String,
    /// The kind of data, and the section.
    pub slot: String,
    /// The section that is told.
    pub section: String,
    /// When, by the portal's clock.
    pub sighting: i64,
    /// Its place among the pages of that moment.
    pub clock: u64,
    /// The statement.
    pub digest: String,
    /// Type and id of what is missing: the whole set.
    pub missing: Vec<(String, String)>,
}

/// `record/facts.ndjson`: one thing that a person wrote or chose, as the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The section, and its part, that it stands in.
    pub section: String,
    /// The fact.
    pub fact: String,
    /// What kind of thing: `note`, `withhold`, `cover` ...
    pub kind: String,
    /// What it is about.
    pub subjects: Vec<String>,
    /// Who wrote it.
    pub member: String,
    /// When, by the writing device's clock.
    pub written: i64,
    /// The facts that it stands in the place of.
    pub replaces: Vec<String>,
    /// It takes away what it replaces.
    pub deleted: bool,
    /// The revisions that it speaks of.
    pub revisions: Vec<String>,
    /// Its text.
    pub text: Option<String>,
    /// What else it says, by its kind: CBOR in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What a later version says beside, which the one that wrote this does not read: a CBOR map in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
}

/// `record/files.ndjson`: where a file in `files/` came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name in the archive.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// The connection that gave it.
    pub connection: String,
    /// The address, as the entry says it.
    pub address: String,
    /// The media type that the entry states.
    pub content_type: Option<String>,
    /// When it came.
    pub at: i64,
    /// The sighting of what points at it.
    pub seen: i64,
    /// What does not fit what was said of it.
    pub doubt: Option<String>,
}

/// `people/notes.ndjson`: a note, all edits resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its name.
    pub note: String,
    /// What it is about: `issuer|type|id`; nothing for the record.
    pub about: Vec<String>,
    /// More than one version stands, as two were written apart.
    pub conflict: bool,
    /// What stands.
    pub versions: Vec<Version>,
    /// What stood before, oldest first.
    pub earlier: Vec<Version>,
}

/// One version of a [`Note`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Who wrote it.
    pub author: String,
    /// When, in words (UTC).
    pub written: String,
    /// Its words; nothing when they were removed or never came.
    pub text: Option<String>,
}

/// `people/choices.ndjson`: what holds of what people chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `withhold`, `share`, `cover` ...
    pub choice: String,
    /// What it is about: `issuer|type|id`, `category:...`, `section:...`.
    pub about: Vec<String>,
    /// Who chose so.
    pub author: String,
    /// When, in words (UTC).
    pub chosen: String,
}
