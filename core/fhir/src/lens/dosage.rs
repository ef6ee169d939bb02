use serde_json::Value as Json;

use super::coded::{CodeableConcept, labels};
use super::quantity::Quantity;
use super::range::{Range, Ratio};
use super::timing::Timing;
use super::value::Value;
use crate::json;

/// The whole of the instructions as the sender renders them: an element of R5, and in R4 the extension
/// `http://hl7.org/fhir/5.0/StructureDefinition/extension-<type>.renderedDosageInstruction`.
/// Source: HL7 "Extensions for Using Data Elements from FHIR R5 in FHIR R4" 0.1.0 (hl7.fhir.uv.xver-r5.r4).
pub(super) fn rendered(value: &Json) -> Option<String> {
    let extension = json::list(value, "extension").find(|extension| is_rendering(extension));
    let held = extension
        .and_then(|extension| json::choice(extension, "value"))
        .and_then(|(_, held)| json::primitive(held));
    held.or_else(|| json::said(value, "renderedDosageInstruction"))
}

/// Whether this extension is [`rendered`].
pub(crate) fn is_rendering(extension: &Json) -> bool {
    let url = extension.get("url").and_then(Json::as_str).unwrap_or_default();
    let name = url.strip_prefix("http://hl7.org/fhir/5.0/StructureDefinition/extension-Medication");
    name.is_some_and(|name| matches!(name.split_once('.'), Some((_, "renderedDosageInstruction"))))
}

/// The same words, whatever their spaces, case and last full stop.
pub(crate) fn says_the_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").trim_end_matches('.').to_lowercase()
    };
    bare(one) == bare(other)
}

/// Whether it is to be taken only when needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsNeeded {
    /// As needed, or not, without saying for what.
    Stated(bool),
    /// As needed for this.
    For(CodeableConcept),
}

/// One amount or rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoseAndRate {
    /// Ordered, calculated ...
    pub kind: Option<CodeableConcept>,
    /// How much each time.
    pub dose: Option<Value>,
    /// How fast.
    pub rate: Option<Value>,
}

/// A Dosage: how a medicine is to be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dosage {
    /// Its place in a series of instructions.
    pub sequence: Option<String>,
    /// The instruction as it was written.
    pub text: Option<String>,
    /// The instruction as written for the patient.
    pub patient_instruction: Option<String>,
    /// Further instructions: with food ...
    pub additional: Vec<CodeableConcept>,
    /// When and how often.
    pub timing: Option<Timing>,
    /// Only when needed.
    pub as_needed: Option<AsNeeded>,
    /// Where on or in the body.
    pub site: Option<CodeableConcept>,
    /// By which way: by mouth ...
    pub route: Option<CodeableConcept>,
    /// How it is done.
    pub method: Option<CodeableConcept>,
    /// Amounts and rates.
    pub doses: Vec<DoseAndRate>,
    /// Not more than this in a time.
    pub max_per_period: Option<Ratio>,
    /// Not more than this at once.
    pub max_per_administration: Option<Quantity>,
    /// Not more than this in a life.
    pub max_per_lifetime: Option<Quantity>,
}

impl Dosage {
    /// Reads a Dosage; a bare text is taken as its text.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { text: Some(text), ..Self::default() });
        }
        let mut doses: Vec<DoseAndRate> =
            json::list(value, "doseAndRate").filter_map(DoseAndRate::read).collect();
        // STU3 and MedicationAdministration state them on the dosage itself.
        doses.extend(DoseAndRate::read(value));
        let dosage = Self {
            sequence: json::text(value, "sequence"),
            text: json::said(value, "text"),
            patient_instruction: json::said(value, "patientInstruction"),
            additional: CodeableConcept::members(value, "additionalInstruction"),
            timing: value.get("timing").and_then(Timing::read),
            as_needed: as_needed(value),
            site: CodeableConcept::member(value, "site"),
            route: CodeableConcept::member(value, "route"),
            method: CodeableConcept::member(value, "method"),
            doses,
            max_per_period: json::list(value, "maxDosePerPeriod").find_map(Ratio::read),
            max_per_administration: Quantity::member(value, "maxDosePerAdministration"),
            max_per_lifetime: Quantity::member(value, "maxDosePerLifetime"),
        };
        (dosage != Self::default()).then_some(dosage)
    }

    /// Every instruction under `key`.
    pub fn members(parent: &Json, key: &str) -> Vec<Self> {
        json::list(parent, key).filter_map(Self::read).collect()
    }

    /// Every instruction in order, for people: as the sender renders the whole, and as written where that says something else.
    pub(super) fn all(rendered: Option<&String>, dosages: &[Self]) -> Option<String> {
        let Some(rendered) = rendered else {
            return json::joined(dosages.iter().filter_map(Self::display), "; ");
        };
        let written =
            dosages.iter().filter_map(|one| one.text.clone().or_else(|| one.patient_instruction.clone()));
        let other = json::joined(written.filter(|text| !says_the_same(rendered, text)), "; ");
        Some(match other {
            Some(other) => format!("{rendered}; also written as: {other}"),
            None => rendered.clone(),
        })
    }

    /// For people: the text as written, else what was written for the patient, else the parts.
    pub fn display(&self) -> Option<String> {
        self.text.clone().or_else(|| self.patient_instruction.clone()).or_else(|| self.rendered())
    }

    /// The coded parts in words; nothing when there are none.
    pub fn rendered(&self) -> Option<String> {
        let concept = |c: &Option<CodeableConcept>| c.as_ref().and_then(CodeableConcept::label);
        let mut parts: Vec<String> = Vec::new();
        parts.extend(concept(&self.method));
        parts.extend(self.doses.iter().filter_map(DoseAndRate::display));
        parts.extend(concept(&self.route));
        parts.extend(concept(&self.site));
        parts.extend(self.timing.as_ref().and_then(Timing::display));
        parts.extend(self.as_needed.as_ref().and_then(AsNeeded::display));
        parts.extend(labels(&self.additional));
        let max = |text: Option<String>, what: &str| text.map(|text| format!("not more than {text} {what}"));
        parts.extend(
            max(self.max_per_period.as_ref().and_then(Ratio::display), "").map(|t| t.trim_end().to_owned()),
        );
        parts.extend(max(self.max_per_administration.as_ref().and_then(Quantity::display), "at once"));
        parts.extend(max(self.max_per_lifetime.as_ref().and_then(Quantity::display), "in a lifetime"));
        json::joined(parts, ", ")
    }
}

impl DoseAndRate {
    fn read(value: &Json) -> Option<Self> {
        let quantity = |key: &str| Quantity::member(value, key).map(Value::Quantity);
        let range = || value.get("doseRange").and_then(Range::read).map(Value::Range);
        let read = Self {
            kind: CodeableConcept::member(value, "type"),
            dose: quantity("doseQuantity").or_else(range).or_else(|| quantity("dose")),
            rate: Value::read(value, "rate"),
        };
        (read.dose.is_some() || read.rate.is_some()).then_some(read)
    }

    fn display(&self) -> Option<String> {
        let text = |value: &Option<Value>| value.as_ref().and_then(Value::display);
        let rate = text(&self.rate).map(|rate| format!("at {rate}"));
        let amount = json::joined(text(&self.dose).into_iter().chain(rate), " ")?;
        Some(match self.kind.as_ref().and_then(CodeableConcept::label) {
            Some(kind) if !kind.eq_ignore_ascii_case("ordered") => format!("{amount} ({kind})"),
            _ => amount,
        })
    }
}

impl AsNeeded {
    /// For people: `when needed`, `when needed for pain`; nothing when it is stated that it is not.
    pub fn display(&self) -> Option<String> {
        match self {
            Self::Stated(true) => Some("when needed".to_owned()),
            Self::Stated(false) => None,
            Self::For(what) => what.label().map(|what| format!("when needed for {what}")),
        }
    }
}

pub(super) fn as_needed(value: &Json) -> Option<AsNeeded> {
    let concept = CodeableConcept::member(value, "asNeededCodeableConcept").map(AsNeeded::For);
    concept.or_else(|| json::boolean(value, "asNeededBoolean").map(AsNeeded::Stated))
}
