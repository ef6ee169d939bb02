/// Why a document could not be read. Never holds anything from the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is larger than what is read.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// The file is not what its first bytes promise, or it asks for more work than is done.
    #[error("the document cannot be read")]
    Unreadable,
}
