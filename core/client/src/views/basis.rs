//! What a view rests on.

use serde::Serialize;

/// One portal's part in a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The portal's name.
    pub portal: String,
    /// The last moment (UTC seconds) at which everything that this view needs was read from the portal; `None`: never.
    pub as_of: Option<i64>,
    /// What the portal refused of it, and what was never read.
    pub refused: Vec<Refusal>,
    /// Whether the connection has ended, or the last try to read what had been read before failed, in words.
    pub trouble: Option<String>,
}

/// One kind of data that a portal did not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The kind, such as `Observation (laboratory)`.
    pub what: String,
    /// The portal's reason, made safe.
    pub reason: String,
}
