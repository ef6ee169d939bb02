use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::privacy;
use super::wording::{all, file as file_name, name_of, numbers, readable, state, titled, unless};
use crate::json;
use crate::lens::{DocumentReference, DocumentRelation, Encounter, Period, Rendition, is_directive};
use crate::modifiers;
use crate::reference::{self, Reference};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let document = DocumentReference::read(value);
    let directive = is_directive(value);
    fill(&document, directive, fields);
    let files = || document.renditions.iter().filter_map(|form| form.file.as_ref());
    let name = || readable(files().find_map(|file| file.title.clone()));
    let title = name_of(document.kind.as_ref())
        .or_else(|| readable(document.description.clone()))
        .or_else(|| all(&document.categories))
        .or_else(name);
    let described = readable(document.description.clone()).filter(|text| Some(text) != title.as_ref());
    let forms = json::joined(files().map(file_name), "; ");
    let context = document.context.as_ref();
    let care = context.and_then(|context| context.period.as_ref()).and_then(start);
    // A visit that is held within says when it was; of another one only the record can tell.
    let visits = context.map(|context| context.encounters.as_slice()).unwrap_or_default();
    let within = |visit: &Reference| reference::contained(value, visit.reference.as_deref()?);
    let visit = visits.iter().find_map(within).and_then(|visit| Encounter::read(visit).period);
    let care = care.or_else(|| visit.as_ref().and_then(start));
    let created = files().find_map(|file| file.creation.clone());
    let older = json::time(value, "indexed");
    let status = unless("current", "DocumentReference.status", document.status.as_ref());
    let own = document.doc_status.as_ref();
    let own = own.and_then(|_| unless("final", "DocumentReference.docStatus", own));
    let kind = if directive { "Advance directive" } else { "Document" };
    Draft {
        title: match title {
            Some(title) if !directive => Some(title),
            title => titled(kind, title),
        },
        codes: codes(document.kind.as_ref()),
        when: moment([care, document.indexed.clone(), older, created]),
        value: json::joined(status.into_iter().chain(own).chain(described.or(forms)), "; "),
        ..Draft::default()
    }
}

fn fill(document: &DocumentReference, directive: bool, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "docStatus",
        "type",
        "category",
        "date",
        "author",
        "authenticator",
        "custodian",
        "relatesTo",
        "description",
        "securityLabel",
        "content",
        "context",
    ]);
    fields.put("Note", directive.then(|| modifiers::plain("DocumentReference.type", Some("(any)"))));
    fields.concept("Document", document.kind.as_ref());
    fields.put("About", document.description.clone());
    fields.put("Status", Some(state("DocumentReference.status", document.status.as_ref())));
    let own = document.doc_status.as_ref();
    fields.put("State of the text", own.map(|_| state("DocumentReference.docStatus", own)));
    for relation in &document.relations {
        let other = relation.target.as_ref().and_then(|target| fields.name(target));
        fields.put(relation_label(relation), other.or(Some("another document, not named".to_owned())));
    }
    for (n, form) in document.renditions.iter().enumerate() {
        let label = if document.renditions.len() > 1 { format!("File {}", n + 1) } else { "File".to_owned() };
        fields.put(&label, rendition(form));
    }
    if document.renditions.is_empty() {
        fields.put("File", Some("none named".to_owned()));
    }
    care(document, fields);
    fields.time("Put on file", document.indexed.as_ref());
    fields.references("Written by", &document.authors);
    fields.reference("Signed by", document.authenticator.as_ref());
    fields.reference("Kept by", document.custodian.as_ref());
    fields.concepts("Kind", &document.categories);
    fields.each("Privacy label", document.labels.iter().map(privacy::of));
    numbers(fields, &document.identifiers);
}

fn care(document: &DocumentReference, fields: &mut Fields<'_>) {
    let Some(context) = &document.context else { return };
    fields.put("Time of care", context.period.as_ref().and_then(Period::display));
    fields.references("Visit", &context.encounters);
    fields.concepts("What was done", &context.events);
    fields.concept("Kind of place", context.facility.as_ref());
    fields.concept("Kind of care", context.practice.as_ref());
    fields.references("Goes with", &context.related);
}

fn rendition(form: &Rendition) -> Option<String> {
    let file = form.file.as_ref();
    let Some(file) = file else { return Some("not held here".to_owned()) };
    let made = file.creation.as_ref().map(|time| format!("made {}", time.display()));
    let language = file.language.as_ref().map(|language| format!("language {language}"));
    let held = (!file.inline && file.url.is_none()).then(|| "content not given".to_owned());
    let name = Some(file_name(file));
    json::joined(name.into_iter().chain(made).chain(language).chain(held), ", ")
}

fn relation_label(relation: &DocumentRelation) -> &'static str {
    match relation.code.as_deref() {
        Some("replaces") => "Replaces",
        Some("transforms") => "Made from",
        Some("signs") => "Signs",
        Some("appends") => "Adds to",
        _ => "Has to do with",
    }
}

fn start(period: &Period) -> Option<crate::time::FhirTime> {
    period.start.clone().or_else(|| period.end.clone())
}
