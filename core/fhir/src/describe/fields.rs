use serde_json::Value as Json;

use super::{Field, other, privacy};
use crate::json;
use crate::lens::{Annotation, CodeableConcept, Coding, When, absence_of, generic, is_rendering};
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// The most lines that one row keeps; the rest stays reachable in the whole resource.
const MOST: usize = 200;

/// The most lines for one list that no lens tells.
const MOST_ALIKE: usize = 25;

/// The element of the directions as the sender renders them; an extension tells it too.
pub(super) const RENDERED: &str = "renderedDosageInstruction";

/// Elements that are told elsewhere or mean nothing to people.
const QUIET: [&str; 7] = ["resourceType", "id", "meta", "text", "contained", "implicitRules", "language"];

/// The readable whole in the making: what a lens tells, then what it left.
pub(super) struct Fields<'a> {
    pub(super) root: &'a Json,
    told: Vec<&'a str>,
    out: Vec<Field>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(root: &'a Json) -> Self {
        Self { root, told: Vec::new(), out: Vec::new() }
    }

    /// These elements of the resource are told by the lens.
    pub(super) fn told(&mut self, elements: &[&'a str]) {
        self.told.extend_from_slice(elements);
    }

    pub(super) fn put(&mut self, label: &str, text: Option<String>) {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
        self.out.push(Field { label: label.to_owned(), text: json::clipped(&text, json::LONG) });
    }

    pub(super) fn each(&mut self, label: &str, texts: impl IntoIterator<Item = Option<String>>) {
        for text in texts {
            self.put(label, text);
        }
    }

    pub(super) fn concept(&mut self, label: &str, concept: Option<&CodeableConcept>) {
        self.put(label, concept.and_then(CodeableConcept::label));
    }

    pub(super) fn concepts(&mut self, label: &str, concepts: &[CodeableConcept]) {
        self.put(label, json::joined(concepts.iter().filter_map(CodeableConcept::label), ", "));
    }

    pub(super) fn when(&mut self, label: &str, when: Option<&When>) {
        self.put(label, when.and_then(When::display));
    }

    pub(super) fn time(&mut self, label: &str, time: Option<&FhirTime>) {
        self.put(label, time.map(FhirTime::display));
    }

    pub(super) fn yes_no(&mut self, label: &str, stated: Option<bool>) {
        self.put(label, stated.map(|yes| if yes { "Yes" } else { "No" }.to_owned()));
    }

    pub(super) fn notes(&mut self, notes: &[Annotation]) {
        self.each("Note", notes.iter().map(|note| Some(note.display())));
    }

    pub(super) fn reference(&mut self, label: &str, reference: Option<&Reference>) {
        self.put(label, reference.and_then(|r| self.name(r)));
    }

    pub(super) fn references(&mut self, label: &str, references: &[Reference]) {
        self.put(label, json::joined(references.iter().filter_map(|r| self.name(r)), ", "));
    }

    /// What a reference is called: its display, else the title of what is held within, else as it came.
    pub(super) fn name(&self, reference: &Reference) -> Option<String> {
        let within = || other::title(reference::contained(self.root, reference.reference.as_deref()?)?);
        reference.display.clone().or_else(within).or_else(|| reference.label())
    }

    /// What the lens told, then every other element of the resource on a line of its own.
    pub(super) fn finish(mut self) -> Vec<Field> {
        for (key, member) in self.root.as_object().into_iter().flatten() {
            let told = self.told.contains(&key.as_str());
            match key.strip_prefix('_') {
                _ if QUIET.contains(&key.as_str()) => {}
                _ if told => self.withheld(key, member),
                Some(shadowed) => self.shadow(key, shadowed, member),
                None => self.element(key, member),
            }
        }
        self.labels();
        if self.out.len() > MOST {
            let more = self.out.len() - MOST;
            self.out.truncate(MOST);
            self.put("More", Some(format!("{more} more lines in the full record")));
        }
        self.out
    }

    fn element(&mut self, key: &str, member: &Json) {
        let label = generic::label(key);
        match member {
            Json::Array(items) => {
                let rendering = items.iter().position(|item| key == "extension" && self.is_told(item));
                let items: Vec<_> = items.iter().enumerate().filter(|(n, _)| Some(*n) != rendering).collect();
                for (_, item) in items.iter().take(MOST_ALIKE) {
                    self.put(&label, self.text(item));
                }
                let more = items.len().saturating_sub(MOST_ALIKE);
                let told = (more > 0).then(|| format!("{more} more in the full record"));
                self.put(&label, told);
            }
            Json::String(text) if json::is_base64(key, text) => {
                self.put(&label, Some("(file content)".to_owned()))
            }
            _ => self.put(&label, self.text(member)),
        }
    }

    /// An extension that the lens told as the directions.
    fn is_told(&self, extension: &Json) -> bool {
        self.told.contains(&RENDERED) && is_rendering(extension)
    }

    /// One element on one line; a reference to what is held within by its title.
    fn text(&self, element: &Json) -> Option<String> {
        match element.get("reference") {
            Some(Json::String(_)) => self.name(&reference::read_one(element, "")),
            _ => generic::brief(element),
        }
    }

    /// An element that the lens knows, and that is there only to say why it is not.
    fn withheld(&mut self, key: &str, member: &Json) {
        if let Some(reason) = absence_of(member)
            && !key.starts_with("value")
            && !key.starts_with('_')
        {
            self.put(&generic::label(key), Some(format!("not given ({reason})")));
        }
    }

    fn shadow(&mut self, key: &str, shadowed: &str, member: &Json) {
        let known = self.root.get(shadowed).is_some_and(|held| !held.is_null());
        match absence_of(member) {
            Some(reason) if !known => {
                self.put(&generic::label(shadowed), Some(format!("not given ({reason})")))
            }
            _ => self.put(&generic::label(key), generic::brief(member)),
        }
    }

    fn labels(&mut self) {
        let meta = self.root.get("meta").unwrap_or(&Json::Null);
        let told = |label: &Json| Coding::read(label).and_then(|coding| privacy::words(&coding));
        let labels: Vec<_> =
            json::list(meta, "security").map(|l| told(l).or_else(|| generic::brief(l))).collect();
        self.each("Privacy label", labels);
    }
}
