//! The lab's own flag (hazard H7): never ours, and never "normal" unless the lab said so.

use std::cmp::Ordering;

use super::Flag;
use crate::json;
use crate::lens::{CodeableConcept, Coding};

/// HL7 v3 ObservationInterpretation, by its address in R4, its OID, and its addresses in v2 table 0078 and DSTU2/STU3.
const SYSTEMS: [&str; 5] = [
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "urn:oid:2.16.840.1.113883.5.83",
    "http://terminology.hl7.org/CodeSystem/v2-0078",
    "http://hl7.org/fhir/v2/0078",
    "http://hl7.org/fhir/v3/ObservationInterpretation",
];

/// Codes of that system that tell where a value lies, with their names there.
const CODES: [(&str, Flag, &str); 16] = [
    ("AA", Flag::Critical, "Critically abnormal"),
    ("HH", Flag::Critical, "Critically high"),
    ("LL", Flag::Critical, "Critically low"),
    ("A", Flag::Outside, "Abnormal"),
    ("H", Flag::Outside, "High"),
    ("L", Flag::Outside, "Low"),
    ("HU", Flag::Outside, "Significantly high"),
    ("LU", Flag::Outside, "Significantly low"),
    ("H>", Flag::Outside, "Significantly high"),
    ("L<", Flag::Outside, "Significantly low"),
    ("HX", Flag::Outside, "Above high threshold"),
    ("LX", Flag::Outside, "Below low threshold"),
    ("EX", Flag::Outside, "Outside threshold"),
    (">", Flag::Outside, "Off scale high"),
    ("<", Flag::Outside, "Off scale low"),
    ("N", Flag::Inside, "Normal"),
];

/// The gravest flag of these interpretations. Inside only if every one of them says so.
pub(crate) fn of<'a>(interpretations: impl IntoIterator<Item = &'a CodeableConcept>) -> Flag {
    let flags: Vec<Flag> = interpretations.into_iter().map(one).collect();
    gravest(&flags)
}

/// On which side of the range the lab says that the value lies, where it says so in one way.
pub(crate) fn direction(interpretations: &[CodeableConcept]) -> Option<Ordering> {
    let known = interpretations.iter().flat_map(|concept| &concept.codings).filter_map(known);
    let sides = known.map(|(code, _, _)| match *code {
        "HH" | "H" | "HU" | "H>" | "HX" | ">" => Some(Ordering::Greater),
        "LL" | "L" | "LU" | "L<" | "LX" | "<" => Some(Ordering::Less),
        _ => None,
    });
    let sides: Vec<Option<Ordering>> = sides.collect();
    let first = sides.first().copied().flatten();
    first.filter(|_| sides.iter().all(|side| *side == first))
}

/// Critical before outside; inside only if nothing else was said.
pub(super) fn gravest(flags: &[Flag]) -> Flag {
    let all_inside = !flags.is_empty() && flags.iter().all(|flag| *flag == Flag::Inside);
    match flags.iter().min() {
        Some(Flag::Critical) => Flag::Critical,
        Some(Flag::Outside) => Flag::Outside,
        Some(Flag::Inside) if all_inside => Flag::Inside,
        _ => Flag::NotStated,
    }
}

/// The lab's own words, a bare code with its name.
pub(super) fn words(interpretations: &[CodeableConcept]) -> Option<String> {
    json::joined(interpretations.iter().filter_map(said), ", ")
}

fn one(concept: &CodeableConcept) -> Flag {
    let flags: Vec<Flag> =
        concept.codings.iter().map(|coding| known(coding).map_or(Flag::NotStated, |k| k.1)).collect();
    let known: Vec<Flag> = flags.iter().copied().filter(|flag| *flag != Flag::NotStated).collect();
    // A local code beside the standard one is the same thing said twice; another standard code is not.
    let other_standard = concept.codings.iter().any(|c| is_standard(c) && self::known(c).is_none());
    match gravest(&known) {
        Flag::Inside if other_standard => Flag::NotStated,
        flag => flag,
    }
}

fn said(concept: &CodeableConcept) -> Option<String> {
    let label = concept.label()?;
    let bare = concept.text.is_none() && concept.codings.iter().all(|c| c.display.is_none());
    match concept.codings.iter().find_map(known) {
        Some((_, _, name)) if bare => Some(format!("{name} ({label})")),
        _ => Some(label),
    }
}

fn known(coding: &Coding) -> Option<&'static (&'static str, Flag, &'static str)> {
    let code = coding.code.as_deref()?;
    is_standard(coding).then(|| CODES.iter().find(|(known, _, _)| *known == code)).flatten()
}

fn is_standard(coding: &Coding) -> bool {
    coding.system.as_deref().is_some_and(|system| SYSTEMS.contains(&system))
}
