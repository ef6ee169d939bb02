use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A misbehaviour that real portals show, as a switch. Its text form is its name, `refused-type` with the type
/// after an equals sign: `refused-type=Condition`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Quirk {
    /// Every request for this resource type answers 403.
    RefusedType(String),
    /// `_lastUpdated` answers 400.
    NoLastUpdated,
    /// `link[next]` names another host, `localhost`, which is another origin and reaches the same portal.
    NextOtherHost,
    /// One access token, once, is suddenly 401 after a few requests, long before it expires.
    UnauthorizedMidSync,
    /// A search for Observations returns one resource of somebody else.
    OtherPerson,
    /// A search for Observations without `category` answers 400.
    CategoryRequired,
    /// The first request for each second page answers 429 with `Retry-After: 1`.
    Throttled,
    /// The last page has a `next` link that answers 500.
    NextFails,
    /// `link[next]` leads back to the page it stands on.
    NextLoops,
    /// The refresh response names neither the patient nor the scopes.
    RefreshOmitsPatient,
    /// A resource that is no longer returned answers 410 to a read, not 404.
    Gone,
    /// Each answer carries another `meta.versionId` and `meta.lastUpdated`: as many as there are answers.
    Restamped,
}

/// What `sandbox quirks` says of one quirk.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The name on the command line.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    /// The public thread where it was seen, if one is known.
    pub seen: Option<&'static str>,
}

const REFUSED_BY_DEFAULT: &str = "CarePlan";

impl Quirk {
    /// One of each, a type that is refused being `CarePlan`.
    pub fn all() -> Vec<Quirk> {
        vec![
            Quirk::RefusedType(REFUSED_BY_DEFAULT.to_owned()),
            Quirk::NoLastUpdated,
            Quirk::NextOtherHost,
            Quirk::UnauthorizedMidSync,
            Quirk::OtherPerson,
            Quirk::CategoryRequired,
            Quirk::Throttled,
            Quirk::NextFails,
            Quirk::NextLoops,
            Quirk::RefreshOmitsPatient,
            Quirk::Gone,
            Quirk::Restamped,
        ]
    }

    /// Its name, what it does, and where it was seen.
    pub fn about(&self) -> About {
        let (name, does, seen) = match self {
            Quirk::RefusedType(_) => (
                "refused-type",
                "one resource type answers 403 (refused-type=Condition; CarePlan if none is named)",
                Some("jwilleke/yourphr#753"),
            ),
            Quirk::NoLastUpdated => ("no-last-updated", "a search with _lastUpdated answers 400", None),
            Quirk::NextOtherHost => ("next-other-host", "the next link names another host", None),
            Quirk::UnauthorizedMidSync => {
                ("unauthorized-mid-sync", "one access token is suddenly 401 in the middle", None)
            }
            Quirk::OtherPerson => {
                ("other-person", "a search for Observations also returns somebody else's", None)
            }
            Quirk::CategoryRequired => (
                "category-required",
                "a search for Observations without category answers 400",
                Some("jwilleke/yourphr#754"),
            ),
            Quirk::Throttled => {
                ("throttled", "the first request for each second page answers 429 with Retry-After", None)
            }
            Quirk::NextFails => {
                ("next-fails", "the last page has a next link that answers 500", Some("bfd#393"))
            }
            Quirk::NextLoops => ("next-loops", "the next link leads back to its own page", None),
            Quirk::RefreshOmitsPatient => {
                ("refresh-omits-patient", "a refresh response names no patient and no scopes", None)
            }
            Quirk::Gone => ("gone", "what is no longer returned answers 410 to a read, not 404", None),
            Quirk::Restamped => {
                ("restamped", "each answer carries another meta.versionId and meta.lastUpdated", None)
            }
        };
        About { name, does, seen }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quirk::RefusedType(resource_type) => write!(out, "{}={resource_type}", self.about().name),
            _ => out.write_str(self.about().name),
        }
    }
}

impl FromStr for Quirk {
    type Err = Error;

    fn from_str(text: &str) -> Result<Quirk, Error> {
        if let Some(("refused-type", resource_type)) = text.split_once('=') {
            return Ok(Quirk::RefusedType(resource_type.to_owned()));
        }
        let known = Quirk::all().into_iter().find(|quirk| quirk.about().name == text);
        known.ok_or_else(|| Error::Unknown(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_found_by_its_own_text() {
        for quirk in Quirk::all() {
            assert_eq!(quirk.to_string().parse::<Quirk>().unwrap(), quirk);
            assert_eq!(quirk.about().name.parse::<Quirk>().unwrap(), quirk);
        }
        assert!("friendly".parse::<Quirk>().is_err());
    }
}
