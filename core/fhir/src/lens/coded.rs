use serde_json::Value as Json;

use crate::{json, systems};

/// What stands at the end of a title that holds nothing but a code.
pub(crate) const NAMELESS: &str = "name not stated by the portal";

/// Tags that end a fully specified name of SNOMED CT. They tell which branch of it a name belongs to, and nothing that
/// the name does not. Source: SNOMED CT Editorial Guide, "Semantic Tag" (SNOMED International).
const TAGS: [&str; 24] = [
    "body structure",
    "cell",
    "cell structure",
    "clinical drug",
    "disorder",
    "dose form",
    "environment",
    "event",
    "finding",
    "medicinal product",
    "medicinal product form",
    "morphologic abnormality",
    "observable entity",
    "organism",
    "physical force",
    "physical object",
    "procedure",
    "product",
    "qualifier value",
    "record artifact",
    "regime/therapy",
    "situation",
    "specimen",
    "substance",
];

/// A Coding: one code of one system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coding {
    /// Address of the code system, as it came.
    pub system: Option<String>,
    /// The code, as it came.
    pub code: Option<String>,
    /// The sender's name for it.
    pub display: Option<String>,
    /// Chosen by a person rather than by a program.
    pub user_selected: bool,
}

/// A CodeableConcept: one meaning, as text and as codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeableConcept {
    /// What was written or said.
    pub text: Option<String>,
    /// The codes, in the sender's order.
    pub codings: Vec<Coding>,
}

impl Coding {
    /// Reads a Coding; a bare text is taken as its code.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|code| Self { code: Some(code), ..Self::default() });
        }
        let coding = Self {
            system: json::text(value, "system"),
            code: json::text(value, "code"),
            display: json::said(value, "display"),
            user_selected: value.get("userSelected").and_then(Json::as_bool).unwrap_or(false),
        };
        (coding.code.is_some() || coding.display.is_some()).then_some(coding)
    }

    /// For people: the display, else the code.
    pub fn label(&self) -> Option<&str> {
        self.display.as_deref().or(self.code.as_deref())
    }

    /// Whether this is `code` of `system`, which may be named by its address or its OID.
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.code.as_deref() == Some(code)
            && self.system.as_deref().is_some_and(|own| systems::same(own, system))
    }

    /// The display, without the tag at the end of a name of SNOMED CT. Not when it says no more than the code.
    fn name(&self) -> Option<&str> {
        let display = self.display.as_deref().filter(|display| !self.repeats(display))?;
        let tagged = self.system.as_deref().and_then(systems::name) == Some("SNOMED CT");
        let short = tagged.then(|| without_tag(display)).flatten();
        Some(short.unwrap_or(display))
    }

    /// `Code 718-7 (LOINC)`.
    fn bare(&self) -> Option<String> {
        let code = self.code.as_deref()?;
        let called = |system: &str| match (systems::name(system), systems::oid(system)) {
            (Some(name), _) => name.to_owned(),
            (None, Some(oid)) => format!("OID {oid}"),
            (None, None) => system.to_owned(),
        };
        Some(match self.system.as_deref().map(called) {
            Some(system) => format!("Code {code} ({system})"),
            None => format!("Code {code}"),
        })
    }

    /// A text that is the code again, and a number.
    fn repeats(&self, text: &str) -> bool {
        let no_word = !text.contains(|c: char| c.is_alphabetic());
        no_word && self.code.as_deref().is_some_and(|code| code.trim() == text.trim())
    }
}

impl CodeableConcept {
    /// Reads a CodeableConcept. A bare text, a bare Coding and a list of concepts (the first counts) are tolerated.
    pub fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Array(items) => items.iter().find_map(Self::read),
            Json::Object(_) => {
                let mut codings: Vec<Coding> = json::list(value, "coding").filter_map(Coding::read).collect();
                if value.get("coding").is_none() {
                    codings.extend(Coding::read(value));
                }
                let text = json::said(value, "text");
                (text.is_some() || !codings.is_empty()).then_some(Self { text, codings })
            }
            _ => json::primitive(value).map(|text| Self { text: Some(text), codings: Vec::new() }),
        }
    }

    /// Reads the member `key` of `parent`.
    pub fn member(parent: &Json, key: &str) -> Option<Self> {
        parent.get(key).and_then(Self::read)
    }

    /// Reads the member `key` of `parent` as a list.
    pub fn members(parent: &Json, key: &str) -> Vec<Self> {
        json::list(parent, key).filter_map(Self::read).collect()
    }

    /// For people: the text; else the display chosen by a person, else the first display, else the first code.
    pub fn label(&self) -> Option<String> {
        let chosen = || self.codings.iter().find(|c| c.user_selected).and_then(|c| c.display.as_deref());
        let display = || self.codings.iter().find_map(|c| c.display.as_deref());
        let code = || self.codings.iter().find_map(|c| c.code.as_deref());
        self.text.as_deref().or_else(chosen).or_else(display).or_else(code).map(str::to_owned)
    }

    /// What an entry about it is called: as [`CodeableConcept::label`], but a bare code says that it is one and of which
    /// system, and a display of SNOMED CT goes without its tag. A text stays as it was written.
    pub fn title(&self) -> Option<String> {
        self.named().or_else(|| self.bare().map(|code| format!("{code}, {NAMELESS}")))
    }

    /// As [`CodeableConcept::title`], shorter: for a part of an entry.
    pub(crate) fn called(&self) -> Option<String> {
        self.named().or_else(|| self.bare())
    }

    /// A name in words, if there is one; a code that is a word itself (`pharmacy`) too.
    pub(crate) fn named(&self) -> Option<String> {
        let repeats = |text: &&str| self.codings.iter().any(|coding| coding.repeats(text));
        let text = self.text.as_deref().filter(|text| !repeats(text));
        let chosen = || self.codings.iter().find(|c| c.user_selected).and_then(Coding::name);
        let display = || self.codings.iter().find_map(Coding::name);
        let word = || self.codings.iter().filter_map(|c| c.code.as_deref()).find(|code| is_word(code));
        text.or_else(chosen).or_else(display).or_else(word).map(str::to_owned)
    }

    /// The code of a system that people know by name, else the first.
    fn bare(&self) -> Option<String> {
        let known = |coding: &&Coding| coding.system.as_deref().and_then(systems::name).is_some();
        let known = self.codings.iter().filter(known).find_map(Coding::bare);
        known.or_else(|| self.codings.iter().find_map(Coding::bare)).or_else(|| self.text.clone())
    }

    /// Itself, if it has a code.
    pub(crate) fn coded(self) -> Option<Self> {
        self.code().is_some().then_some(self)
    }

    /// The first code, of whatever system.
    pub fn code(&self) -> Option<&str> {
        self.codings.iter().find_map(|c| c.code.as_deref())
    }

    /// Whether one of the codings is `code` of `system`.
    pub fn has(&self, system: &str, code: &str) -> bool {
        self.codings.iter().any(|c| c.is(system, code))
    }
}

/// The labels of several concepts, joined for people.
pub(crate) fn labels(concepts: &[CodeableConcept]) -> Option<String> {
    json::joined(concepts.iter().filter_map(CodeableConcept::label), ", ")
}

/// As the codes of FHIR's own lists are: `social-history`.
fn is_word(code: &str) -> bool {
    code.len() > 3 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// `Gout` of `Gout (disorder)`.
fn without_tag(display: &str) -> Option<&str> {
    let (name, tag) = display.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let name = name.trim_end();
    (TAGS.contains(&tag) && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn title(concept: Json) -> String {
        CodeableConcept::read(&concept).and_then(|concept| concept.title()).unwrap_or_default()
    }

    #[test]
    fn a_bare_code_says_that_it_is_one_and_of_which_system() {
        let of = |system: &str| title(json!({"coding": [{"system": system, "code": "195662009"}]}));
        let snomed = "Code 195662009 (SNOMED CT), name not stated by the portal";
        assert_eq!(of("http://snomed.info/sct"), snomed);
        assert_eq!(of("urn:oid:2.16.840.1.113883.6.96"), snomed);
        assert_eq!(of("urn:oid:1.2.3"), "Code 195662009 (OID 1.2.3), name not stated by the portal");
        assert_eq!(of("urn:example:lab"), "Code 195662009 (urn:example:lab), name not stated by the portal");
        assert_eq!(title(json!({"coding": [{"code": "X7"}]})), "Code X7, name not stated by the portal");
        let both = json!({"coding": [{"system": "urn:local", "code": "9"}, {"system": "http://loinc.org", "code": "718-7", "display": "718-7"}]});
        assert_eq!(title(both), "Code 718-7 (LOINC), name not stated by the portal");
        assert_eq!(
            title(json!({"text": "718-7", "coding": [{"code": "718-7"}]})),
            "Code 718-7, name not stated by the portal"
        );
    }

    #[test]
    fn words_of_the_sender_are_no_bare_code() {
        assert_eq!(
            title(json!({"text": "Hemoglobin", "coding": [{"code": "718-7", "display": "Hgb"}]})),
            "Hemoglobin"
        );
        assert_eq!(title(json!({"coding": [{"code": "INR", "display": "INR"}]})), "INR");
        assert_eq!(
            title(
                json!({"coding": [{"code": "a"}, {"code": "b", "display": "Two"}, {"code": "c", "display": "Three", "userSelected": true}]})
            ),
            "Three"
        );
        assert_eq!(title(json!("Aspirin")), "Aspirin");
        assert_eq!(title(json!("81")), "81");
    }

    #[test]
    fn a_tag_of_snomed_is_left_out_of_its_own_names_only() {
        let named = |system: &str, display: &str| {
            title(json!({"coding": [{"system": system, "code": "1", "display": display}]}))
        };
        let snomed = "http://snomed.info/sct";
        assert_eq!(named(snomed, "Gout (disorder)"), "Gout");
        assert_eq!(
            named("urn:oid:2.16.840.1.113883.6.96", "Suspected lung cancer (situation)"),
            "Suspected lung cancer"
        );
        assert_eq!(named(snomed, "Fracture (left)"), "Fracture (left)");
        assert_eq!(named(snomed, "(disorder)"), "(disorder)");
        assert_eq!(named("urn:local", "Gout (disorder)"), "Gout (disorder)");
        assert_eq!(
            title(json!({"text": "Gout (disorder)", "coding": [{"system": snomed, "code": "1"}]})),
            "Gout (disorder)"
        );
    }
}
