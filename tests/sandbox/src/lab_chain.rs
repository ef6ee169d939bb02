use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::world::resources_of;

/// The same person at a laboratory chain: a bundle made from a patient's bundle (JSON or gzipped JSON).
///
/// The Patient has another id and the chain's own identifier, but the same name, birth date and sex. Of every
/// second laboratory report of the hospital there is a twin with its results: the same codes, values and times
/// under other ids, without encounters and with the chain as the performer.
///
/// # Errors
/// Not a bundle, or no Patient in it.
pub fn lab_chain_of(bundle: &[u8]) -> Result<Vec<u8>, Error> {
    let resources = resources_of(bundle)?;
    let patient = resources.iter().find(|(_, resource)| is(resource, "Patient"));
    let (patient_url, patient) = patient.ok_or(Error::NoPatient)?;
    let chain = json!({
        "resourceType": "Organization", "id": twin("organization"), "active": true, "name": "Quick Lab Chain"
    });
    let mut twins = Twins { patient: twin(patient_url), chain: twin("organization"), made: BTreeMap::new() };
    let mut out = vec![chain, twins.person(patient)];
    let by_url: BTreeMap<&str, &Value> =
        resources.iter().map(|(url, resource)| (url.as_str(), resource)).collect();
    let reports =
        resources.iter().filter(|(_, resource)| is(resource, "DiagnosticReport") && is_lab(resource));
    for (url, report) in reports.step_by(2) {
        let results: Vec<&str> =
            list(report, "result").filter_map(|result| result.get("reference")?.as_str()).collect();
        for result in results {
            if let Some(observation) = by_url.get(result).filter(|observation| is_lab(observation)) {
                out.extend(twins.twin(result, observation));
            }
        }
        out.extend(twins.twin(url, report));
    }
    let entries: Vec<Value> = out.into_iter().filter_map(entry).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
    serde_json::to_vec(&bundle).map_err(|error| Error::NotABundle(error.to_string()))
}

struct Twins {
    patient: String,
    chain: String,
    /// The hospital's full URL and the twin's id.
    made: BTreeMap<String, String>,
}

impl Twins {
    fn person(&self, patient: &Value) -> Value {
        let mut person = Map::new();
        person.insert("resourceType".to_owned(), "Patient".into());
        person.insert("id".to_owned(), self.patient.clone().into());
        let number = self.patient.split('-').next().unwrap_or_default();
        let identifier =
            json!([{"use": "usual", "system": "https://labs.example/customers", "value": number}]);
        person.insert("identifier".to_owned(), identifier);
        person.insert("active".to_owned(), true.into());
        for name in ["name", "gender", "birthDate"] {
            if let Some(value) = patient.get(name) {
                person.insert(name.to_owned(), value.clone());
            }
        }
        person.into()
    }

    /// None when the twin was made before.
    fn twin(&mut self, url: &str, resource: &Value) -> Option<Value> {
        if self.made.contains_key(url) {
            return None;
        }
        let id = twin(url);
        self.made.insert(url.to_owned(), id.clone());
        let mut copy = resource.as_object()?.clone();
        for name in ["meta", "encounter", "identifier", "presentedForm"] {
            copy.shift_remove(name);
        }
        copy.insert("id".to_owned(), id.into());
        copy.insert("subject".to_owned(), json!({"reference": urn(&self.patient)}));
        copy.insert(
            "performer".to_owned(),
            json!([{"reference": urn(&self.chain), "display": "Quick Lab Chain"}]),
        );
        if let Some(Value::Array(results)) = copy.get_mut("result") {
            results.retain_mut(|result| self.point(result));
        }
        Some(copy.into())
    }

    /// Points a result at its twin; false when it has none.
    fn point(&self, result: &mut Value) -> bool {
        let twin = result.get("reference").and_then(Value::as_str).and_then(|url| self.made.get(url));
        match (twin.map(|id| urn(id)), result.get_mut("reference")) {
            (Some(url), Some(reference)) => {
                *reference = url.into();
                true
            }
            _ => false,
        }
    }
}

fn entry(resource: Value) -> Option<Value> {
    let url = urn(resource.get("id")?.as_str()?);
    let resource_type = resource.get("resourceType")?.as_str()?.to_owned();
    Some(json!({"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": resource_type}}))
}

fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// The id of the chain's twin of something of the hospital: a uuid made from its name.
fn twin(of: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("lab chain {of}").as_bytes());
    let hex = HEXLOWER.encode(digest.as_ref());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn is(resource: &Value, resource_type: &str) -> bool {
    resource.get("resourceType").and_then(Value::as_str) == Some(resource_type)
}

fn is_lab(resource: &Value) -> bool {
    let codings = list(resource, "category").flat_map(|category| list(category, "coding"));
    let mut codes = codings.filter_map(|coding| coding.get("code")?.as_str());
    codes.any(|code| code == "LAB" || code == "laboratory")
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}
