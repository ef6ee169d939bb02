//! Templates: `{me}` is the patient's id; `{mrn}` (another for each patient) and `{accession}` (the same at both
//! portals) are numbers of the seed; `{"$number": name, "from": low, "to": high, "decimals": count}` is a number of the
//! seed, the same wherever the name is the same.

use data_encoding::HEXLOWER;
use serde_json::{Map, Value};

/// Everything that the seed decides.
pub(super) struct Draws {
    seed: u64,
    patient: String,
}

impl Draws {
    pub(super) fn new(seed: u64, patient: &str) -> Draws {
        Draws { seed, patient: patient.to_owned() }
    }

    /// Another order for each seed and patient.
    pub(super) fn shuffle(&mut self, resources: &mut [Value]) {
        resources.sort_by_cached_key(|resource| {
            let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
            self.draw(&format!("order of {} {} {}", self.patient, text("resourceType"), text("id")))
        });
    }

    /// The resource that a template stands for.
    pub(super) fn fill(&self, template: Value) -> Value {
        match template {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.fill(item)).collect(),
            Value::Object(object) => match self.number(&object) {
                Some(number) => number,
                None => object
                    .into_iter()
                    .map(|(name, value)| (name, self.fill(value)))
                    .collect::<Map<_, _>>()
                    .into(),
            },
            other => other,
        }
    }

    fn text(&self, template: &str) -> String {
        let digits = |name: &str| format!("{:08}", self.draw(name) % 100_000_000);
        template
            .replace("{me}", &self.patient)
            .replace("{mrn}", &digits(&format!("mrn of {}", self.patient)))
            .replace("{accession}", &digits("accession"))
    }

    fn number(&self, object: &Map<String, Value>) -> Option<Value> {
        let name = object.get("$number")?.as_str()?;
        let of = |name: &str| object.get(name)?.as_f64();
        let (from, to) = (of("from")?, of("to")?);
        let decimals = usize::try_from(object.get("decimals")?.as_u64()?).ok()?;
        let share = f64::from(u16::try_from(self.draw(name) % 1000).ok()?) / 1000.0;
        serde_json::from_str(&format!("{:.decimals$}", (to - from).mul_add(share, from))).ok()
    }

    fn draw(&self, name: &str) -> u64 {
        let text = format!("messy {} {name}", self.seed);
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let hex = HEXLOWER.encode(digest.as_ref());
        u64::from_str_radix(hex.get(..16).unwrap_or_default(), 16).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_seed_and_name_give_the_same_number_at_both_portals() {
        let template = json!({"$number": "glucose", "from": 101, "to": 118, "decimals": 1});
        let at = |seed, patient| Draws::new(seed, patient).fill(template.clone());
        assert_eq!(at(1, "here"), at(1, "there"));
        assert_ne!(at(1, "here"), at(2, "here"));
        for seed in 0..50 {
            let number = at(seed, "here");
            let text = number.to_string();
            assert!((101.0..=118.0).contains(&number.as_f64().unwrap()), "{text}");
            assert_eq!(text.split_once('.').unwrap().1.len(), 1, "{text}");
        }
    }

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let filled = Draws::new(1, "maren").fill(json!([{"reference": "Patient/{me}"}, "{mrn}", 1.00]));
        assert_eq!(filled[0]["reference"], "Patient/maren");
        assert_eq!(filled[1].as_str().unwrap().len(), 8);
        assert_ne!(filled[1], Draws::new(1, "anselm").fill(json!("{mrn}")));
    }
}
