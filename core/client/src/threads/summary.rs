//! One thread as the list of threads shows it.

use fhir::lens::{CodeableConcept, Communication};
use serde::Serialize;

use super::group::Group;
use super::message::{ReadMessage, count_missing};
use super::{Delivery, Message, Party, ThreadEntry, Threads};
use crate::look::Look;
use crate::show::short_name;
use crate::views::{Line, Missing, Standing, plain};
use crate::{Client, Error};

/// So many messages of a thread are read for the list: the newest, and the first.
const READ: usize = 20;
/// The most letters of the last message.
const PREVIEW: usize = 200;

/// One thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thread {
    /// The name to give to [`Client::thread`]: `Type/id` of its root. Any message in it leads to it as well.
    pub id: String,
    /// The same in full, for where two portals use the same name: `issuer|type|id`.
    pub name: String,
    /// The FHIR base address of its portal. No thread goes from one portal to another.
    pub issuer: String,
    /// The portal's name.
    pub portals: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// Its kind, as the portal calls it.
    pub category: Option<String>,
    /// Who takes part beside this member, by the messages that were looked at.
    pub with: Vec<Party>,
    /// Older messages were not looked at for who takes part.
    pub perhaps_more: bool,
    /// The last message.
    pub last: Last,
    /// How many messages it has.
    pub count: u64,
    /// How many of its entries this member has not read.
    pub unread: u64,
    /// How many of the messages that were looked at were withdrawn by the provider.
    pub withdrawn: u64,
    /// How many of the messages that were looked at this member wants covered.
    pub covered: u64,
    /// How many files the messages that were looked at have.
    pub attachments: u64,
    /// It answers, or is part of, a message that is not held.
    pub lacks_a_message: bool,
}

/// The last message of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Last {
    /// From whom.
    pub from: Option<Party>,
    /// When (UTC seconds).
    pub at: Option<i64>,
    /// When, in words.
    pub when: Option<String>,
    /// Its first words.
    pub text: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// How far it has come, as the portal says.
    pub delivery: Delivery,
    /// This member wants it covered.
    pub covered: bool,
}

impl Client {
    /// A thread as lists show it, and what of it is missing.
    pub(super) fn thread_of(
        &self,
        look: &Look,
        all: &Threads,
        group: &Group,
    ) -> Result<(Thread, Missing), Error> {
        let read = self.read_messages(look, all, &all.newest_of(group, READ))?;
        let subject = subject(&read);
        let category = read.iter().rev().find_map(|read| kind(read.lens.as_ref()?));
        let root = all.links.get(group.root).ok_or(Error::Bug("a thread without a root"))?;
        let portals = read.iter().flat_map(|read| &read.line.portals).cloned().collect();
        let (head, entries) = self.entries_of(look, all, group, read)?;
        let messages: Vec<&Message> = entries.iter().filter_map(ThreadEntry::record).collect();
        let with = others(&messages);
        let mut missing = Missing::default();
        entries.iter().for_each(|entry| count_missing(entry, &mut missing));
        let counted =
            |counts: &dyn Fn(&Message) -> bool| number(messages.iter().filter(|m| counts(m)).count());
        let thread = Thread {
            id: short_name(&root.key),
            name: plain(&root.key.to_string()),
            issuer: plain(&root.key.issuer),
            portals: distinct(portals),
            subject: subject.unwrap_or_else(|| untitled(&messages, head.as_ref(), &with)),
            category,
            perhaps_more: group.messages.len() > READ,
            last: last(messages.last().copied(), head.as_ref())?,
            count: number(group.messages.len().saturating_sub(usize::from(head.is_some()))),
            unread: all.unread(group),
            withdrawn: counted(&|message| {
                matches!(message.line.standing, Standing::Withdrawn { .. } | Standing::Removed)
            }),
            covered: counted(&|message| message.line.covered.is_some()),
            attachments: number(messages.iter().map(|message| message.attachments.len()).sum()),
            lacks_a_message: counted(&|message| message.line.covered.is_none()) > 0
                && all.lacks_a_parent(group),
            with,
        };
        Ok((thread, missing))
    }
}

/// The topic of the first message that has one; else why it was written.
fn subject(read: &[ReadMessage]) -> Option<String> {
    let lenses = || read.iter().rev().filter_map(|read| read.lens.as_ref());
    let topic = lenses().find_map(|lens| label(lens.topic.as_ref()?));
    topic.or_else(|| lenses().find_map(|lens| lens.reasons.iter().find_map(label)))
}

fn kind(lens: &Communication) -> Option<String> {
    lens.categories.iter().find_map(label)
}

fn label(concept: &CodeableConcept) -> Option<String> {
    let label = concept.label().map(|label| plain(&label))?;
    (!label.trim().is_empty()).then_some(label)
}

/// What a thread without a topic is called.
fn untitled(messages: &[&Message], head: Option<&Line>, with: &[Party]) -> String {
    let names = || distinct(with.iter().map(|party| party.name.as_str()).collect()).join(", ");
    match messages.first().copied() {
        Some(first) if first.line.covered.is_some() => first.line.title.clone(),
        Some(first) if first.from.is_none() && first.to.is_empty() => first.line.title.clone(),
        Some(first) if first.by_you && !with.is_empty() => format!("Message to {}", names()),
        Some(_) if !with.is_empty() => format!("Message from {}", names()),
        Some(first) => first.line.title.clone(),
        None => head.map_or_else(|| "Message".to_owned(), |head| head.title.clone()),
    }
}

/// Everyone in it but this member, in the order in which they wrote or were written to.
fn others(messages: &[&Message]) -> Vec<Party> {
    let all = messages.iter().flat_map(|message| message.from.iter().chain(&message.to));
    distinct(all.filter(|party| !party.you).cloned().collect())
}

fn last(message: Option<&Message>, head: Option<&Line>) -> Result<Last, Error> {
    let line =
        message.map(|message| &message.line).or(head).ok_or(Error::Bug("a thread without an entry"))?;
    let text = message.map(|message| message.text.join(" ")).filter(|text| !text.trim().is_empty());
    Ok(Last {
        from: message.and_then(|message| message.from.clone()),
        at: message.and_then(|message| message.at),
        when: line.when.clone(),
        text: text.map(|text| shortened(&plain(&text))),
        standing: line.standing.clone(),
        delivery: message.map_or(Delivery::NotStated, |message| message.delivery),
        covered: line.covered.is_some(),
    })
}

fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(PREVIEW).collect();
    if letters.next().is_some() {
        short.push_str(" ...");
    }
    short
}

fn distinct<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
