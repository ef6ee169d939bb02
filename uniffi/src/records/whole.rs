//! The record as a whole: leaving with it, checking it, removing it.

use zeroize::Zeroizing;

use crate::give::Give;

mirror! {
    /// What an export wrote.
    struct Exported = client::Exported {
        /// Entries, as they stand.
        entries: u64,
        /// Earlier revisions of them.
        earlier: u64,
        /// Attachments.
        attachments: u64,
        /// Notes.
        notes: u64,
        /// Entries whose content is not held, and so not in it.
        not_held: u64,
        /// Files of the archive, without its manifest.
        files: u64,
        /// Their bytes.
        bytes: u64,
        /// The digest of the record, as `verify` gives it: the same after an import.
        digest: String,
    }
}

mirror! {
    /// What an import wrote.
    struct Imported = client::Imported {
        /// Contents of entries, with earlier ones.
        contents: u64,
        /// Portals, all of them ended.
        portals: u64,
        /// Notes' and choices' facts.
        facts: u64,
        /// Attachments.
        attachments: u64,
        /// The digest that the export names.
        expected: String,
        /// The digest of the record now: the same, or something could not be taken over.
        digest: String,
    }
}

mirror! {
    /// How far an export or an import has come.
    struct WholeStep = client::Step {
        /// What is being done, in words.
        doing: String,
        /// How much of it is done.
        done: u64,
        /// How much there is.
        all: u64,
    }
}

mirror! {
    /// What `erase` removed.
    struct Erased = client::Erased {
        /// Keys, and access to portals, that were in the keychain.
        keys: u64,
        /// Files: the database, what belongs to it, and attachments.
        files: u64,
    }
}

mirror! {
    /// What came of asking one portal to forget its tokens.
    struct Revoked = client::Revoked {
        /// The portal's name.
        portal: String,
        /// Whether it confirmed.
        confirmed: bool,
    }
}

mirror! {
    /// What `verify` found.
    struct Verified = client::Verified {
        /// Nothing is wrong.
        sound: bool,
        /// One digest of the whole record, in hex: the same content gives the same digest on every device.
        digest: String,
        /// How many statements were checked: signature, record, right to say it, and place in its chain.
        statements: u64,
        /// How many entries the record has.
        entries: u64,
        /// How many contents were removed at the wish of a member: nothing is wrong with that.
        purged: u64,
        /// What is wrong, in words.
        problems: Vec<String>,
    }
}

mirror! {
    /// What was taken over of a damaged file.
    struct Salvaged = client::Salvaged {
        /// Statements whose signatures hold.
        statements: u64,
        /// Contents of entries.
        contents: u64,
        /// Texts that people wrote.
        texts: u64,
        /// What could not be read, or was not genuine. `verify` then names what is missing; a full sync brings again what
        /// portals still have.
        lost: u64,
        /// The name of the damaged file, beside the record.
        aside: String,
    }
}

/// Whose record it is, and how it was opened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordAbout {
    /// The record's id, in hex.
    pub record: String,
    /// Who holds this device, as the record knows them.
    pub member: String,
    /// The name that the holder gave when the record was made.
    pub holder: String,
    /// The file is an older copy, which lacks what this device has said since: it can be read and exported, and nothing can be
    /// added to it.
    pub older_copy: bool,
    /// The lists are being built again.
    pub rebuilding: bool,
}

impl Give<RecordAbout> for RecordAbout {
    fn give(self) -> RecordAbout {
        self
    }
}

/// What opens a record.
#[derive(Clone, uniffi::Enum)]
pub enum Unlock {
    /// The passphrase.
    Passphrase {
        /// It.
        passphrase: String,
    },
    /// The recovery kit.
    Kit {
        /// Its 24 words.
        words: String,
    },
}

/// The same, overwritten once it is not needed any more.
pub(crate) enum Secret {
    Passphrase(Zeroizing<String>),
    Kit(Zeroizing<String>),
}

impl Unlock {
    pub(crate) fn take(self) -> Secret {
        match self {
            Self::Passphrase { passphrase } => Secret::Passphrase(Zeroizing::new(passphrase)),
            Self::Kit { words } => Secret::Kit(Zeroizing::new(words)),
        }
    }
}

impl Secret {
    pub(crate) fn borrow(&self) -> client::Unlock<'_> {
        match self {
            Self::Passphrase(passphrase) => client::Unlock::Passphrase(passphrase),
            Self::Kit(words) => client::Unlock::Kit(words),
        }
    }
}
