//! What an answer of success shows: hostile until checked.

use fhir::{
    Resource,
    bundle::{self, Entry},
};
use serde_json::Value;

use super::{Deed, Way, ours};
use crate::{Response, Tokens, base::valid_id, fetch::page, text};

/// The longest version that is kept.
const LONGEST_VERSION: usize = 128;

/// What was shown.
#[derive(Default)]
pub(super) struct Shown {
    /// Resources of the act's type that are not about anybody else, and no other act.
    pub entries: Vec<Entry>,
    /// Where the portal says that it lies: its id, and its version.
    pub place: Option<(String, Option<String>)>,
    /// The status of its part in a transaction.
    pub status: Option<u16>,
    /// What OperationOutcomes say.
    pub said: String,
    /// One of them says that it failed.
    pub failed: bool,
    /// There was nothing to read.
    pub empty: bool,
    /// There was something that is no answer to this.
    pub strange: bool,
}

impl Shown {
    /// Reads the answer to the act.
    pub fn read(answer: &Response, deed: &Deed, tokens: &Tokens) -> Self {
        let mut shown = Self { place: located(answer, deed), ..Self::default() };
        if answer.body.trim_ascii().is_empty() {
            shown.empty = true;
            return shown;
        }
        let Ok((body, false)) = page::body(answer) else {
            shown.strange = true;
            return shown;
        };
        let Ok(resource) = Resource::parse(&body) else {
            shown.strange = true;
            return shown;
        };
        shown.take(resource, deed, tokens, true);
        shown
    }

    /// The one that the act made, and whether it bears the identifier.
    pub fn it(&self, deed: &Deed) -> Option<(&Entry, bool)> {
        let bears = |entry: &&Entry| value(entry).is_some_and(|it| ours::bears(it, &deed.identifier));
        if let Some(entry) = only(self.entries.iter().filter(bears).collect()) {
            return Some((entry, true));
        }
        only(self.entries.iter().collect()).map(|entry| (entry, false))
    }

    fn take(&mut self, resource: Resource, deed: &Deed, tokens: &Tokens, outermost: bool) {
        match resource.resource_type() {
            "OperationOutcome" => self.outcome(resource.value()),
            on if on == deed.resource_type => {
                // What is changed keeps the identifier of the act that made it; its id tells which it is.
                let changes = matches!(deed.way, Way::Update { .. });
                let other = ours::about_another(&resource, tokens)
                    || (!changes && ours::bears_another(resource.value(), &deed.identifier))
                    || is_another(&resource, deed);
                match other {
                    true => self.strange = true,
                    false => self.entries.push(entry(resource)),
                }
            }
            "Bundle" if outermost => self.bundle(&resource, deed, tokens),
            "Parameters" if outermost => self.parameters(resource.value(), deed),
            // What comes along with an operation or a transaction.
            _ if !outermost => {}
            _ => self.strange = true,
        }
    }

    fn bundle(&mut self, resource: &Resource, deed: &Deed, tokens: &Tokens) {
        self.parts(resource.value(), deed);
        let Ok(split) = bundle::split(resource.bytes()) else {
            self.strange = true;
            return;
        };
        for inner in split.entries.into_iter().filter_map(|entry| entry.resource.ok()) {
            self.take(inner, deed, tokens, false);
        }
    }

    /// `entry.response` of a transaction (FHIR R4, Bundle): status, location, outcome.
    fn parts(&mut self, bundle: &Value, deed: &Deed) {
        for part in bundle.get("entry").into_iter().flat_map(ours::each) {
            let Some(response) = part.get("response") else { continue };
            if let Some(outcome) = response.get("outcome") {
                self.outcome(outcome);
            }
            let location = response.get("location").and_then(Value::as_str);
            let shown = part.pointer("/resource/resourceType").and_then(Value::as_str);
            let place = location.and_then(|location| place(location, &deed.resource_type));
            if (place.is_some() || shown == Some(deed.resource_type.as_str())) && self.status.is_none() {
                let status = response.get("status").and_then(Value::as_str).unwrap_or_default();
                self.status = status.split(' ').next().and_then(|code| code.parse().ok());
                self.place = place.or(self.place.take());
            }
        }
    }

    /// An operation may wrap what it gives. What lies in there is read again by itself, so that its bytes are the portal's own.
    fn parameters(&mut self, parameters: &Value, deed: &Deed) {
        let all = parameters.get("parameter").into_iter().flat_map(ours::each);
        for resource in all.filter_map(|one| one.get("resource")) {
            match resource.get("resourceType").and_then(Value::as_str) {
                Some("OperationOutcome") => self.outcome(resource),
                Some(on) if on == deed.resource_type => {
                    let id = resource.get("id").and_then(Value::as_str).filter(|id| valid_id(id));
                    self.place = id.map(|id| (id.to_owned(), None));
                }
                _ => {}
            }
        }
    }

    fn outcome(&mut self, outcome: &Value) {
        let issues = outcome.get("issue").into_iter().flat_map(ours::each);
        let severities = issues.filter_map(|issue| issue.get("severity")?.as_str());
        self.failed |= severities.into_iter().any(|severity| matches!(severity, "error" | "fatal"));
        if self.said.is_empty() {
            self.said = text::outcome_value(outcome);
        }
    }
}

/// Its version: what it says itself, what the answer says, or what the address of it says.
pub(super) fn version(resource: Option<&Entry>, answer: &Response, place: Option<&str>) -> Option<String> {
    let own = resource.and_then(value).and_then(|it| it.pointer("/meta/versionId")?.as_str());
    let tag = answer.header("etag").map(untagged);
    let all = [own, tag, place].into_iter().flatten();
    all.map(str::to_owned).find(|version| sound(version))
}

/// What stands in an ETag such as `W/"3"`.
pub(super) fn untagged(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/").trim_matches('"')
}

pub(super) fn sound(version: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'"';
    (1..=LONGEST_VERSION).contains(&version.len()) && version.bytes().all(plain)
}

pub(super) fn value(entry: &Entry) -> Option<&Value> {
    entry.resource.as_ref().ok().map(Resource::value)
}

/// The portal's id, where there is one that can be asked for.
pub(super) fn id(entry: &Entry) -> Option<String> {
    value(entry)?.get("id")?.as_str().filter(|id| valid_id(id)).map(str::to_owned)
}

/// The one of these, when all of them are one.
fn only(mut entries: Vec<&Entry>) -> Option<&Entry> {
    entries.dedup_by(|one, other| id(one).is_some() && id(one) == id(other));
    let last = entries.pop()?;
    Some(last).filter(|_| entries.is_empty())
}

fn entry(resource: Resource) -> Entry {
    let raw = resource.bytes().to_vec();
    Entry { full_url: None, mode: None, resource: Ok(resource), raw }
}

/// Whether an update shows another resource than the one that was put.
fn is_another(resource: &Resource, deed: &Deed) -> bool {
    matches!(&deed.way, Way::Update { id, .. } if resource.id() != *id)
}

fn located(answer: &Response, deed: &Deed) -> Option<(String, Option<String>)> {
    let headers = ["location", "content-location"].into_iter().filter_map(|name| answer.header(name));
    headers.into_iter().find_map(|text| place(text, &deed.resource_type))
}

/// Id and version of an address such as `https://portal.example/fhir/Task/1/_history/2`. Only these are taken from it, never
/// its host.
fn place(text: &str, resource_type: &str) -> Option<(String, Option<String>)> {
    let path = Some(text).filter(|text| text.len() <= 8_192)?.split(['?', '#']).next()?;
    let steps: Vec<&str> = path.split('/').collect();
    let at = steps.iter().rposition(|step| *step == resource_type)?;
    let id = steps.get(at + 1).filter(|id| valid_id(id))?;
    let version = steps.get(at + 2).filter(|step| **step == "_history").and_then(|_| steps.get(at + 3));
    Some(((*id).to_owned(), version.filter(|version| sound(version)).map(|version| (*version).to_owned())))
}
