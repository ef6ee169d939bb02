use crate::Error;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What the name of a withheld part ends with.
const WITHHELD: &str = ".withheld";
/// The longest name, in letters.
const LONGEST: usize = 32;

/// A part of the record that can be shared on its own. A name of 1 to 32 of `a` to `z`, `.` and `-`: one that this version does not
/// know is accepted, kept and passed on.
///
/// Each section has an open and a withheld part, which is a section of its own to everything that knows no meaning: it has its own
/// name (`results.withheld`), and so its own chains, documents and keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Section(Cow<'static, str>);

impl Section {
    /// Who the patient is.
    pub const PROFILE: Self = Self::known("profile");
    /// Laboratory and imaging results, and reports.
    pub const RESULTS: Self = Self::known("results");
    /// Vital signs.
    pub const VITALS: Self = Self::known("vitals");
    /// Problems and diagnoses.
    pub const CONDITIONS: Self = Self::known("conditions");
    /// What is prescribed, dispensed and taken.
    pub const MEDICATIONS: Self = Self::known("medications");
    /// Allergies and intolerances.
    pub const ALLERGIES: Self = Self::known("allergies");
    /// Immunizations.
    pub const IMMUNIZATIONS: Self = Self::known("immunizations");
    /// Procedures.
    pub const PROCEDURES: Self = Self::known("procedures");
    /// Visits and stays.
    pub const VISITS: Self = Self::known("visits");
    /// Care plans, goals and teams.
    pub const PLANS: Self = Self::known("plans");
    /// Documents.
    pub const DOCUMENTS: Self = Self::known("documents");
    /// Appointments.
    pub const APPOINTMENTS: Self = Self::known("appointments");
    /// Messages with providers.
    pub const MESSAGES: Self = Self::known("messages");
    /// Insurance, claims and bills.
    pub const COVERAGE: Self = Self::known("coverage");
    /// Who may do what: genesis, connections, and later devices and grants.
    pub const CIRCLE: Self = Self::known("circle");
    /// What members did.
    pub const JOURNAL: Self = Self::known("journal");
    /// What no rule could place: holders only, never granted.
    pub const UNSORTED: Self = Self::known("unsorted");

    /// Every section that this version knows, in the order in which screens name them.
    pub const ALL: &'static [Self] = &[
        Self::PROFILE,
        Self::RESULTS,
        Self::VITALS,
        Self::CONDITIONS,
        Self::MEDICATIONS,
        Self::ALLERGIES,
        Self::IMMUNIZATIONS,
        Self::PROCEDURES,
        Self::VISITS,
        Self::PLANS,
        Self::DOCUMENTS,
        Self::APPOINTMENTS,
        Self::MESSAGES,
        Self::COVERAGE,
        Self::CIRCLE,
        Self::JOURNAL,
        Self::UNSORTED,
    ];

    /// The section of this name, known or not.
    ///
    /// # Errors
    /// [`Error::NotASection`] for a name that is not of the form.
    pub fn new(name: &str) -> Result<Self, Error> {
        if !well_formed(name) {
            return Err(Error::NotASection);
        }
        Ok(Self(Cow::Owned(name.to_owned())))
    }

    /// Every section that this version knows with its withheld part after it.
    pub fn both_parts() -> impl Iterator<Item = Self> {
        Self::ALL.iter().flat_map(|section| [section.clone(), section.withheld()])
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The withheld part; of a withheld part, itself. All known names leave room for it; for a longer one that a later version may
    /// know, the withheld part of [`Section::UNSORTED`] stands in, which nobody but a holder ever sees.
    pub fn withheld(&self) -> Self {
        if self.is_withheld() {
            return self.clone();
        }
        let fits = self.0.len() + WITHHELD.len() <= LONGEST;
        let base = if fits { self.clone() } else { Self::UNSORTED };
        Self(Cow::Owned(format!("{base}{WITHHELD}")))
    }

    /// The section that this is a part of; of an open part, itself.
    pub fn base(&self) -> Self {
        match self.0.strip_suffix(WITHHELD) {
            Some(base) if !base.is_empty() => Self(Cow::Owned(base.to_owned())),
            _ => self.clone(),
        }
    }

    /// Whether this is a withheld part.
    pub fn is_withheld(&self) -> bool {
        self.0.strip_suffix(WITHHELD).is_some_and(|base| !base.is_empty())
    }

    const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

fn well_formed(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'.' | b'-'))
}

impl AsRef<str> for Section {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Section {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(&self.0)
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Section {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

impl TryFrom<String> for Section {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        Self::new(&name)
    }
}

impl From<Section> for String {
    fn from(section: Section) -> Self {
        section.0.into_owned()
    }
}

impl<C> Encode<C> for Section {
    fn encode<W: encode::Write>(
        &self,
        to: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        to.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Section {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::new(from.str()?).map_err(|_| decode::Error::message("not a section's name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn known_names_are_well_formed_and_differ() {
        let names: BTreeSet<_> = Section::ALL.iter().map(Section::as_str).collect();
        assert_eq!(names.len(), Section::ALL.len());
        assert!(names.iter().all(|name| well_formed(name)));
    }

    #[test]
    fn every_section_has_a_withheld_part_of_its_own() {
        let parts: BTreeSet<_> = Section::both_parts().collect();
        assert_eq!(parts.len(), 2 * Section::ALL.len());
        for section in Section::ALL {
            let withheld = section.withheld();
            assert_eq!(Section::new(withheld.as_str()).as_ref(), Ok(&withheld), "its name is well-formed");
            assert!(withheld.is_withheld() && !section.is_withheld());
            assert_eq!((withheld.base(), section.base()), (section.clone(), section.clone()));
            assert_eq!(withheld.withheld(), withheld);
            assert_eq!(withheld.as_str().strip_suffix(".withheld"), Some(section.as_str()));
        }
        assert_eq!(Section::RESULTS.withheld().as_str(), "results.withheld");
    }

    #[test]
    fn a_long_name_of_a_later_version_has_a_withheld_part_that_only_holders_see() {
        let fits = Section::new(&"a".repeat(23)).unwrap();
        assert_eq!(fits.withheld().base(), fits);
        let long = Section::new(&"a".repeat(24)).unwrap();
        assert_eq!(long.withheld(), Section::UNSORTED.withheld());
        let odd = Section::new(".withheld").unwrap();
        assert!(!odd.is_withheld() && odd.base() == odd && odd.withheld().base() == odd);
    }

    #[test]
    fn a_name_of_a_later_version_is_accepted_and_a_crooked_one_is_not() {
        assert_eq!(Section::new("results").unwrap(), Section::RESULTS);
        assert!(Section::new("results.withheld").is_ok());
        assert!(Section::new(&"a".repeat(32)).is_ok());
        for bad in ["", "Results", "re sults", "r\u{e9}sults", "results/", &"a".repeat(33)] {
            assert_eq!(Section::new(bad), Err(Error::NotASection), "{bad}");
        }
    }
}
