//! One message, as its thread shows it.

use std::collections::BTreeMap;

use fhir::ResourceKey;
use fhir::lens::{Communication, PractitionerRole};
use fhir::reference::{self, Reference, Target};
use record::row::{Row, State};
use serde::Serialize;
use store::MessageLinks;

use super::group::{Group, parents};
use super::{ThreadEntry, Threads};
use crate::attachments::AttachmentView;
use crate::look::Look;
use crate::show::short_name;
use crate::views::{Line, Missing, plain, prose};
use crate::{Client, Error};

/// One message of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// As lists show it: its name, how it stands, what changes its meaning, whether this member has read it. Of a covered one
    /// nothing but this is told.
    pub line: Line,
    /// From whom; `None`: not stated, or not to be told.
    pub from: Option<Party>,
    /// To whom.
    pub to: Vec<Party>,
    /// Whether this member sent it.
    pub by_you: bool,
    /// When it was sent, else when it arrived (UTC seconds).
    pub at: Option<i64>,
    /// When it was sent, in words.
    pub sent: Option<String>,
    /// When it arrived, in words.
    pub received: Option<String>,
    /// What it says, part by part, as the portal wrote it.
    pub text: Vec<String>,
    /// Other entries that go with it: `Type/id` or what the portal calls them.
    pub goes_with: Vec<String>,
    /// Its files, and how each stands.
    pub attachments: Vec<AttachmentView>,
    /// How far it has come, as the portal says.
    pub delivery: Delivery,
    /// What it answers or is part of.
    pub answers: Vec<Answered>,
    /// Later messages of others that answer it (`Type/id`).
    pub answered_by: Vec<String>,
}

/// Who takes part in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Party {
    /// What they are called.
    pub name: String,
    /// `Type/id` at the portal, where it is named.
    pub reference: Option<String>,
    /// Whether it is this member, as the patient whom their own connection is for.
    pub you: bool,
}

/// How far a message has come: only what FHIR's `status` and `received` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Nothing that can be relied on was said.
    NotStated,
    /// A draft at the portal: not sent.
    Draft,
    /// Being sent.
    UnderWay,
    /// Held: it may not have arrived.
    OnHold,
    /// Stopped: it may not have arrived.
    Stopped,
    /// Not sent.
    NotSent,
    /// Sent. That it arrived, or was read, is not said.
    Sent,
    /// It arrived. That it was read is not said.
    Delivered,
}

/// A message that another one answers or is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// `Type/id`, or what the portal calls it.
    pub reference: String,
    /// Whether it is part of that one, and no answer to it.
    pub part: bool,
    /// Whether that one is in this record.
    pub held: bool,
}

/// A message that was read, with its entry. No lens: covered, withdrawn, not held or not readable.
pub(super) struct ReadMessage {
    pub line: Line,
    pub row: Row,
    pub lens: Option<Communication>,
}

impl Client {
    /// Reads these messages, in their order.
    pub(super) fn read_messages(
        &self,
        look: &Look,
        all: &Threads,
        links: &[&MessageLinks],
    ) -> Result<Vec<ReadMessage>, Error> {
        let member = self.member();
        let mut rows = Vec::with_capacity(links.len());
        for message in links {
            if let Some(mut stored) = self.inner.store.row(&message.key, Some(&member))? {
                stored.new = stored.new && all.is_unread(message);
                rows.push(stored);
            }
        }
        let mut read = Vec::with_capacity(rows.len());
        for (line, row) in self.lines(look, rows)? {
            let shown = row.state == State::Current && line.covered.is_none();
            let resource = if shown { self.resource(&row)? } else { None };
            let lens = resource.map(|resource| Communication::read(resource.value()));
            read.push(ReadMessage { line, row, lens });
        }
        Ok(read)
    }

    /// The head of a thread and its entries, the oldest first.
    pub(super) fn entries_of(
        &self,
        look: &Look,
        all: &Threads,
        group: &Group,
        read: Vec<ReadMessage>,
    ) -> Result<(Option<Line>, Vec<ThreadEntry>), Error> {
        let mut head = None;
        let mut entries = Vec::with_capacity(read.len());
        for message in read {
            if all.is_head(group, &message) {
                head = Some(message.line);
                continue;
            }
            entries.push(ThreadEntry::Record(Box::new(self.message(look, all, message)?)));
        }
        entries.reverse();
        entries.sort_by_key(ThreadEntry::at);
        Ok((head, entries))
    }

    fn message(&self, look: &Look, all: &Threads, read: ReadMessage) -> Result<Message, Error> {
        let ReadMessage { line, row, lens } = read;
        let open = line.covered.is_none();
        let at = row.summary.when.as_ref().and_then(|when| when.sort_key());
        let answers = if open { all.answers(&row) } else { Vec::new() };
        let attachments = if open { self.attachment_views(&row)? } else { Vec::new() };
        let Some(lens) = lens else {
            return Ok(Message {
                line,
                from: None,
                to: Vec::new(),
                by_you: false,
                at,
                sent: None,
                received: None,
                text: Vec::new(),
                goes_with: Vec::new(),
                attachments,
                delivery: Delivery::NotStated,
                answers,
                answered_by: Vec::new(),
            });
        };
        let from = lens.sender.as_ref().map(|sender| self.party(look, all, &row, sender)).transpose()?;
        let to = lens.recipients.iter().map(|one| self.party(look, all, &row, one));
        let words = |time: &fhir::time::FhirTime| plain(&time.display());
        Ok(Message {
            to: to.collect::<Result<_, _>>()?,
            by_you: from.as_ref().is_some_and(|from| from.you),
            from,
            at,
            sent: lens.sent.as_ref().map(words),
            received: lens.received.as_ref().map(words),
            text: lens.payloads.iter().filter_map(|part| part.text.as_deref()).map(prose).collect(),
            goes_with: lens
                .payloads
                .iter()
                .filter_map(|part| part.reference.as_ref()?.label())
                .map(|label| plain(&label))
                .collect(),
            attachments,
            delivery: delivery(&lens),
            answers,
            answered_by: Vec::new(),
            line,
        })
    }

    /// Who a reference of an entry means: by the portal's own words, else by the entry that it names, else as it came.
    pub(super) fn party(
        &self,
        look: &Look,
        all: &Threads,
        row: &Row,
        reference: &Reference,
    ) -> Result<Party, Error> {
        let literal = reference.reference.as_deref();
        let key = literal.and_then(|text| here(text, &row.key.issuer));
        let you = key.as_ref().is_some_and(|key| all.own.contains(key));
        let held = match (&reference.display, &key) {
            (None, Some(key)) => self.name_of(look, row, key)?,
            _ => None,
        };
        let label = || reference.label().unwrap_or_else(|| "not stated".to_owned());
        let name = reference.display.as_deref().map(plain).or(held).unwrap_or_else(|| plain(&label()));
        Ok(Party { name, reference: key.as_ref().map(short_name), you })
    }

    /// What the entry of one who takes part is called; of a role, its practitioner.
    fn name_of(&self, look: &Look, row: &Row, key: &ResourceKey) -> Result<Option<String>, Error> {
        if key.resource_type == "PractitionerRole" {
            let role = Reference {
                reference: Some(format!("{}/{}", key.resource_type, key.id)),
                ..Reference::default()
            };
            if let Some((role, resource)) = self.referred(look, row, &role)? {
                let who = PractitionerRole::read(resource.value()).practitioner;
                if let Some(who) = who {
                    return Ok(Some(self.called(look, &role, &who)?));
                }
            }
        }
        self.title_of(look, key)
    }
}

impl Threads {
    /// Whether a message only holds the thread together: others are part of it, and it says nothing itself.
    pub(super) fn is_head(&self, group: &Group, read: &ReadMessage) -> bool {
        let root = self.links.get(group.root).is_some_and(|root| root.key == read.row.key);
        group.heads && root && read.lens.as_ref().is_some_and(|lens| lens.payloads.is_empty())
    }

    /// What a message answers or is part of, and whether that is held.
    fn answers(&self, row: &Row) -> Vec<Answered> {
        let named = row.summary.references.iter();
        named.filter_map(|named| self.answer(named, &row.key.issuer)).collect()
    }

    fn answer(&self, named: &Reference, issuer: &str) -> Option<Answered> {
        let part = named.path.starts_with("partOf");
        let key = named.reference.as_deref().and_then(|text| here(text, issuer));
        // What is part of a visit or a plan is no part of a thread.
        let of_a_thread = key.as_ref().is_some_and(|key| key.resource_type == "Communication");
        if !(named.path.starts_with("inResponseTo") || part && of_a_thread) {
            return None;
        }
        let held = key.as_ref().is_some_and(|key| self.held.contains(key));
        let called = key.as_ref().map(short_name).or_else(|| named.label().map(|label| plain(&label)));
        Some(Answered { reference: called.unwrap_or_default(), part, held })
    }

    /// Whether something in a thread answers or is part of what is not held.
    pub(super) fn lacks_a_parent(&self, group: &Group) -> bool {
        let messages = group.messages.iter().filter_map(|at| self.links.get(*at));
        let mut wanted = messages.flat_map(parents);
        wanted.any(|key| !self.held.contains(key))
    }
}

/// What answers each of one's own messages, and each of the others'.
pub(super) fn answered(entries: &mut [ThreadEntry]) {
    let mut answers: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for message in entries.iter().filter_map(ThreadEntry::record) {
        for answer in message.answers.iter().filter(|answer| answer.held && !answer.part) {
            let by = (message.line.reference.clone(), message.by_you);
            answers.entry(answer.reference.clone()).or_default().push(by);
        }
    }
    for entry in entries.iter_mut() {
        let ThreadEntry::Record(message) = entry else { continue };
        let by = answers.get(&message.line.reference).into_iter().flatten();
        message.answered_by =
            by.filter(|(_, by_you)| *by_you != message.by_you).map(|(name, _)| name.clone()).collect();
    }
}

pub(super) fn count_missing(entry: &ThreadEntry, missing: &mut Missing) {
    use crate::views::Standing;
    let Some(message) = entry.record() else { return };
    match message.line.standing {
        Standing::NotHeld => missing.not_held += 1,
        Standing::Unreadable => missing.unreadable += 1,
        _ => {}
    }
}

/// What a reference names at the same portal.
pub(crate) fn here(text: &str, issuer: &str) -> Option<ResourceKey> {
    match reference::target(text, issuer) {
        Target::Relative { resource_type, id } => {
            Some(ResourceKey { issuer: issuer.to_owned(), resource_type, id })
        }
        _ => None,
    }
}

fn delivery(message: &Communication) -> Delivery {
    match message.status.as_deref() {
        Some("preparation") => Delivery::Draft,
        Some("in-progress") => Delivery::UnderWay,
        Some("on-hold") => Delivery::OnHold,
        Some("stopped") => Delivery::Stopped,
        Some("not-done") => Delivery::NotSent,
        Some("completed") if message.received.is_some() => Delivery::Delivered,
        Some("completed") => Delivery::Sent,
        _ => Delivery::NotStated,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn h2_a_message_has_come_as_far_as_the_portal_says_and_no_farther() {
        let told = |status: &str, received: bool| {
            let mut message = json!({"resourceType": "Communication", "status": status});
            if received {
                message["received"] = json!("2026-10-01T09:00:00Z");
            }
            delivery(&Communication::read(&message))
        };
        assert_eq!(told("completed", false), Delivery::Sent);
        assert_eq!(told("completed", true), Delivery::Delivered);
        assert_eq!(told("preparation", true), Delivery::Draft);
        assert_eq!(told("not-done", true), Delivery::NotSent);
        for status in ["in-progress", "on-hold", "stopped"] {
            assert!(![Delivery::Sent, Delivery::Delivered].contains(&told(status, true)), "{status}");
        }
        for status in ["unknown", "sent", "", "COMPLETED"] {
            assert_eq!(told(status, true), Delivery::NotStated, "{status}");
        }
    }
}
