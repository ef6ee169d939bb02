//! Lines that a lens tells, each with its element: an element of which the lens could make nothing is left for the rest.

use super::fields::Fields;
use super::other;
use crate::json;
use crate::lens::{Annotation, CodeableConcept, Involved, Period, When, absence_of};
use crate::reference::{self, Reference, Target};
use crate::time::FhirTime;

impl<'a> Fields<'a> {
    pub(super) fn tell(&mut self, key: &'a str, label: &str, text: Option<String>) {
        let withheld = || self.root.get(key).and_then(absence_of).is_some();
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            if withheld() {
                self.told(&[key]);
            }
            return;
        };
        self.told(&[key]);
        self.put(label, Some(text));
    }

    pub(super) fn tell_each(&mut self, key: &'a str, label: &str, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            self.tell(key, label, Some(text));
        }
    }

    pub(super) fn tell_concept(&mut self, key: &'a str, label: &str, concept: Option<&CodeableConcept>) {
        self.tell(key, label, concept.and_then(CodeableConcept::label));
    }

    pub(super) fn tell_concepts(&mut self, key: &'a str, label: &str, concepts: &[CodeableConcept]) {
        self.tell(key, label, json::joined(concepts.iter().filter_map(CodeableConcept::label), ", "));
    }

    pub(super) fn tell_time(&mut self, key: &'a str, label: &str, time: Option<&FhirTime>) {
        self.tell(key, label, time.map(FhirTime::display));
    }

    pub(super) fn tell_period(&mut self, key: &'a str, label: &str, period: Option<&Period>) {
        self.tell(key, label, period.and_then(Period::display));
    }

    pub(super) fn tell_yes_no(&mut self, key: &'a str, label: &str, stated: Option<bool>) {
        self.tell(key, label, stated.map(|yes| if yes { "Yes" } else { "No" }.to_owned()));
    }

    /// The choice element `prefix[x]`. Where there are several, they all stay for the rest too.
    pub(super) fn tell_choice(&mut self, prefix: &'a str, label: &str, text: Option<String>) {
        let mut keys = json::choices(self.root, prefix).map(|(key, _)| key);
        match (keys.next(), keys.next()) {
            (Some(key), None) => self.tell(key, label, text),
            _ => self.put(label, text),
        }
    }

    pub(super) fn tell_when(&mut self, prefix: &'a str, label: &str, when: Option<&When>) {
        self.tell_choice(prefix, label, when.and_then(When::display));
    }

    pub(super) fn tell_one(&mut self, key: &'a str, label: &str, reference: Option<&Reference>) {
        let name = reference.and_then(|r| self.name(r));
        self.tell(key, label, name);
    }

    pub(super) fn tell_many(&mut self, key: &'a str, label: &str, references: &[Reference]) {
        let names = json::joined(references.iter().filter_map(|r| self.name(r)), ", ");
        self.tell(key, label, names);
    }

    pub(super) fn tell_notes(&mut self, notes: &[Annotation]) {
        self.tell_each("note", "Note", notes.iter().map(Annotation::display));
    }

    /// Who, as what, for whom, from when until when.
    pub(super) fn tell_involved(&mut self, key: &'a str, label: &str, involved: &[Involved]) {
        for one in involved {
            let mut parts: Vec<String> = one.who.iter().filter_map(|who| self.name(who)).collect();
            parts.extend(one.role());
            let whom = one.on_behalf_of.as_ref().and_then(|whom| self.name(whom));
            parts.extend(whom.map(|whom| format!("for {whom}")));
            parts.extend(one.period.as_ref().and_then(Period::display));
            self.tell(key, label, json::joined(parts, ", "));
        }
    }

    /// What people call the target of a reference, for a title or a value: never an address.
    pub(super) fn called(&self, reference: &Reference) -> Option<String> {
        let within = || other::title(reference::contained(self.root, reference.reference.as_deref()?)?);
        reference.display.clone().or_else(within)
    }

    pub(super) fn all_called(&self, references: &[Reference]) -> Option<String> {
        json::joined(references.iter().filter_map(|r| self.called(r)), ", ")
    }
}

/// Type and id of what a reference points at, without the address of a server.
pub(super) fn pointer(reference: &Reference) -> Option<String> {
    match reference::target(reference.reference.as_deref()?, "") {
        Target::Relative { resource_type, id } | Target::Absolute { resource_type, id, .. } => {
            Some(format!("{resource_type}/{id}"))
        }
        Target::Contained(_) | Target::Urn(_) | Target::Unreadable(_) => None,
    }
}

/// What an entry about a concept is called.
pub(super) fn title(concept: Option<&CodeableConcept>) -> Option<String> {
    concept.and_then(CodeableConcept::title)
}

/// What people call a concept.
pub(super) fn label(concept: Option<&CodeableConcept>) -> Option<String> {
    concept.and_then(CodeableConcept::label)
}
