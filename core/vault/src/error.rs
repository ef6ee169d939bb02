/// Why a key, a seal or a signature was refused. No text names a secret or a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The wrap is whole, and this passphrase does not open it.
    #[error("the passphrase is not the right one")]
    WrongPassphrase,
    /// The wrap is whole, and this recovery kit does not open it.
    #[error("the recovery kit is not the one of this record")]
    WrongKit,
    /// A passphrase must have at least one character.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The bytes were changed or cut, or are something else.
    #[error("the {0} is damaged")]
    Damaged(&'static str),
    /// A seal does not open: another key, another purpose, or changed bytes.
    #[error("the seal does not open")]
    Sealed,
    /// Written by a later version.
    #[error("the {what} has format {found}, which this version does not know")]
    UnknownFormat {
        /// What was read.
        what: &'static str,
        /// The format that it claims.
        found: u16,
    },
    /// A wrap whose cost is so low that guessing would be cheap.
    #[error("the passphrase's protection is weaker than allowed")]
    CostTooLow,
    /// A wrap whose cost would stop the device.
    #[error("opening would take more memory or time than allowed")]
    CostTooHigh,
    /// The device cannot spare the memory that the cost asks for.
    #[error("not enough memory to check the passphrase")]
    OutOfMemory,
    /// One of the kit's words is not on the list. The word itself is secret.
    #[error("word {position} is not on the list of recovery words")]
    UnknownWord {
        /// Counted from 1.
        position: usize,
    },
    /// The kit has 24 words.
    #[error("a recovery kit has 24 words, not {found}")]
    WordCount {
        /// How many were given.
        found: usize,
    },
    /// Every word is on the list, but together they are no kit.
    #[error("one of the recovery words is not the one written down, or two are in the wrong order")]
    WordsDoNotFit,
    /// The signature is not by the statement's own device, or the bytes were changed.
    #[error("the signature does not fit the statement")]
    BadSignature,
    /// A key that cannot be made, or a public key under which a signature would fit more than one message.
    #[error("the key is not a usable one")]
    BadKey,
    /// A suite that this version does not know.
    #[error("the statement is signed with suite {0}, which this version does not know")]
    UnknownSuite(u16),
    /// A payload was to be signed by another device's key.
    #[error("the statement names another device than the one that signs")]
    OtherDevice,
    /// The statement belongs to another record.
    #[error("the statement belongs to another record")]
    OtherRecord,
    /// A statement that is not what the first of a record must be.
    #[error("not the first statement of a record: {0}")]
    NotAGenesis(&'static str),
    /// The statement cannot be read or written.
    #[error(transparent)]
    Statement(#[from] statement::Error),
}
