/// Why bytes are not a statement, or a statement cannot be written. Texts name fields and sizes, never contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end too early, are not CBOR, or lack a field.
    #[error("not a readable {0}")]
    Malformed(&'static str),
    /// A size is over its cap (see [`crate::limits`]).
    #[error("{what} is too large: the most is {most}")]
    TooLarge {
        /// The field.
        what: &'static str,
        /// Its cap.
        most: u64,
    },
    /// A text is not lower-case hexadecimal of the right length.
    #[error("not {0} bytes in hexadecimal")]
    NotHex(usize),
    /// A section's name is not of the form `[a-z.-]{1,32}`.
    #[error("not a section's name")]
    NotASection,
}
