//! An answer of a portal, taken apart with care.

use std::{borrow::Cow, collections::BTreeSet};

use fhir::{
    Digest, Resource,
    bundle::{self, Entry},
};

use super::{Fault, Outcome};
use crate::{
    Failure, Response,
    http::{self, Text},
    text,
};

/// A page of a listing.
pub(crate) struct Page {
    /// In the portal's order, without OperationOutcomes; the same bytes twice count once.
    pub entries: Vec<Entry>,
    /// What OperationOutcomes say.
    pub said: Vec<String>,
    /// What the portal says is missing from this page, where it says that something is.
    pub partial: Option<String>,
    /// As the portal counts.
    pub total: Option<u64>,
    /// The address of this page, as the portal says it.
    pub own: Option<String>,
    /// The address of the next page, as it came.
    pub next: Option<String>,
}

/// The answer to a search.
pub(crate) fn read(answer: &Response) -> Result<Page, Outcome> {
    let (body, damaged) = body(answer)?;
    let bundle = bundle::split(&body).map_err(|error| match error {
        fhir::Error::TooLarge { .. } | fhir::Error::TooManyEntries { .. } => Failure::TooLarge.into(),
        _ => not_it(answer),
    })?;
    let own = bundle.links.iter().find(|(relation, _)| relation == "self").map(|(_, url)| url.clone());
    let next = bundle.next().map(str::to_owned);
    let total = bundle.total;
    let (outcomes, mut entries): (Vec<Entry>, Vec<Entry>) =
        bundle.entries.into_iter().flat_map(unwrapped).partition(is_outcome);
    if damaged {
        entries.iter_mut().for_each(spoil);
    }
    let mut met = BTreeSet::new();
    let digest =
        |entry: &Entry| entry.resource.as_ref().map_or_else(|_| Digest::of(&entry.raw), Resource::digest);
    entries.retain(|entry| met.insert(digest(entry).0));
    let outcomes = outcomes.iter().filter_map(|entry| entry.resource.as_ref().ok()).map(Resource::value);
    let (mut said, mut partial) = (Vec::new(), None);
    for outcome in outcomes {
        let words = text::outcome_value(outcome);
        if partial.is_none() && text::outcome_says_partial(outcome) {
            partial = Some(words.clone());
        }
        said.extend(Some(words).filter(|words| !words.is_empty()));
    }
    Ok(Page { entries, said, partial, total, own, next })
}

/// The answer to a read as an entry, when it is what was asked for.
pub(crate) fn one(answer: &Response, resource_type: &str, id: &str) -> Result<Entry, Outcome> {
    let (body, damaged) = body(answer)?;
    if damaged {
        return Err(Fault::NotFhir.outcome("its text is damaged"));
    }
    let resource = Resource::parse(&body).map_err(|error| match error {
        fhir::Error::TooLarge { .. } => Failure::TooLarge.into(),
        _ => not_it(answer),
    })?;
    if resource.resource_type() == "OperationOutcome" && resource_type != "OperationOutcome" {
        return Err(not_it(answer));
    }
    if resource.resource_type() != resource_type || resource.id() != id {
        return Err(Fault::WrongResource.outcome(""));
    }
    let raw = resource.bytes().to_vec();
    Ok(Entry { full_url: None, mode: Some("match".to_owned()), resource: Ok(resource), raw })
}

/// The body as UTF-8, and whether something in it was no text.
pub(crate) fn body(answer: &Response) -> Result<(Cow<'_, [u8]>, bool), Outcome> {
    if http::values(&answer.body) > http::MOST_VALUES {
        return Err(Failure::TooLarge.into());
    }
    Ok(match answer.text() {
        Text::Exact(bytes) => (bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).into(), false),
        Text::Decoded(text) => (text.into_bytes().into(), false),
        Text::Damaged(text) => (text.into_bytes().into(), true),
    })
}

fn not_it(answer: &Response) -> Outcome {
    let said = text::outcome(&answer.body);
    let begins = |start: &str| {
        let body = answer.body.trim_ascii_start();
        body.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
    };
    let web = ["<!doctype html", "<html", "<head", "<body"].into_iter().any(begins);
    match (said.is_empty(), web, begins("<")) {
        (false, ..) => Fault::NotFhir.outcome(&said),
        (_, true, _) => Fault::NotFhir.outcome("it is a web page"),
        (_, _, true) => Fault::NotFhir.outcome("it is XML"),
        _ => Fault::NotFhir.outcome(""),
    }
}

fn is_outcome(entry: &Entry) -> bool {
    entry.resource.as_ref().is_ok_and(|resource| resource.resource_type() == "OperationOutcome")
}

/// What a bundle among the entries holds, so that each of its resources is looked at by itself. A bundle in a bundle in the
/// bundle is not taken.
fn unwrapped(entry: Entry) -> Vec<Entry> {
    if !is_bundle(&entry) {
        return vec![entry];
    }
    match bundle::split(&entry.raw) {
        Ok(inner) => inner.entries.into_iter().map(not_a_bundle).collect(),
        Err(error) => vec![Entry { resource: Err(error), ..entry }],
    }
}

fn not_a_bundle(mut entry: Entry) -> Entry {
    if is_bundle(&entry) {
        entry.resource = Err(fhir::Error::TooDeep { limit: 1 });
    }
    entry
}

fn is_bundle(entry: &Entry) -> bool {
    entry.resource.as_ref().is_ok_and(|resource| resource.resource_type() == "Bundle")
}

/// Takes no entry whose own text is damaged: what stood there is not known.
fn spoil(entry: &mut Entry) {
    let raw = String::from_utf8_lossy(&entry.raw);
    if let Some(at) = raw.find(http::DAMAGE) {
        entry.resource = Err(fhir::Error::NotJson { line: 1, column: at });
    }
}
