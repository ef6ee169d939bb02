//! Members that come twice in one object. JSON leaves open which one counts (RFC 8259, section 4), so nothing that rests on
//! such a member may be taken for certain.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::bundle::{Members, items};
use crate::json;

/// The most that are named.
const MOST: usize = 20;
/// The longest path that is named, in steps.
const DEEPEST: usize = 8;

/// The paths of doubled members, `code.coding`, without the numbers of lists, sorted; at most [`MOST`] of them, and of a deep
/// one its first [`DEEPEST`] steps.
pub(crate) fn paths(bytes: &[u8]) -> Vec<String> {
    let (mut found, mut path) = (BTreeSet::new(), Vec::new());
    let mut read = serde_json::Deserializer::from_slice(json::without_mark(bytes));
    // What cannot be read has been refused before.
    let _ = Walk { path: &mut path, found: &mut found }.deserialize(&mut read);
    found.into_iter().collect()
}

/// Everything that stands at a path, each copy of a doubled member, lists spread out.
pub(crate) fn copies(bytes: &[u8], path: &str) -> Vec<Value> {
    let Ok(whole) = serde_json::from_slice(json::without_mark(bytes)) else { return Vec::new() };
    let mut here = vec![whole];
    for step in path.split('.') {
        let members = |raw| Members::of(raw).into_all(step);
        here = here.into_iter().flat_map(items).flat_map(members).collect();
    }
    let values = here.into_iter().flat_map(items);
    values.filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect()
}

struct Walk<'w> {
    path: &'w mut Vec<String>,
    found: &'w mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Walk { path: self.path, found: self.found })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut met = BTreeSet::new();
        while let Some(name) = object.next_key::<String>()? {
            self.path.push(name.clone());
            if !met.insert(name) && self.found.len() < MOST {
                let steps: Vec<&str> = self.path.iter().take(DEEPEST).map(String::as_str).collect();
                self.found.insert(steps.join("."));
            }
            object.next_value_seed(Walk { path: self.path, found: self.found })?;
            self.path.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn h3_every_doubled_member_is_named_however_its_name_is_written() {
        for (text, found) in [
            (r#"{"a": 1, "b": [{"a": 1.50}, {"a": 2}]}"#, &[] as &[&str]),
            (r#"{"a": 1, "a": 1}"#, &["a"]),
            (r#"{"subject": 1, "s\u0075bject": 2}"#, &["subject"]),
            (r#"{"a": {"b": [1, {"c": null, "c": 0.1}]}}"#, &["a.b.c"]),
            ("\u{feff}{\"z\":true,\"z\":[],\"a\":-1,\"a\":\"\"}", &["a", "z"]),
        ] {
            assert_eq!(paths(text.as_bytes()), found, "{text}");
        }
        let many: Vec<String> = (0..100).map(|n| format!("\"m{n}\":1,\"m{n}\":2")).collect();
        assert_eq!(paths(format!("{{{}}}", many.join(",")).as_bytes()).len(), MOST);
    }

    #[test]
    fn every_copy_is_reached() {
        let text = br#"{"s": {"r": "a"}, "s": [{"r": "b", "r": "c"}, {"r": ["d"]}], "t": 1}"#;
        assert_eq!(copies(text, "s.r"), [json!("a"), json!("b"), json!("c"), json!("d")]);
        assert_eq!(copies(text, "t"), [json!(1)]);
        assert_eq!(copies(text, "t.r"), Vec::<Value>::new());
    }
}
