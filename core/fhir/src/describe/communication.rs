use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, called, file as file_name, name_of, numbers, readable, state, unless};
use crate::json;
use crate::lens::{Communication, MessagePart};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let message = Communication::read(value);
    fill(&message, fields);
    let sender = called(fields, message.sender.as_ref());
    let title = name_of(message.topic.as_ref())
        .or_else(|| all(&message.reasons))
        .or_else(|| sender.map(|sender| format!("Message from {sender}")))
        .or_else(|| all(&message.categories));
    let words = json::joined(message.payloads.iter().filter_map(|part| readable(part.text.clone())), " ");
    let files =
        json::joined(message.payloads.iter().filter_map(|part| part.file.as_ref()).map(file_name), "; ");
    let said = words.or_else(|| files.map(|files| format!("Attached: {files}")));
    let status = unless("completed", "Communication.status", message.status.as_ref());
    Draft {
        title: title.or_else(|| Some("Message".to_owned())),
        codes: codes(message.topic.as_ref().or(message.reasons.first())),
        when: moment([message.sent.clone(), message.received.clone()]),
        value: json::joined(status.into_iter().chain(said), "; "),
        ..Draft::default()
    }
}

fn fill(message: &Communication, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "basedOn",
        "partOf",
        "inResponseTo",
        "status",
        "statusReason",
        "category",
        "priority",
        "medium",
        "topic",
        "about",
        "sent",
        "received",
        "recipient",
        "sender",
        "reasonCode",
        "reasonReference",
        "payload",
        "note",
    ]);
    let unnamed = || Some("not stated".to_owned());
    let sender = message.sender.as_ref().and_then(|sender| fields.name(sender));
    fields.put("From", sender.or_else(unnamed));
    let to = json::joined(message.recipients.iter().filter_map(|one| fields.name(one)), ", ");
    fields.put("To", to.or_else(unnamed));
    fields.concept("Topic", message.topic.as_ref());
    for part in &message.payloads {
        payload(part, fields);
    }
    fields.put("Status", Some(state("Communication.status", message.status.as_ref())));
    fields.concept("Why this status", message.status_reason.as_ref());
    fields.put("Sent", message.sent.as_ref().map(|time| time.display()).or_else(unnamed));
    fields.put("Arrived", message.received.as_ref().map(|time| time.display()).or_else(unnamed));
    fields.references("Answers", &message.in_response_to);
    fields.references("Part of", &message.part_of);
    fields.references("Asked for by", &message.based_on);
    fields.references("About", &message.about);
    fields.concepts("Reason", &message.reasons);
    fields.references("Reason", &message.reason_references);
    fields.concepts("Kind", &message.categories);
    fields.concepts("Sent by", &message.mediums);
    fields.put("Priority", message.priority.clone());
    fields.notes(&message.notes);
    numbers(fields, &message.identifiers);
}

fn payload(part: &MessagePart, fields: &mut Fields<'_>) {
    fields.put("Text", part.text.clone());
    fields.put("Attached", part.file.as_ref().map(file_name));
    fields.reference("Goes with", part.reference.as_ref());
}
