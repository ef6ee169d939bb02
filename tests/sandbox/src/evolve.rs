use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Error;
use crate::world::{Key, Stored, World, stamp_text};

/// One way in which a record changes as time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// New laboratory results in one report: one high, one critically high, one normal ("<0.1"), one without a flag.
    Results,
    /// A laboratory result is corrected: another value, status `corrected`, a higher version.
    Correction,
    /// A laboratory result was entered in error: only id, meta and status are left of it.
    Retraction,
    /// A resource is no longer returned: in no search, and a read does not find it.
    Disappearance,
}

/// What a step did to one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The step it was part of.
    pub step: Step,
    /// The resource type.
    pub resource_type: String,
    /// The resource id.
    pub id: String,
    /// What the result is called, where it is one.
    pub title: String,
    /// The value before, as text; for a correction and a retraction.
    pub before: Option<String>,
    /// The value now, as text; for a new result and a correction.
    pub after: Option<String>,
    /// The interpretation code that the lab gave, if it gave one.
    pub flag: Option<String>,
}

impl Step {
    /// Every step, in the order in which they are usually done.
    pub const ALL: &'static [Step] =
        &[Step::Results, Step::Correction, Step::Retraction, Step::Disappearance];

    /// The name on the command line and in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Step::Results => "results",
            Step::Correction => "correction",
            Step::Retraction => "retraction",
            Step::Disappearance => "disappearance",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Step {
    type Err = Error;

    fn from_str(text: &str) -> Result<Step, Error> {
        let known = Step::ALL.iter().find(|step| step.name() == text).copied();
        known.ok_or_else(|| Error::Unknown(text.to_owned()))
    }
}

/// Does the steps to the patient's record at the portal's moment `now` (Unix seconds).
pub(crate) fn run(world: &mut World, patient: &str, steps: &[Step], now: i64) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for step in steps {
        match step {
            Step::Results => changes.extend(results(world, patient, now)),
            Step::Correction => changes.push(correct(world, patient, now)?),
            Step::Retraction => changes.push(retract(world, patient, now)?),
            Step::Disappearance => changes.push(disappear(world, patient)?),
        }
    }
    Ok(changes)
}

/// A result of the sandbox's own laboratory. The values and ranges are made up for tests and speak of nobody.
struct Made {
    slug: &'static str,
    loinc: &'static str,
    title: &'static str,
    value: fn() -> Value,
    flag: Option<(&'static str, &'static str)>,
    range: fn() -> Value,
}

const MADE: &[Made] = &[
    Made {
        slug: "glucose",
        loinc: "2345-7",
        title: "Glucose [Mass/volume] in Serum or Plasma",
        value: || json!({"value": 118, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"}),
        flag: Some(("H", "High")),
        range: || json!({"low": {"value": 70, "unit": "mg/dL"}, "high": {"value": 99, "unit": "mg/dL"}}),
    },
    Made {
        slug: "potassium",
        loinc: "2823-3",
        title: "Potassium [Moles/volume] in Serum or Plasma",
        value: || json!({"value": 6.8, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}),
        flag: Some(("HH", "Critical high")),
        range: || json!({"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"}}),
    },
    Made {
        slug: "crp",
        loinc: "1988-5",
        title: "C reactive protein [Mass/volume] in Serum or Plasma",
        value: || {
            json!({
                "value": 0.1, "comparator": "<", "unit": "mg/dL",
                "system": "http://unitsofmeasure.org", "code": "mg/dL"
            })
        },
        flag: Some(("N", "Normal")),
        range: || json!({"high": {"value": 0.5, "unit": "mg/dL"}}),
    },
    Made {
        slug: "sodium",
        loinc: "2951-2",
        title: "Sodium [Moles/volume] in Serum or Plasma",
        value: || json!({"value": 139, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}),
        flag: None,
        range: || json!({"text": "136 to 145 mmol/L"}),
    },
];

fn results(world: &mut World, patient: &str, now: i64) -> Vec<Change> {
    world.rounds += 1;
    let round = world.rounds;
    let mut changes = Vec::new();
    for made in MADE {
        let id = format!("lab-{round}-{}", made.slug);
        let resource = observation(made, &id, patient, now);
        let (after, flag) = (value_text(&resource), made.flag.map(|(code, _)| code.to_owned()));
        let key = world.put(resource, 1, now);
        world.touched.extend(key);
        changes.push(Change {
            step: Step::Results,
            resource_type: "Observation".to_owned(),
            id,
            title: made.title.to_owned(),
            before: None,
            after,
            flag,
        });
    }
    let id = format!("lab-{round}-report");
    let report = report(&id, patient, now, &changes);
    let key = world.put(report, 1, now);
    world.touched.extend(key);
    changes.push(Change {
        step: Step::Results,
        resource_type: "DiagnosticReport".to_owned(),
        id,
        title: PANEL.to_owned(),
        before: None,
        after: None,
        flag: None,
    });
    changes
}

const PANEL: &str = "Basic metabolic panel and C reactive protein";

fn observation(made: &Made, id: &str, patient: &str, now: i64) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "laboratory", "display": "Laboratory"
        }]}],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": made.loinc, "display": made.title}],
            "text": made.title
        },
        "subject": {"reference": format!("Patient/{patient}")},
        "effectiveDateTime": stamp_text(now.saturating_sub(7200)),
        "issued": stamp_text(now),
        "valueQuantity": (made.value)(),
    });
    if let (Some(object), Some((code, display))) = (resource.as_object_mut(), made.flag) {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
        let coding = json!({"system": system, "code": code, "display": display});
        object.insert("interpretation".to_owned(), json!([{"coding": [coding]}]));
    }
    if let Some(object) = resource.as_object_mut() {
        object.insert("referenceRange".to_owned(), json!([(made.range)()]));
    }
    resource
}

fn report(id: &str, patient: &str, now: i64, results: &[Change]) -> Value {
    let reference = |change: &Change| json!({"reference": format!("Observation/{}", change.id)});
    json!({
        "resourceType": "DiagnosticReport",
        "id": id,
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB", "display": "Laboratory"
        }]}],
        "code": {"text": PANEL},
        "subject": {"reference": format!("Patient/{patient}")},
        "effectiveDateTime": stamp_text(now.saturating_sub(7200)),
        "issued": stamp_text(now),
        "result": results.iter().map(reference).collect::<Vec<_>>(),
    })
}

fn correct(world: &mut World, patient: &str, now: i64) -> Result<Change, Error> {
    let (key, version, mut resource) = pick(world, patient, Step::Correction, is_measured_lab)?;
    let (title, before) = (title(&resource), value_text(&resource));
    if let Some(object) = resource.as_object_mut() {
        object.insert("status".to_owned(), "corrected".into());
        object.insert("issued".to_owned(), stamp_text(now).into());
    }
    if let Some(value) = resource.pointer_mut("/valueQuantity/value") {
        *value = corrected(value);
    }
    let after = value_text(&resource);
    world.put(resource, version + 1, now);
    Ok(change(Step::Correction, key, title, before, after))
}

fn retract(world: &mut World, patient: &str, now: i64) -> Result<Change, Error> {
    let (key, version, resource) = pick(world, patient, Step::Retraction, is_measured_lab)?;
    let stripped = json!({"resourceType": key.0, "id": key.1, "status": "entered-in-error"});
    world.strip(stripped, version + 1, now);
    Ok(change(Step::Retraction, key, title(&resource), value_text(&resource), None))
}

fn disappear(world: &mut World, patient: &str) -> Result<Change, Error> {
    let procedure = pick(world, patient, Step::Disappearance, |stored| stored.key.0 == "Procedure");
    let picked = procedure.or_else(|_| pick(world, patient, Step::Disappearance, is_measured_lab))?;
    let (key, _, resource) = picked;
    world.unlist(&key);
    Ok(change(Step::Disappearance, key, title(&resource), None, None))
}

/// The newest resource of this kind that no step has touched; among equals the first by id.
fn pick(
    world: &mut World,
    patient: &str,
    step: Step,
    fits: fn(&Stored) -> bool,
) -> Result<(Key, u64, Value), Error> {
    let free =
        world.of_patient(patient).filter(|stored| !world.touched.contains(&stored.key) && fits(stored));
    let newest = free.max_by(|a, b| a.index.date().cmp(&b.index.date()).then_with(|| b.key.cmp(&a.key)));
    let stored = newest.ok_or(Error::NothingLeft(step.name()))?;
    let (key, version, resource) = (stored.key.clone(), stored.version, stored.value());
    world.touched.insert(key.clone());
    Ok((key, version, resource))
}

fn is_measured_lab(stored: &Stored) -> bool {
    let lab = stored.key.0 == "Observation" && stored.index.has("category", "laboratory");
    lab && stored.value().pointer("/valueQuantity/value").is_some()
}

fn change(step: Step, key: Key, title: String, before: Option<String>, after: Option<String>) -> Change {
    Change { step, resource_type: key.0, id: key.1, title, before, after, flag: None }
}

/// Another value: half as much again, with one decimal.
fn corrected(value: &Value) -> Value {
    let number = value.as_f64().unwrap_or_default();
    let more = ((number * 15.0).round() + 1.0) / 10.0;
    serde_json::Number::from_f64(more).map_or(Value::Null, Value::Number)
}

fn title(resource: &Value) -> String {
    let text = resource.pointer("/code/text").or_else(|| resource.pointer("/code/coding/0/display"));
    text.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn value_text(resource: &Value) -> Option<String> {
    let quantity = resource.get("valueQuantity")?;
    let text = |name: &str| quantity.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(format!("{}{} {}", text("comparator"), quantity.get("value")?, text("unit")))
}
