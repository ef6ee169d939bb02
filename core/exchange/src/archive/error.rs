/// Why bytes could not be put or had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no space left.
    #[error("there is no space left")]
    OutOfSpace,
    /// It is not a plain file under that name: missing, a link, a folder.
    #[error("it is missing, or is no plain file")]
    NotAFile,
    /// The system said no.
    #[error("the system said: {0}")]
    System(String),
}

/// Why an archive could not be written or is not taken. The names in it are checked ones of the archive's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file could not be written or read.
    #[error("{name}: {fault}")]
    Fault {
        /// The file's name in the archive.
        name: String,
        /// Why.
        fault: Fault,
    },
    /// There is no readable manifest.
    #[error("there is no manifest of a Wellkept export in it")]
    NotAnArchive,
    /// It was made by another version.
    #[error("it is an export of format version {found}, and this version of Wellkept reads {VERSION}", VERSION = super::VERSION)]
    OtherVersion {
        /// What its manifest says.
        found: u64,
    },
    /// A name in it leads out of it, or is otherwise none that an export has.
    #[error("it names a file that no export has")]
    BadName,
    /// It is larger than what is read.
    #[error("it holds more than an export may: {0}")]
    TooLarge(&'static str),
    /// A file is not the one that the manifest names.
    #[error("{name} is not as it was when the export was made")]
    Altered {
        /// The file's name in the archive.
        name: String,
    },
    /// A line cannot be read.
    #[error("line {line} of {name} cannot be read")]
    BadLine {
        /// The file's name in the archive.
        name: String,
        /// From 1.
        line: u64,
    },
    /// Something that is named in it is not in it.
    #[error("content that it names is missing from it")]
    Missing,
    /// What it says does not fit together.
    #[error("it contradicts itself: {0}")]
    Contradiction(&'static str),
    /// Whoever asked for it wants no more.
    #[error("stopped")]
    Stopped,
}
