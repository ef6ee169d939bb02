//! What a member covers on their own screens, and what carers do not see.

use super::Line;
use crate::give::Give;

/// What can be covered.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Hide {
    /// All that speaks of a kind of sensitive care.
    Category {
        /// `mental`, `hiv` ...
        name: String,
    },
    /// A whole section.
    Section {
        /// `results`, `medications` ...
        name: String,
    },
    /// One entry.
    Entry {
        /// By the names that `show` takes.
        reference: String,
    },
}

impl From<Hide> for client::Hide {
    fn from(hide: Hide) -> Self {
        match hide {
            Hide::Category { name } => Self::Category(name),
            Hide::Section { name } => Self::Section(name),
            Hide::Entry { reference } => Self::Entry(reference),
        }
    }
}

/// Why an entry is withheld. The first that holds.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Why {
    /// The patient chose so.
    Chosen,
    /// It speaks of a kind of sensitive care.
    Speaks {
        /// Its name: `mental`, `hiv` ...
        category: String,
    },
    /// It is asked of everybody.
    Screening,
    /// It refers to something that is withheld, or did so, or said so in an earlier version.
    Refers,
}

impl Give<Why> for client::Why {
    fn give(self) -> Why {
        match self {
            Self::Chosen => Why::Chosen,
            Self::Speaks(category) => Why::Speaks { category: category.name().to_owned() },
            Self::Screening => Why::Screening,
            Self::Refers => Why::Refers,
        }
    }
}

mirror! {
    /// Something that this member wants covered.
    struct Hidden = client::Hidden {
        /// What it is.
        kind: HiddenKind,
        /// Its name: of a category or a section, or `Type/id`.
        name: String,
        /// In words. An entry's title is not told.
        words: String,
        /// Since when (UTC seconds, by the clock of the device where it was said).
        since: i64,
    }
}

mirror_enum! {
    /// What a `Hidden` is.
    enum HiddenKind = client::HiddenKind {
        /// A kind of sensitive care.
        Category,
        /// A section.
        Section,
        /// One entry.
        Entry,
    }
}

mirror! {
    /// What came of a choice.
    struct PartChange = client::PartChange {
        /// Entries that were named, or that speak of what was named, and went to the other part.
        moved: u64,
        /// Entries that went with them: what refers to what is withheld, or was withheld only because it does.
        following: u64,
    }
}

mirror! {
    /// What carers do not see unless the patient says so. For holders only.
    struct PartsView = client::PartsView {
        /// What is withheld, by why. Supporting resources, such as who was seen, are left out: they go with what refers to them.
        withheld: Vec<WithheldGroup>,
        /// Everything that was chosen, the record as a whole first.
        choices: Vec<Chosen>,
        /// Entries that may speak of sensitive care and are not withheld for it, as such words often mean something else.
        perhaps: Vec<Withheld>,
    }
}

mirror! {
    /// Entries that are withheld for one reason.
    struct WithheldGroup = client::WithheldGroup {
        /// The reason.
        why: Why,
        /// It in words.
        words: String,
        /// The entries, by reference.
        entries: Vec<Withheld>,
    }
}

mirror! {
    /// One entry.
    struct Withheld = client::Withheld {
        /// As lists show it.
        line: Line,
        /// What of it speaks of sensitive care. Left out of what this member wants covered.
        because: Vec<String>,
    }
}

mirror! {
    /// Something that was chosen.
    struct Chosen = client::Chosen {
        /// Withheld, else shared.
        withheld: bool,
        /// `Type/id`, the name of a kind of care, or `screening`.
        name: String,
        /// In words.
        words: String,
        /// When (UTC seconds, by the clock of the device where it was said).
        since: i64,
        /// How many entries went along.
        following: u64,
    }
}
