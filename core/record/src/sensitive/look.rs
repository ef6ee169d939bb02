//! Looking one resource over. A resource is at most 120 levels deep, so the walk may call itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::tables::{Says, Tables, tables};
use super::{Category, Finding, Strength};

/// Bytes of one text that are looked at, or a few more.
const LONG: usize = 2_000;
/// What is said in these is prose about something, not the name of it.
const PROSE: &[&str] = &["note", "dosage", "dosageInstruction", "annotation", "payload", "progress"];

/// What was found so far: the strongest of each category.
struct Found {
    tables: &'static Tables,
    best: BTreeMap<Category, (Strength, By)>,
}

enum By {
    Row(&'static str),
    Word(&'static str),
    Label(String),
}

pub(super) fn over(value: &Value) -> Vec<Finding> {
    let mut found = Found { tables: tables(), best: BTreeMap::new() };
    if let Value::Object(members) = value {
        found.object(members, "", false);
    }
    let finding = |(category, (strength, by)): (Category, (Strength, By))| Finding {
        category,
        strength,
        by: by.words(),
    };
    found.best.into_iter().map(finding).collect()
}

impl By {
    fn words(self) -> String {
        match self {
            Self::Row(display) => display.to_owned(),
            Self::Word(word) => format!("the word \"{word}\""),
            Self::Label(code) => format!("the portal marked it as sensitive ({code})"),
        }
    }
}

impl Found {
    fn walk(&mut self, value: &Value, key: &str, medicine: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, key, medicine)),
            Value::Object(members) => self.object(members, key, medicine || names_a_medicine(key)),
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, key: &str, medicine: bool) {
        let medicine = self.coding(members) || medicine;
        for (name, member) in members {
            match member {
                Value::String(said) if is_a_name(name, key) => self.text(said, medicine),
                Value::Object(meta) if name == "meta" => self.labels(meta.get("security")),
                Value::Object(_) | Value::Array(_) => self.walk(member, name, medicine),
                _ => {}
            }
        }
    }

    /// Looks the object up as a Coding, and says whether it names a medicine, as a code, a reference or a resource of its own. The
    /// members are gone through in turn: to look each of them up by name takes longer than all the rest.
    fn coding(&mut self, members: &Map<String, Value>) -> bool {
        let (mut system, mut code, mut medicine) = (None, None, false);
        for (name, member) in members {
            let Value::String(text) = member else { continue };
            match name.as_str() {
                "system" => system = Some(text),
                "code" => code = Some(text),
                "resourceType" => medicine |= text.starts_with("Medication"),
                "reference" => medicine |= text.contains("Medication"),
                _ => {}
            }
        }
        if let (Some(address), Some(code)) = (system, code)
            && let Some(system) = self.tables.system(address)
        {
            medicine |= system.medicines;
            system.says(code, |says| self.best.add(says, By::Row(says.display)));
        }
        medicine
    }

    fn text(&mut self, said: &str, medicine: bool) {
        let said = if said.len() > LONG { start(said) } else { said };
        self.tables.words.find(said, false, |says| self.best.add(says, By::Word(says.display)));
        if medicine {
            self.tables.names.find(said, true, |says| self.best.add(says, By::Row(says.display)));
        }
    }

    fn labels(&mut self, security: Option<&Value>) {
        let labels = match security {
            Some(Value::Array(labels)) => labels.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for label in labels {
            let text = |name: &str| label.get(name).and_then(Value::as_str);
            let Some(code) = text("code") else { continue };
            if let Some(category) = self.tables.label(text("system"), code) {
                let marked = (Strength::Strong, By::Label(code.trim().to_owned()));
                self.best.entry(category).and_modify(|held| held.0 = Strength::Strong).or_insert(marked);
            }
        }
    }
}

trait Best {
    fn add(&mut self, says: &Says, by: By);
}

impl Best for BTreeMap<Category, (Strength, By)> {
    fn add(&mut self, says: &Says, by: By) {
        let weaker = self.get(&says.category).is_none_or(|(held, _)| *held < says.strength);
        if weaker {
            self.insert(says.category, (says.strength, by));
        }
    }
}

fn start(text: &str) -> &str {
    (LONG..text.len()).find_map(|at| text.get(..at)).unwrap_or(text)
}

/// Whether a string of this name, in an element of that one, is what somebody calls something.
fn is_a_name(name: &str, element: &str) -> bool {
    name == "display" || (name == "text" && !PROSE.contains(&element))
}

/// Elements that hold the name of a medicine in resources of other kinds: lines of a claim, what an order is for.
fn names_a_medicine(element: &str) -> bool {
    element.starts_with("medication") || matches!(element, "productOrService" | "product" | "prescription")
}
