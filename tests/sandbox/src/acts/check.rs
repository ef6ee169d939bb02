//! Whether a resource that somebody sends can be taken: 400 for what is no such resource, 403 for what is somebody
//! else's, 422 for what this portal does not do.

mod kinds;

use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::{Acts, Author, Refusal};
use crate::world::World;
use crate::world::index::{at, date_range};
use crate::world::{Key, SUPPORTING};

pub(crate) use kinds::Kind;

/// What a resource is held against.
pub(super) struct Against<'a> {
    pub(super) world: &'a World,
    pub(super) acts: &'a Acts,
    pub(super) author: &'a Author,
}

/// The kind of a resource that may be created, or why it may not.
pub(super) fn check(resource: &Value, resource_type: &str, against: &Against<'_>) -> Result<Kind, Refusal> {
    let object = resource.as_object().ok_or_else(|| structure("not a resource"))?;
    let named = text(resource, "resourceType");
    if named != resource_type {
        return Err(structure(format!("a {named} was sent as a {resource_type}")));
    }
    let kind = Kind::of(resource_type)
        .filter(|kind| against.acts.writes(kind.name()))
        .ok_or_else(|| Refusal::new(405, "not-supported", format!("{resource_type} is not taken here")))?;
    elements(object, kind)?;
    identifiers(resource)?;
    references(resource, against)?;
    dates(resource, kind)?;
    match kind {
        Kind::Communication => communication(resource, against)?,
        Kind::Appointment => super::slots::check(resource, against)?,
        Kind::Task => task(resource, against)?,
        Kind::MedicationRequest => medication_request(resource, against)?,
        Kind::DocumentReference => document_reference(resource, against)?,
    }
    Ok(kind)
}

/// What is not of the form that FHIR gives it.
pub(super) fn structure(text: impl Into<String>) -> Refusal {
    Refusal::new(400, "structure", text)
}

/// What is well formed and not done here.
pub(super) fn rule(text: impl Into<String>) -> Refusal {
    Refusal::new(422, "business-rule", text)
}

fn required(element: &str) -> Refusal {
    Refusal::new(422, "required", format!("{element} is missing"))
}

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The ids that an element's references name of this type.
pub(super) fn ids_at(resource: &Value, path: &str, resource_type: &str) -> Vec<String> {
    let named = at(resource, path).into_iter().filter_map(|reference| key_of(text(reference, "reference")));
    named.filter(|key| key.0 == resource_type).map(|key| key.1).collect()
}

/// Type and id at the end of a literal reference.
pub(super) fn key_of(reference: &str) -> Option<Key> {
    let mut parts = reference.rsplit('/');
    let (id, resource_type) = (parts.next()?, parts.next()?);
    (!id.is_empty() && !resource_type.is_empty()).then(|| (resource_type.to_owned(), id.to_owned()))
}

/// The same with references to this portal by its whole address made relative.
pub(crate) fn localised(mut value: Value, base: &str) -> Value {
    localise(&mut value, &format!("{base}/"));
    value
}

fn localise(value: &mut Value, base: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| localise(item, base)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let local =
                    member.as_str().filter(|_| name == "reference").and_then(|it| it.strip_prefix(base));
                match local.map(str::to_owned) {
                    Some(local) => *member = local.into(),
                    None => localise(member, base),
                }
            }
        }
        _ => {}
    }
}

fn elements(object: &Map<String, Value>, kind: Kind) -> Result<(), Refusal> {
    for (name, value) in object {
        let bare = name.strip_prefix('_').unwrap_or(name);
        if !kind.has(bare) {
            return Err(structure(format!("{} has no element {name}", kind.name())));
        }
        if bare == "implicitRules" || bare == "modifierExtension" {
            return Err(rule(format!("{bare} is not understood here")));
        }
        let empty = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        if empty {
            return Err(structure(format!("{name} is empty")));
        }
        let many = value.is_array();
        if kind.repeats(bare) != many && !name.starts_with('_') {
            let form = if many { "must not" } else { "must" };
            return Err(structure(format!("{name} {form} be a list")));
        }
    }
    let status = object.get("status").and_then(Value::as_str).ok_or_else(|| required("status"))?;
    if kind.statuses().contains(&status) {
        return Ok(());
    }
    Err(Refusal::new(400, "code-invalid", format!("{} has no status {status}", kind.name())))
}

fn identifiers(resource: &Value) -> Result<(), Refusal> {
    for identifier in at(resource, "identifier") {
        let system = identifier.get("system").is_none_or(Value::is_string);
        if text(identifier, "value").is_empty() || !system {
            return Err(structure("an identifier has no value"));
        }
    }
    Ok(())
}

/// Every literal reference must lead to something that this patient may see.
fn references(value: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| references(item, against)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| match member.as_str() {
            Some(reference) if name == "reference" => visible(reference, against),
            _ => references(member, against),
        }),
        _ => Ok(()),
    }
}

fn visible(reference: &str, against: &Against<'_>) -> Result<(), Refusal> {
    if reference.starts_with('#') {
        return Ok(());
    }
    let author = against.author;
    let unknown = || Refusal::new(422, "not-found", format!("{reference} is not here"));
    let (resource_type, id) = reference.split_once('/').ok_or_else(unknown)?;
    let id = id.split('/').next().unwrap_or_default();
    if resource_type == "Patient" && id != author.patient {
        return Err(Refusal::new(403, "forbidden", "the token is for another patient"));
    }
    let stored = against.world.get(resource_type, id).filter(|stored| stored.listed).ok_or_else(unknown)?;
    let open = SUPPORTING.contains(&resource_type) || against.world.is_public(&stored.key);
    if open || stored.patients.contains(&author.patient) { Ok(()) } else { Err(unknown()) }
}

fn dates(resource: &Value, kind: Kind) -> Result<(), Refusal> {
    for path in kind.dates() {
        for date in at(resource, path) {
            if date.as_str().and_then(date_range).is_none() {
                return Err(structure(format!("{path} is no date")));
            }
        }
    }
    Ok(())
}

fn about_the_patient(resource: &Value, element: &str, against: &Against<'_>) -> Result<(), Refusal> {
    match ids_at(resource, element, "Patient").as_slice() {
        [id] if *id == against.author.patient => Ok(()),
        _ => Err(required(&format!("{element}, the patient,"))),
    }
}

fn communication(resource: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    if !["preparation", "in-progress", "completed"].contains(&text(resource, "status")) {
        return Err(rule("a new message is in-progress"));
    }
    if resource.get("received").is_some() {
        return Err(rule("received is said by who receives"));
    }
    about_the_patient(resource, "subject", against)?;
    let payloads = at(resource, "payload");
    if payloads.is_empty() {
        return Err(required("payload"));
    }
    let (mut letters, mut bytes) = (0_usize, 0_usize);
    for payload in payloads {
        match (payload.get("contentString"), payload.get("contentAttachment")) {
            (Some(Value::String(words)), None) if !words.trim().is_empty() => {
                letters = letters.saturating_add(words.chars().count());
            }
            (None, Some(attachment)) => bytes = bytes.saturating_add(size_of(attachment)?),
            (None, None) if payload.get("contentReference").is_some() => {}
            _ => return Err(structure("a payload has one content, and not an empty one")),
        }
    }
    if letters > against.acts.message_limit {
        let most = against.acts.message_limit;
        let words = format!("a message has at most {most} characters; this one has {letters}");
        return Err(Refusal::new(422, "too-long", words));
    }
    if bytes > against.acts.attachment_limit {
        let most = against.acts.attachment_limit;
        let words = format!("attachments have at most {most} bytes together; these have {bytes}");
        return Err(Refusal::new(413, "too-long", words));
    }
    Ok(())
}

/// A file that comes by itself is as large as it is: the limit is that of what a message carries.
fn document_reference(resource: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    if text(resource, "status") != "current" {
        return Err(rule("a new document is current"));
    }
    about_the_patient(resource, "subject", against)?;
    let contents = at(resource, "content");
    if contents.is_empty() {
        return Err(required("content"));
    }
    for content in contents {
        size_of(content.get("attachment").ok_or_else(|| required("content.attachment"))?)?;
    }
    Ok(())
}

/// The decoded bytes of an attachment that comes inline.
fn size_of(attachment: &Value) -> Result<usize, Refusal> {
    if text(attachment, "contentType").is_empty() {
        return Err(required("contentAttachment.contentType"));
    }
    let data = attachment.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| rule("an attachment comes inline, as data"))?;
    let size = BASE64.decode(data.as_bytes()).map_err(|_| structure("data is not base64"))?.len();
    let said = attachment.get("size").and_then(Value::as_u64);
    if said.is_some_and(|said| usize::try_from(said) != Ok(size)) {
        return Err(structure("the attachment does not have the size that it says"));
    }
    Ok(size)
}

fn task(resource: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    if text(resource, "status") != "requested" {
        return Err(rule("a new task is requested"));
    }
    if !["proposal", "plan", "order"].contains(&text(resource, "intent")) {
        return Err(required("intent: proposal, plan or order,"));
    }
    about_the_patient(resource, "for", against)?;
    let focus = ids_at(resource, "focus", "MedicationRequest");
    let [prescription] = focus.as_slice() else { return Err(required("focus, the prescription,")) };
    refillable(prescription, against)
}

fn medication_request(resource: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    if text(resource, "intent") != "proposal" {
        return Err(rule("a patient proposes: intent proposal"));
    }
    if !["active", "draft"].contains(&text(resource, "status")) {
        return Err(rule("a new proposal is active or draft"));
    }
    about_the_patient(resource, "subject", against)?;
    let medication = ["medicationCodeableConcept", "medicationReference"];
    if !medication.iter().any(|name| resource.get(*name).is_some()) {
        return Err(required("medication"));
    }
    let prior = ["priorPrescription", "basedOn"];
    let named = prior.iter().find_map(|path| ids_at(resource, path, "MedicationRequest").into_iter().next());
    refillable(&named.ok_or_else(|| required("priorPrescription"))?, against)
}

fn refillable(prescription: &str, against: &Against<'_>) -> Result<(), Refusal> {
    let stored = against.world.get("MedicationRequest", prescription).map(|stored| stored.value());
    let value = stored.unwrap_or_default();
    let status = text(&value, "status");
    if text(&value, "intent") == "proposal" || !["active", "completed"].contains(&status) {
        return Err(rule(format!("the prescription is {status}: it is not refilled, ask for a new one")));
    }
    Ok(())
}
