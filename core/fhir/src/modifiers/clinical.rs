//! Near modifiers of requests, answered forms and family history: what no code list alone can express.

use serde_json::Value;

use super::notes::{Notes, Trail};
use super::table::{self, Row};
use super::{Reach, words};

/// Reads them for the types that have them.
pub(super) fn read(resource: &Value, kind: &str, notes: &mut Notes) {
    match kind {
        "ServiceRequest" => as_needed(resource, notes),
        "QuestionnaireResponse" => answered_by(resource, notes),
        "FamilyMemberHistory" => relative(notes),
        _ => {}
    }
}

fn as_needed(resource: &Value, notes: &mut Notes) {
    let concept = resource.get("asNeededCodeableConcept").filter(|held| words::present(held));
    let boolean = resource.get("asNeededBoolean").filter(|held| !held.is_null());
    let (code, shown) = match (concept, boolean) {
        (Some(concept), _) => ("(any)", words::received(concept)),
        (None, None | Some(Value::Bool(false))) => return,
        (None, Some(Value::Bool(true))) => ("true", "true".to_owned()),
        (None, Some(other)) => ("(any)", words::received(other)),
    };
    let row = table::get().sentence("ServiceRequest.asNeeded[x]", code);
    say("ServiceRequest", "asNeeded[x]", row, &shown, notes);
}

/// Silent where it is the one whom the answers are about.
fn answered_by(resource: &Value, notes: &mut Notes) {
    let Some(source) = resource.get("source").filter(|held| words::present(held)) else { return };
    let pointed = |who: &Value| who.get("reference").and_then(Value::as_str).map(str::to_owned);
    let subject = resource.get("subject").and_then(pointed);
    if subject.is_some() && subject == pointed(source) {
        return;
    }
    let shown = words::label(source).unwrap_or_else(|| words::received(source));
    say(
        "QuestionnaireResponse",
        "source",
        table::get().sentence("QuestionnaireResponse.source", "(any)"),
        &shown,
        notes,
    );
}

fn relative(notes: &mut Notes) {
    let row = table::get().sentence("FamilyMemberHistory.condition", "(any)");
    say("FamilyMemberHistory", "condition", row, "", notes);
}

fn say(kind: &str, element: &str, row: &Row, shown: &str, notes: &mut Notes) {
    Trail::new(kind).within(element, |trail| notes.say(trail, Reach::Whole, row, shown));
}
