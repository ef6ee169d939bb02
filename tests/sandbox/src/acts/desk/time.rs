//! What happens by itself as the portal's time goes on.

use serde_json::{Value, json};

use super::{Author, Desk, Done, existing};
use crate::acts::check::text;
use crate::acts::{Refusal, clinic};
use crate::world::index::at;
use crate::world::{Stored, World};

/// How long a request lies at the gateway where commits are slow, in seconds.
const AT_THE_GATEWAY: i64 = 30;
/// How long the scan of an attachment takes where it comes later.
const SCAN: i64 = 10;

/// What was put off.
#[derive(Clone, Debug)]
pub(super) struct Late {
    due: i64,
    author: Author,
    resource_type: String,
    resource: Value,
    unless: Option<String>,
}

impl Desk {
    /// As `create`; where commits are slow, what would be done is done later and the gateway answers.
    pub(crate) fn create_at_last(
        &mut self,
        world: &mut World,
        author: &Author,
        resource_type: &str,
        resource: Value,
        unless: Option<&str>,
        now: i64,
    ) -> Result<Done, Refusal> {
        let there = unless.map(|query| existing(world, author, resource_type, query)).transpose()?;
        let Some(status) = self.faults.slow_commit.filter(|_| there.is_none_or(|found| found.is_empty()))
        else {
            return self.create(world, author, resource_type, resource, unless, now);
        };
        let (mut desk, mut trial) = (self.clone(), world.clone());
        desk.create(&mut trial, author, resource_type, resource.clone(), unless, now)?;
        self.late.push(Late {
            due: now.saturating_add(AT_THE_GATEWAY),
            author: Author { direct: true, ..author.clone() },
            resource_type: resource_type.to_owned(),
            resource,
            unless: unless.map(str::to_owned),
        });
        Err(match status {
            202 => Refusal::new(202, "informational", "it will be looked at"),
            _ => Refusal::new(status, "timeout", "the gateway got no answer in time"),
        })
    }

    /// Does what is due by now.
    pub(crate) fn settle(&mut self, world: &mut World, now: i64) {
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|late| late.due <= now);
        self.late = later;
        for Late { author, resource_type, resource, unless, .. } in due {
            let _refused_by_now =
                self.create(world, &author, &resource_type, resource, unless.as_deref(), now);
        }
        self.end_holds(world, now);
        self.scan(world, now);
        if self.answering {
            clinic::by_itself(self, world, now);
        }
    }

    /// Marks a message whose attachments are looked at later.
    pub(super) fn scan_later(&mut self, id: &str, now: i64) {
        self.scans.insert(id.to_owned(), now.saturating_add(SCAN));
    }

    fn end_holds(&mut self, world: &mut World, now: i64) {
        let over: Vec<String> =
            self.holds.iter().filter(|(_, until)| **until <= now).map(|(id, _)| id.clone()).collect();
        for id in over {
            self.release(world, &id, now);
            let reason = ("cancelationReason", json!({"text": "The hold has expired."}));
            self.rewrite(world, &id, &[("status", "cancelled".into()), reason], now);
        }
    }

    /// Takes the attachments away, and tells in another message.
    fn scan(&mut self, world: &mut World, now: i64) {
        let due: Vec<String> =
            self.scans.iter().filter(|(_, due)| **due <= now).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.scans.remove(&id);
            let Some(stored) = world.get("Communication", &id) else { continue };
            let (version, mut message) = (stored.version, stored.value());
            if let Some(Value::Array(payloads)) = message.get_mut("payload") {
                payloads.retain(|payload| payload.get("contentAttachment").is_none());
                if payloads.is_empty() {
                    payloads.push(json!({"contentString": "(the attachment was removed)"}));
                }
            }
            world.put(message, version + 1, now);
            let words =
                "The attachment of your message did not pass our virus scan. Only its text was delivered.";
            let _told = clinic::reply(self, world, &id, words, now);
        }
    }
}

/// Whether a message carries attachments.
pub(super) fn is_attached(message: &Value) -> bool {
    at(message, "payload").iter().any(|payload| payload.get("contentAttachment").is_some())
}

/// The status of a stored resource.
pub(in crate::acts) fn status_of(world: &World, resource_type: &str, id: &str) -> String {
    let value = world.get(resource_type, id).map(Stored::value).unwrap_or_default();
    text(&value, "status").to_owned()
}
