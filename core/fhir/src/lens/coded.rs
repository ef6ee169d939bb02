use serde_json::Value as Json;

use crate::json;

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

    /// Whether this is `code` of `system`.
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.system.as_deref() == Some(system) && self.code.as_deref() == Some(code)
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
