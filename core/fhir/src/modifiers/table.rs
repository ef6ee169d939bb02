//! The tables of `data/`, parsed once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Effect;

const MODIFIERS: &str = include_str!("../../data/modifiers.tsv");
const VALUES: &str = include_str!("../../data/modifier-values.tsv");
const NEAR: &str = include_str!("../../data/near-modifiers.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(Table::parse);
static NOTHING: Row = Row { effect: Effect::Unknown, text: "Not known: ask the provider" };

/// Which edition of the tables this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// The date it was made, `YYYY-MM-DD`.
    pub version: &'static str,
    /// The date by which it must be looked at again, `YYYY-MM-DD`.
    pub review_by: &'static str,
    /// Who has signed it off.
    pub sign_off: &'static str,
}

/// The edition of the tables in use.
pub fn edition() -> Edition {
    let mut comments = MODIFIERS.lines().filter_map(|line| line.strip_prefix("# ")).skip(1);
    let version = comments.next().and_then(|line| line.strip_prefix("version ")).unwrap_or_default();
    let review_by = comments.next().and_then(|line| line.strip_prefix("review-by ")).unwrap_or_default();
    Edition { version, review_by, sign_off: comments.next().unwrap_or_default() }
}

/// The tables.
pub(super) fn get() -> &'static Table {
    &TABLE
}

/// Elements by resource type or data type.
pub(super) struct Table {
    elements: BTreeMap<&'static str, Vec<Element>>,
    sentences: BTreeMap<&'static str, BTreeMap<&'static str, Row>>,
}

/// One modifier element.
pub(super) struct Element {
    /// The keys from the resource to it.
    pub(super) steps: Vec<&'static str>,
    pub(super) shape: Shape,
    pub(super) near: bool,
    /// R4 asks for it.
    required: bool,
    values: BTreeMap<&'static str, Row>,
}

/// How the value of an element is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Code,
    Concept,
    Boolean,
    Deceased,
    Link,
}

/// What one value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) effect: Effect,
    text: &'static str,
}

impl Table {
    /// The elements of a type of its own, or those that hold for every type outside the tables.
    pub(super) fn of(&self, kind: &str) -> &[Element] {
        self.elements.get(kind).or_else(|| self.elements.get("*")).map(Vec::as_slice).unwrap_or_default()
    }

    /// A sentence that holds for every element.
    pub(super) fn any(&self, code: &str) -> &Row {
        self.sentence("*", code)
    }

    /// A sentence of an element that is read by its own code.
    pub(super) fn sentence(&self, element: &str, code: &str) -> &Row {
        self.sentences.get(element).and_then(|rows| rows.get(code)).unwrap_or(&NOTHING)
    }

    /// The row of a value, where the table has one.
    pub(super) fn find(&self, element: &str, code: &str) -> Option<&Row> {
        self.sentences.get(element).and_then(|rows| rows.get(code))
    }

    fn parse() -> Self {
        let mut sentences: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for columns in rows(VALUES) {
            if let [element, _, code, effect, text, ..] = columns.as_slice() {
                let row = Row { effect: effect_named(effect).unwrap_or(Effect::Unknown), text };
                sentences.entry(*element).or_default().insert(*code, row);
            }
        }
        let mut elements: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (resource, element) in flagged(&sentences).chain(near(&sentences)) {
            elements.entry(resource).or_default().push(element);
        }
        Table { elements, sentences }
    }
}

impl Element {
    /// What a value means, where the table knows it.
    pub(super) fn row(&self, code: &str) -> Option<&Row> {
        self.values.get(code)
    }

    /// What its absence means; `None` where it is optional and its absence says nothing.
    pub(super) fn missing(&self) -> Option<&Row> {
        self.row("(missing)").or_else(|| self.required.then(|| get().any("(missing)")))
    }

    /// What a value outside the table means; `None` for a near modifier without such a sentence.
    pub(super) fn other(&self) -> Option<&Row> {
        self.row("(other)").or_else(|| (!self.near).then(|| get().any("(other)")))
    }
}

impl Row {
    /// The words as they stand in the table.
    pub(super) fn plain(&self) -> &'static str {
        self.text
    }

    /// The words, with the value as received where they ask for it.
    pub(super) fn words(&self, value: &str) -> String {
        self.text.replace("{value}", value)
    }
}

/// The effect of that name in the tables.
pub(super) fn effect_named(name: &str) -> Option<Effect> {
    Some(match name {
        "ok" => Effect::Ok,
        "value" => Effect::Value,
        "scope" => Effect::Scope,
        "changed" => Effect::Changed,
        "partial" => Effect::Partial,
        "paused" => Effect::Paused,
        "not_current" => Effect::NotCurrent,
        "past" => Effect::Past,
        "not_yet" => Effect::NotYet,
        "proposal" => Effect::Proposal,
        "unknown" => Effect::Unknown,
        "identity" => Effect::Identity,
        "person" => Effect::Person,
        "negated" => Effect::Negated,
        "retracted" => Effect::Retracted,
        _ => return None,
    })
}

type Sentences = BTreeMap<&'static str, BTreeMap<&'static str, Row>>;

fn flagged(sentences: &Sentences) -> impl Iterator<Item = (&'static str, Element)> + '_ {
    rows(MODIFIERS).filter_map(|columns| match columns.as_slice() {
        [resource, name, kind, card, ..] => element(resource, name, kind, card, false, sentences),
        _ => None,
    })
}

fn near(sentences: &Sentences) -> impl Iterator<Item = (&'static str, Element)> + '_ {
    rows(NEAR).filter_map(|columns| match columns.as_slice() {
        [resource, name, kind, "coded", ..] => element(resource, name, kind, "0..1", true, sentences),
        _ => None,
    })
}

/// `None` for what the walk finds by itself: extensions and rules.
fn element(
    resource: &'static str,
    name: &'static str,
    kind: &str,
    card: &str,
    near: bool,
    sentences: &Sentences,
) -> Option<(&'static str, Element)> {
    let shape = match kind {
        "code" => Shape::Code,
        "CodeableConcept" => Shape::Concept,
        "boolean" => Shape::Boolean,
        "boolean|dateTime" => Shape::Deceased,
        "BackboneElement" => Shape::Link,
        _ => return None,
    };
    let steps = name.split('.').skip(1).collect();
    let values = sentences.get(name).cloned().unwrap_or_default();
    Some((resource, Element { steps, shape, near, required: card.starts_with('1'), values }))
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests;
