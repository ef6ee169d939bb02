use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::value::Value;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// QuestionnaireResponse: questions and what was answered, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionnaireResponse {
    /// Status, as it came.
    pub status: Option<String>,
    /// Address of the form, as it came.
    pub questionnaire: Option<String>,
    /// What the form is called, where the sender says so.
    pub title: Option<String>,
    /// About whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was answered.
    pub authored: Option<FhirTime>,
    /// Who wrote the answers down.
    pub author: Option<Reference>,
    /// Who answered; may be somebody else than the patient.
    pub source: Option<Reference>,
    /// Groups and questions.
    pub items: Vec<QuestionItem>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// A group or a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionItem {
    /// Its number in the form, as it came.
    pub link_id: Option<String>,
    /// Its words.
    pub text: Option<String>,
    /// The answers, in order.
    pub answers: Vec<QuestionAnswer>,
    /// What stands under it.
    pub items: Vec<QuestionItem>,
}

/// An answer, and what stands under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionAnswer {
    /// What was answered.
    pub value: Option<Value>,
    /// Why there is no answer, for people.
    pub absent: Option<String>,
    /// What stands under it.
    pub items: Vec<QuestionItem>,
}

impl QuestionnaireResponse {
    /// Reads a QuestionnaireResponse. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            questionnaire: json::text(value, "questionnaire")
                .or_else(|| json::text(value.get("questionnaire")?, "reference")),
            title: title(value),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            authored: json::time(value, "authored"),
            author: reference::member(value, "author"),
            source: reference::member(value, "source"),
            items: QuestionItem::members(value),
            absent: absences(value),
        }
    }

    /// How many questions have at least one answer.
    pub fn answered(&self) -> usize {
        self.items.iter().map(QuestionItem::answered).sum()
    }
}

/// The extension `display` of US Core, the display of an older reference, or the form held within.
fn title(value: &Json) -> Option<String> {
    let shadow = value.get("_questionnaire").unwrap_or(&Json::Null);
    let named = json::list(shadow, "extension").find(|extension| {
        extension.get("url").and_then(Json::as_str).is_some_and(|url| url.ends_with("/display"))
    });
    let display = || json::text(value.get("questionnaire")?, "display");
    let within = || {
        let form = reference::contained(value, value.get("questionnaire")?.as_str()?)?;
        json::said(form, "title").or_else(|| json::said(form, "name"))
    };
    named.and_then(|extension| json::text(extension, "valueString")).or_else(display).or_else(within)
}

impl QuestionItem {
    fn members(parent: &Json) -> Vec<Self> {
        json::list(parent, "item").filter_map(Self::read).collect()
    }

    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            link_id: json::text(value, "linkId"),
            text: json::said(value, "text"),
            answers: json::list(value, "answer").filter_map(QuestionAnswer::read).collect(),
            items: Self::members(value),
        };
        (read != Self::default()).then_some(read)
    }

    fn answered(&self) -> usize {
        let own = usize::from(self.answers.iter().any(|answer| answer.value.is_some()));
        let under = self.answers.iter().flat_map(|answer| &answer.items).chain(&self.items);
        own + under.map(Self::answered).sum::<usize>()
    }

    /// Its words, else its number in the form.
    pub fn label(&self) -> String {
        let number = || self.link_id.as_ref().map(|id| format!("Question {id}"));
        self.text.clone().or_else(number).unwrap_or_else(|| "Question".to_owned())
    }
}

impl QuestionAnswer {
    /// A bare text or number is taken as the answer.
    fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            let value = json::primitive(value).map(Value::Text)?;
            return Some(Self { value: Some(value), ..Self::default() });
        }
        let absent = absences(value).into_iter().find(|absence| absence.element.starts_with("value"));
        let read = Self {
            value: Value::read(value, "value"),
            absent: absent.map(|absence| absence.reason),
            items: QuestionItem::members(value),
        };
        (read != Self::default()).then_some(read)
    }
}
