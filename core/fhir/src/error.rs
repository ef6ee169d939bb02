use thiserror::Error as ThisError;

/// Why bytes could not be taken as a resource or a bundle. Never holds patient data.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// Larger than the limit, in bytes.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Objects and arrays nested deeper than the limit.
    #[error("nested deeper than {limit}")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// Not well-formed JSON (RFC 8259), by line and column.
    #[error("not JSON: line {line}, column {column}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// No `resourceType`, or one that is not a string.
    #[error("no resourceType")]
    NoResourceType,
    /// A bundle was expected.
    #[error("not a Bundle")]
    NotABundle,
    /// A bundle entry without a resource.
    #[error("an entry without a resource")]
    NoResource,
    /// More entries in one bundle than the limit.
    #[error("more than {limit} entries")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// A text that is not a digest (64 hex digits).
    #[error("not a digest")]
    NotADigest,
    /// A text that is not `issuer|type|id`.
    #[error("not a resource key")]
    NotAKey,
}

impl Error {
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }
}
