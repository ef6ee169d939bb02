use super::About;

/// A misbehaviour of searches, pages and references.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fetching {
    /// Every request for this resource type answers this status.
    Answers(String, u16),
    /// Every request for data answers this status.
    Down(u16),
    /// There are three messages: about the patient, from them and to them. Each is found by that alone.
    Messages,
    /// `_lastUpdated` finds what did not change and leaves out what did.
    LastUpdatedLies,
    /// `link[next]` has lost all parameters of the search but the patient.
    NextDrops,
    /// `link[next]` leads to another operation, which the portal does not have.
    NextOtherOperation,
    /// `link[next]` asks for XML, and gets it.
    NextXml,
    /// The Patient stands on every page.
    PatientOnEveryPage,
    /// No bundle has a `total`.
    NoTotal,
    /// The first resource of a page stands in it twice.
    TwiceInABundle,
    /// While the first listing of a type is read, one resource moves from its second page to its first.
    Shifts,
    /// Searches of this type find nothing any more, and reads of it neither.
    StopsReturning(String),
    /// Every id but the patient's is another one, as after a migration.
    Renumbered,
    /// The last resource of a listing is left out; a warning in the bundle says that it is not all.
    Incomplete,
    /// Every answer to a search says in a warning that it may not be all, as some portals always do.
    Disclaimed,
    /// The first request for each second page answers 429 with a `Retry-After` that is a date.
    ThrottledUntil,
    /// After a few requests all answer 429 with `Retry-After: 3600`.
    ThrottledForLong,
    /// Answers come gzipped.
    Gzip,
    /// Answers come in ISO-8859-1, and say so.
    Latin1,
    /// Answers begin with a byte order mark.
    ByteOrderMark,
    /// A search for Procedures answers 200 with a page for people.
    HtmlPage,
    /// `link[next]` is relative to the base.
    NextRelative,
    /// Every FHIR address answers 404 with a page for people: the portal has moved.
    EndpointGone,
    /// The Patient of the same id is somebody else (`person`), or has a new family name (`married`), a corrected first name
    /// (`spelling`) or a corrected birth date (`birth-date`).
    PatientReplaced(String),
    /// One more Observation refers to what is contained, at another server, in a search, refused, or nowhere.
    StrangeReferences,
}

/// The ways of `patient-replaced`.
const REPLACED: [&str; 4] = ["person", "married", "spelling", "birth-date"];

impl Fetching {
    pub(super) fn all() -> Vec<Fetching> {
        vec![
            Fetching::Answers("CarePlan".to_owned(), 501),
            Fetching::Down(502),
            Fetching::Messages,
            Fetching::LastUpdatedLies,
            Fetching::NextDrops,
            Fetching::NextOtherOperation,
            Fetching::NextXml,
            Fetching::PatientOnEveryPage,
            Fetching::NoTotal,
            Fetching::TwiceInABundle,
            Fetching::Shifts,
            Fetching::StopsReturning("AllergyIntolerance".to_owned()),
            Fetching::Renumbered,
            Fetching::Incomplete,
            Fetching::Disclaimed,
            Fetching::ThrottledUntil,
            Fetching::ThrottledForLong,
            Fetching::Gzip,
            Fetching::Latin1,
            Fetching::ByteOrderMark,
            Fetching::HtmlPage,
            Fetching::NextRelative,
            Fetching::EndpointGone,
            Fetching::PatientReplaced("person".to_owned()),
            Fetching::StrangeReferences,
        ]
    }

    pub(super) fn value(&self) -> Option<String> {
        match self {
            Fetching::Answers(on, status) => Some(format!("{on}:{status}")),
            Fetching::StopsReturning(on) => Some(on.clone()),
            Fetching::PatientReplaced(how) => Some(how.clone()),
            Fetching::Down(status) => Some(status.to_string()),
            _ => None,
        }
    }

    pub(super) fn with_value(&self, value: &str) -> Option<Fetching> {
        match self {
            Fetching::Answers(..) => {
                let (on, status) = value.split_once(':')?;
                Some(Fetching::Answers(on.to_owned(), status.parse().ok()?))
            }
            Fetching::StopsReturning(_) => Some(Fetching::StopsReturning(value.to_owned())),
            Fetching::PatientReplaced(_) => {
                REPLACED.contains(&value).then(|| Fetching::PatientReplaced(value.to_owned()))
            }
            Fetching::Down(_) => Some(Fetching::Down(value.parse().ok()?)),
            _ => None,
        }
    }

    pub(super) fn about(&self) -> About {
        let (name, does, seen) = match self {
            Fetching::Answers(..) => (
                "answers",
                "one resource type answers another status (answers=Condition:404; CarePlan:501 if none is named)",
                "jwilleke/yourphr#749",
            ),
            Fetching::Down(_) => {
                ("down", "every request for data answers one status (down=503; 502 if none is named)", "")
            }
            Fetching::Messages => (
                "messages",
                "there are messages about the patient, from them and to them, each found by that alone",
                "",
            ),
            Fetching::LastUpdatedLies => (
                "last-updated-lies",
                "_lastUpdated finds what did not change and leaves out what did",
                "US Core, general guidance on _lastUpdated",
            ),
            Fetching::NextDrops => {
                ("next-drops", "the next link has lost the parameters of the search", "samply/blaze#2014")
            }
            Fetching::NextOtherOperation => {
                ("next-other-operation", "the next link leads to another operation", "medplum/medplum#9512")
            }
            Fetching::NextXml => {
                ("next-xml", "the next link asks for XML, and gets it", "hapifhir/hapi-fhir#674")
            }
            Fetching::PatientOnEveryPage => {
                ("patient-on-every-page", "the Patient stands on every page", "hapifhir/hapi-fhir#674")
            }
            Fetching::NoTotal => ("no-total", "no bundle has a total", ""),
            Fetching::TwiceInABundle => {
                ("twice-in-a-bundle", "the first resource of a page stands in it twice", "")
            }
            Fetching::Shifts => {
                ("shifts", "while a listing is read, a resource moves to a page already read", "")
            }
            Fetching::StopsReturning(_) => (
                "stops-returning",
                "one type is no longer found (stops-returning=Condition; AllergyIntolerance if none is named)",
                "",
            ),
            Fetching::Renumbered => (
                "renumbered",
                "every id but the patient's is another one",
                "department-of-veterans-affairs/va.gov-team#131489",
            ),
            Fetching::Incomplete => {
                ("incomplete", "a resource is left out; a warning in the bundle says that it is not all", "")
            }
            Fetching::Disclaimed => {
                ("disclaimed", "a warning in every bundle says that it may not be all", "")
            }
            Fetching::ThrottledUntil => {
                ("throttled-until", "the first request for each second page answers 429 until a date", "")
            }
            Fetching::ThrottledForLong => {
                ("throttled-for-long", "after a few requests all answer 429 for an hour", "")
            }
            Fetching::Gzip => ("gzip", "answers come gzipped", ""),
            Fetching::Latin1 => ("latin1", "answers come in ISO-8859-1, and say so", ""),
            Fetching::ByteOrderMark => ("byte-order-mark", "answers begin with a byte order mark", ""),
            Fetching::HtmlPage => (
                "html-page",
                "a search for Procedures answers 200 with a page for people",
                "fastenhealth/fasten-onprem#461",
            ),
            Fetching::NextRelative => {
                ("next-relative", "the next link is relative to the base", "FirelyTeam/firely-net-sdk#2021")
            }
            Fetching::EndpointGone => (
                "endpoint-gone",
                "every FHIR address answers 404 with a page for people",
                "fastenhealth/fasten-onprem#366",
            ),
            Fetching::PatientReplaced(_) => (
                "patient-replaced",
                "the Patient of the same id is somebody else (=person), or corrected (=married, spelling, birth-date)",
                "drajer-health/eCRNow#541",
            ),
            Fetching::StrangeReferences => (
                "strange-references",
                "an Observation refers to what is contained, elsewhere, refused or nowhere",
                "",
            ),
        };
        About { name, does, seen: Some(seen).filter(|seen| !seen.is_empty()) }
    }
}
