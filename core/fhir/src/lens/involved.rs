use serde_json::Value as Json;

use super::coded::{CodeableConcept, labels};
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};

/// Who took part, as what, for whom and when: a performer, a participant of a visit, a member of a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Involved {
    /// As what.
    pub roles: Vec<CodeableConcept>,
    /// Who.
    pub who: Option<Reference>,
    /// For which organisation.
    pub on_behalf_of: Option<Reference>,
    /// From when until when.
    pub period: Option<Period>,
}

impl Involved {
    /// Reads the member `key` of `parent` as a list, whose items hold the role and the person under these names.
    pub(super) fn members(parent: &Json, key: &str, role: &str, who: &str) -> Vec<Self> {
        json::list(parent, key).filter_map(|value| Self::read(value, role, who)).collect()
    }

    /// The roles for people.
    pub fn role(&self) -> Option<String> {
        labels(&self.roles)
    }

    fn read(value: &Json, role: &str, who: &str) -> Option<Self> {
        let involved = Self {
            roles: CodeableConcept::members(value, role),
            who: reference::member(value, who),
            on_behalf_of: reference::member(value, "onBehalfOf"),
            period: value.get("period").and_then(Period::read),
        };
        (involved != Self::default()).then_some(involved)
    }
}
