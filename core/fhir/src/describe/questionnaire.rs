use serde_json::Value as Json;

use super::draft::{Draft, moment};
use super::fields::Fields;
use crate::json;
use crate::lens::{QuestionAnswer, QuestionItem, QuestionnaireResponse, Value};
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let form = QuestionnaireResponse::read(value);
    fill(&form, fields);
    let name = form.title.clone().or_else(|| form.questionnaire.as_deref().and_then(short));
    let count = match form.answered() {
        0 => None,
        1 => Some("1 question answered".to_owned()),
        many => Some(format!("{many} questions answered")),
    };
    Draft {
        title: Some(
            name.map_or_else(|| "Form with answers".to_owned(), |name| format!("Form with answers: {name}")),
        ),
        when: moment([form.authored.clone()]),
        value: count.filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(form: &QuestionnaireResponse, fields: &mut Fields<'_>) {
    if form.title.is_some() {
        fields.told(&["_questionnaire"]);
    }
    fields.put("Form", form.title.clone());
    fields.tell("status", "Status", form.status.clone());
    for item in &form.items {
        fields.told(&["item"]);
        told(item, fields);
    }
    fields.tell_time("authored", "Answered on", form.authored.as_ref());
    fields.tell_one("source", "Answered by", form.source.as_ref());
    fields.tell_one("author", "Written down by", form.author.as_ref());
    fields.tell("questionnaire", "Address of the form", form.questionnaire.clone());
}

/// In the order of the form: a question, its answers, what stands under it. A group is told by its name.
fn told(item: &QuestionItem, fields: &mut Fields<'_>) {
    let label = item.label();
    if item.answers.is_empty() && !item.items.is_empty() {
        fields.put("Part of the form", item.text.clone());
    } else if item.answers.is_empty() {
        fields.put(&clip(&label), Some("(no answer)".to_owned()));
    } else {
        let answers = item.answers.iter().map(|answer| said(answer, fields));
        fields.put(&clip(&label), json::joined(answers.collect::<Vec<_>>(), "; "));
    }
    for under in item.answers.iter().flat_map(|answer| &answer.items).chain(&item.items) {
        told(under, fields);
    }
}

fn clip(label: &str) -> String {
    json::clipped(label, 300)
}

fn said(answer: &QuestionAnswer, fields: &Fields<'_>) -> String {
    let text = match &answer.value {
        Some(Value::Reference(reference)) => fields.name(reference),
        Some(value) => value.display(),
        None => None,
    };
    let absent = || answer.absent.as_ref().map(|why| format!("(no answer: {why})"));
    text.or_else(absent).unwrap_or_else(|| "(no answer)".to_owned())
}

/// The last part of the form's address, where it looks like a name: `phq9`, and not a number or a random id.
fn short(address: &str) -> Option<String> {
    let path = address.split(['|', '#', '?']).next()?;
    let last = path.rsplit(['/', ':']).find(|part| !part.is_empty())?;
    let letters = last.chars().filter(|c| c.is_alphabetic()).count();
    let named = last.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (named
        && last.chars().count() <= 40
        && letters * 2 >= last.len()
        && last.contains(|c: char| c.is_alphabetic()))
    .then(|| last.replace(['-', '_'], " "))
}
