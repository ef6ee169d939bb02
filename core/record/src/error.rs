/// Why a statement's body could not be read. Never holds anything from the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The statement is of another kind than the one asked for.
    #[error("the statement is of another kind")]
    OtherKind,
    /// The body of a page or listing cannot be read.
    #[error("the statement's body cannot be read")]
    Body,
    /// A change, a fact or a text is larger than its cap.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// A fact is not the CBOR map that ADR 0001 describes.
    #[error("a fact cannot be read")]
    Fact,
    /// A change holds anything but new facts under the writing device's own actor, or its bytes are damaged.
    #[error("a change holds something other than new facts: {0}")]
    NotFacts(&'static str),
    /// Automerge panicked or gave up: the statement is set aside and tried again by a later version.
    #[error("a change is set aside")]
    SetAside,
    /// The saved document cannot be loaded; it is a projection and is rebuilt from the log.
    #[error("a saved document cannot be loaded")]
    Document,
    /// This device's chain has two branches, and its newest change is on the one that the document does not hold.
    #[error("this device's changes have two branches")]
    Forked,
}
