//! Whom the record is about, as each portal says it.

use clinical::range::{Person, Sex};
use fhir::lens::Patient;
use fhir::time::FhirTime;
use fhir::{Resource, ResourceKey};
use record::row::State;
use statement::Section;

use crate::read::name;
use crate::views::plain;
use crate::{Client, Error};

/// The person as the portals tell them.
#[derive(Default)]
pub(crate) struct People {
    told: Vec<Told>,
}

struct Told {
    key: ResourceKey,
    portal: String,
    person: Person,
    sex: Option<String>,
    died: Option<String>,
}

impl Client {
    /// What the entries of type Patient say.
    pub(crate) fn people(&self) -> Result<People, Error> {
        let names = self.portal_names()?;
        let query =
            store::Query { types: ["Patient".to_owned()].into(), ..store::Query::section(Section::PROFILE) };
        let mut told = Vec::new();
        for stored in self.inner.store.rows(&query)? {
            let row = stored.row;
            let bytes = self.inner.store.bytes(&row.current)?.filter(|_| row.state == State::Current);
            let Some(resource) = bytes.and_then(|bytes| Resource::parse(&bytes).ok()) else { continue };
            let patient = Patient::read(resource.value());
            let portals: Vec<String> = row.connections.iter().map(|id| name(&names, id)).collect();
            told.push(Told {
                person: Person { born: patient.birth_date.clone(), sex: sex(patient.gender.as_deref()) },
                sex: patient.gender,
                died: row.summary.deceased,
                portal: portals.join(" and "),
                key: row.key,
            });
        }
        Ok(People { told })
    }
}

impl People {
    /// The person of an entry of this portal; what the portals do not agree on is not known.
    pub(crate) fn of(&self, issuer: &str) -> Person {
        let mut own = self.told.iter().filter(|told| told.key.issuer == issuer);
        let (Some(told), None) = (own.next(), own.next()) else { return Person::default() };
        let agreed = |same: &dyn Fn(&Told) -> bool| self.told.iter().all(same);
        Person {
            born: told.person.born.clone().filter(|born| {
                agreed(&|other| other.person.born.as_ref().is_none_or(|known| fits(born, known)))
            }),
            sex: told
                .person
                .sex
                .filter(|_| agreed(&|other| other.sex.is_none() || other.person.sex == told.person.sex)),
        }
    }

    /// Whether a portal says that the person has died.
    pub(crate) fn died(&self) -> bool {
        self.told.iter().any(|told| told.died.is_some())
    }

    /// Which portals say that the person has died, and which do not.
    pub(crate) fn death(&self) -> Vec<String> {
        let says = |told: &Told| {
            let died = told.died.as_deref()?;
            Some(plain(&format!("{} says that this person {died}", told.portal)))
        };
        let mut notices: Vec<String> = self.told.iter().filter_map(says).collect();
        if !notices.is_empty() {
            let silent = self.told.iter().filter(|told| told.died.is_none());
            notices.extend(silent.map(|told| plain(&format!("{} does not say so", told.portal))));
        }
        notices
    }
}

fn sex(gender: Option<&str>) -> Option<Sex> {
    match gender? {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        _ => None,
    }
}

/// `1961` and `1961-05-03` may be the same day.
fn fits(one: &FhirTime, other: &FhirTime) -> bool {
    let (one, other) = (one.text().trim(), other.text().trim());
    one.starts_with(other) || other.starts_with(one)
}
