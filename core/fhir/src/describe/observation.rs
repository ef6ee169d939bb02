use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::{Flag, Summary, flag, measured, narrative};
use crate::json;
use crate::lens::{Bound, CodeableConcept, Component, Observation, ReferenceRange, Value};
use crate::modifiers::Reading;

/// Systolic and diastolic pressure (LOINC), written as people write them.
const PRESSURES: [&str; 2] = ["8480-6", "8462-4"];
const LOINC: &str = "http://loinc.org";

/// Whether the lab's flag can be read as one. A note that nobody can read may turn it round: it then stands among the fields
/// as it was sent, and flags nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Read,
    AsSent,
}

impl Trust {
    fn label(self) -> &'static str {
        match self {
            Self::Read => "The lab's flag",
            Self::AsSent => "The lab's flag, as sent",
        }
    }
}

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let seen = Observation::read(value);
    let trust = if reading.unreadable { Trust::AsSent } else { Trust::Read };
    let draft = Draft {
        title: seen.code.as_ref().and_then(CodeableConcept::title),
        codes: codes(seen.code.as_ref()),
        when: moment([moment_of(seen.effective.as_ref()), seen.issued.clone()]),
        value: text(&seen).or_else(|| in_words(&seen, value, reading)),
        flag: if trust == Trust::Read { flag(&seen) } else { Flag::NotStated },
        flag_text: flag_words(&seen).filter(|_| trust == Trust::Read),
        ranges: ranges(&seen),
        measured: measured::of(&seen, value),
        ..Draft::default()
    };
    fill(&seen, trust, value, fields);
    draft
}

/// Each part as a result of its own.
pub(super) fn components(value: &Json, reading: &Reading) -> Vec<Summary> {
    let trusted = !reading.unreadable;
    let told = |part: &Component| Summary {
        title: json::clipped(&name(part), 300),
        value: Some(json::clipped(&result(part), 2_000)),
        flag: if trusted { flag::of(&part.interpretation) } else { Flag::NotStated },
        flag_text: flag::words(&part.interpretation).filter(|_| trusted),
        ranges: part.ranges.iter().filter_map(ReferenceRange::display).collect(),
        ..Summary::default()
    };
    Observation::read(value).components.iter().map(told).collect()
}

/// What stands in the place of a value where none is: the narrative, else that nothing is stated. A group has its parts.
fn in_words(seen: &Observation, value: &Json, reading: &Reading) -> Option<String> {
    if !seen.members.is_empty() || narrative::is_told_by(reading) {
        return None;
    }
    narrative::words(value).or_else(|| Some(narrative::NO_RESULT.to_owned()))
}

fn fill<'a>(seen: &Observation, trust: Trust, value: &'a Json, fields: &mut Fields<'a>) {
    fields.told(&[
        "code",
        "status",
        "category",
        "component",
        "dataAbsentReason",
        "interpretation",
        "referenceRange",
        "note",
        "issued",
        "bodySite",
        "method",
        "specimen",
        "device",
        "performer",
        "hasMember",
        "derivedFrom",
        "effectiveDateTime",
        "effectivePeriod",
        "effectiveInstant",
        "effectiveTiming",
    ]);
    fields.told(&[
        "_valueQuantity",
        "_valueString",
        "_valueInteger",
        "_valueBoolean",
        "_valueDateTime",
        "_valueTime",
    ]);
    // A second `value[x]` stays for the rest.
    if let Some((key, _)) = json::choice(value, "value") {
        fields.told(&[key]);
    }
    fields.concept("Test", seen.code.as_ref());
    fields.put("Result", seen.result());
    let narrative = narrative::whole(value).filter(|_| text(seen).is_none() && seen.members.is_empty());
    fields.put("In words", narrative);
    fields.put("In words", seen.value.as_ref().and_then(hidden_bound));
    let why = seen.absent_reason.as_ref().filter(|_| seen.value.is_some());
    fields.concept("Also stated as missing, because", why);
    fields.put(trust.label(), flag::words(&seen.interpretation));
    fields.each("Lab's range", seen.ranges.iter().map(ReferenceRange::display));
    for component in &seen.components {
        fields.put(&name(component), component_text(component, trust));
    }
    fields.put("Status", seen.status.clone());
    fields.when("When", seen.effective.as_ref());
    fields.time("Given out", seen.issued.as_ref());
    fields.concepts("Kind", &seen.categories);
    fields.concept("Where on the body", seen.body_site.as_ref());
    fields.concept("Method", seen.method.as_ref());
    fields.reference("Sample", seen.specimen.as_ref());
    fields.reference("Device", seen.device.as_ref());
    fields.references("Done by", &seen.performers);
    fields.references("Part results", &seen.members);
    fields.references("Worked out from", &seen.derived_from);
    fields.notes(&seen.notes);
}

/// A sign that stands in a text and not in a comparator of its own.
fn hidden_bound(value: &Value) -> Option<String> {
    match value {
        Value::Quantity(quantity) if quantity.comparator.is_some() => None,
        value => Bound::of(value).map(|bound| bound.display()),
    }
}

fn text(seen: &Observation) -> Option<String> {
    let own = seen.result();
    if seen.components.is_empty() {
        return own;
    }
    let parts = pressure(&seen.components).or_else(|| {
        // One part without a result is told beside those that have one.
        seen.components.iter().any(|part| part.result().is_some()).then(|| {
            let told = |part: &Component| format!("{}: {}", name(part), result(part));
            seen.components.iter().map(told).collect::<Vec<_>>().join(", ")
        })
    });
    json::joined(own.into_iter().chain(parts), "; ")
}

/// `120/80 mmHg`, only if it is just these two, in one unit, and both are plain numbers.
fn pressure(components: &[Component]) -> Option<String> {
    let [first, second] = components else { return None };
    let part = |code: &str| {
        [first, second]
            .into_iter()
            .find(|part| part.code.as_ref().is_some_and(|concept| concept.has(LOINC, code)))
    };
    let plain = |component: &'_ Component| match &component.value {
        Some(Value::Quantity(quantity)) if quantity.comparator.is_none() => {
            Some((quantity.number()?, quantity.shown_unit().map(str::to_owned)))
        }
        _ => None,
    };
    let [systolic, diastolic] = PRESSURES;
    let (high, unit) = plain(part(systolic)?)?;
    let (low, same) = plain(part(diastolic)?)?;
    (unit == same).then(|| match unit {
        Some(unit) => format!("{high}/{low} {unit}"),
        None => format!("{high}/{low}"),
    })
}

/// The gravest of the whole and its parts; inside only if every part with a value says so.
fn flag(seen: &Observation) -> Flag {
    let mut flags: Vec<Flag> = Vec::new();
    if !seen.interpretation.is_empty() {
        flags.push(flag::of(&seen.interpretation));
    }
    let stated_for_all = flags.first() == Some(&Flag::Inside);
    for component in &seen.components {
        let unflagged = component.interpretation.is_empty();
        if !unflagged || (!stated_for_all && component.value.is_some()) {
            flags.push(flag::of(&component.interpretation));
        }
    }
    flag::gravest(&flags)
}

fn flag_words(seen: &Observation) -> Option<String> {
    let own = flag::words(&seen.interpretation);
    let parts = seen.components.iter();
    let parts =
        parts.filter_map(|part| Some(format!("{}: {}", name(part), flag::words(&part.interpretation)?)));
    json::joined(own.into_iter().chain(parts), "; ")
}

fn ranges(seen: &Observation) -> Vec<String> {
    let own = seen.ranges.iter().filter_map(ReferenceRange::display);
    let parts = seen.components.iter().flat_map(|part| {
        part.ranges.iter().filter_map(move |range| Some(format!("{}: {}", name(part), range.display()?)))
    });
    own.chain(parts).collect()
}

fn component_text(component: &Component, trust: Trust) -> Option<String> {
    let flag = flag::words(&component.interpretation);
    let flag = flag.map(|words| format!("{}: {words}", trust.label().trim_start_matches("The ")));
    let missing = component.absent_reason.as_ref().filter(|_| component.value.is_some());
    let missing =
        missing.and_then(CodeableConcept::label).map(|why| format!("also stated as missing: {why}"));
    let ranges = component.ranges.iter().filter_map(ReferenceRange::display);
    let ranges = json::joined(ranges, ", ").map(|ranges| format!("lab's range: {ranges}"));
    json::joined([result(component)].into_iter().chain(missing).chain(flag).chain(ranges), "; ")
}

fn result(component: &Component) -> String {
    component.result().unwrap_or_else(|| narrative::NO_RESULT.to_owned())
}

fn name(component: &Component) -> String {
    component.code.as_ref().and_then(CodeableConcept::called).unwrap_or_else(|| "Part".to_owned())
}
