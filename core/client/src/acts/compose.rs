//! What every act is composed of.

use chrono::{DateTime, SecondsFormat};
use fhir::ResourceKey;
use record::acts::resource::Attached;
use record::acts::{Act, ActId, Kind, Way, named};
use statement::Section;
use store::{Commit, ConnectionRow, StoredRow};

use super::state::by_hand;
use super::{LARGEST_ACT, Queued};
use crate::{Client, Error};

/// Said wherever something is sent to a clinic (hazard H2).
pub(super) const NOT_URGENT: &str =
    "Messages are not for emergencies: nobody may read this for days. If it is urgent, call";

/// An act that is being made.
pub(super) struct Making {
    pub connection: ConnectionRow,
    pub act: Act,
    /// What it is about, as `issuer|type|id`.
    pub subjects: Vec<String>,
    /// The section that it stands in: that of what it is about, so that what is withheld stays so.
    pub section: Section,
    /// Files that go beside it.
    pub files: Vec<(ActId, Attached)>,
}

impl Client {
    /// Begins an act at a connected portal.
    pub(super) fn make(
        &self,
        connection: ConnectionRow,
        kind: Kind,
        resource_type: &str,
        section: Section,
    ) -> Result<Making, Error> {
        if connection.ended.is_some() {
            let words = format!("The connection to {} was ended. Connect it again first", connection.name);
            return Err(Error::Invalid(words));
        }
        let act = Act {
            id: named(self.inner.platform.random()?),
            issuer: connection.issuer.clone(),
            executor: self.inner.author.device,
            kind,
            resource_type: resource_type.to_owned(),
            way: Way::Create,
            good_until: None,
            place: None,
        };
        Ok(Making { connection, act, subjects: Vec::new(), section, files: Vec::new() })
    }

    /// Queues it, behind everything that is held here.
    pub(super) fn put_in_outbox(
        &self,
        mut making: Making,
        resource: &serde_json::Value,
        draft: Option<[u8; 16]>,
    ) -> Result<Queued, Error> {
        if resource.to_string().len() > LARGEST_ACT {
            let most = LARGEST_ACT / 4 * 3 / 1_000;
            return Err(Error::Invalid(format!("The message is larger than the {most} kB that can be sent")));
        }
        let advice = self.advice(&making);
        let id: ActId = making.act.id;
        let dropped_drafts = draft.into_iter().collect();
        self.say(|client| {
            let held = client.inner.store.acts()?.into_iter();
            let last = held.filter_map(|(_, out)| out.act.place).max().unwrap_or(0);
            making.act.place = Some(last.saturating_add(1));
            let composed = client.composed(&making.act, making.subjects, resource)?;
            let (mut facts, mut texts) = (vec![composed.fact], vec![composed.text]);
            for piece in client.pieces(&making.act.id, &making.files)? {
                facts.push(piece.fact);
                texts.push(piece.text);
            }
            let commit = Commit { texts, dropped_drafts, ..Commit::default() };
            Ok((vec![client.change(&making.section, &facts)?], commit))
        })?;
        Ok(Queued { id: id.to_string(), advice })
    }

    fn advice(&self, making: &Making) -> Vec<String> {
        let mut advice = Vec::new();
        if matches!(making.act.kind, Kind::Message | Kind::Correction | Kind::Refill) {
            advice.push(NOT_URGENT.to_owned());
        }
        let portal = &making.connection.name;
        advice.push(match making.act.way {
            Way::ByHand => by_hand(portal, self.why_not(&making.connection, making.act.kind)),
            _ => format!("It goes to {portal} as soon as the network is there, once"),
        });
        advice
    }

    /// An entry of this portal, by its name.
    pub(super) fn entry_of(&self, connection: &ConnectionRow, reference: &str) -> Result<StoredRow, Error> {
        let stored = self.find(reference)?;
        if stored.row.key.issuer == connection.issuer {
            return Ok(stored);
        }
        let words = format!("{} is not an entry of {}", local(&stored.row.key), connection.name);
        Err(Error::Invalid(words))
    }

    /// The portal that an entry came from, while it is connected.
    pub(super) fn portal_of(&self, stored: &StoredRow) -> Result<ConnectionRow, Error> {
        let rows = self.inner.store.connections()?.into_iter();
        let mut rows: Vec<_> = rows.filter(|row| row.issuer == stored.row.key.issuer).collect();
        rows.sort_by_key(|row| (row.ended.is_none(), row.created));
        rows.pop().ok_or(Error::NotFound)
    }

    /// Now, as a FHIR instant in UTC.
    pub(super) fn instant(&self) -> Result<String, Error> {
        let now = DateTime::from_timestamp(self.now(), 0);
        now.map(|now| now.to_rfc3339_opts(SecondsFormat::Secs, true))
            .ok_or(Error::Bug("a clock beyond all dates"))
    }
}

impl Making {
    /// `Patient/id` at the portal.
    pub(super) fn patient(&self) -> String {
        format!("Patient/{}", self.connection.patient)
    }

    /// It is about this entry: where that is withheld, so is the act.
    pub(super) fn about(&mut self, stored: &StoredRow) {
        self.subjects.push(stored.row.key.to_string());
        if stored.row.place().is_withheld() {
            self.section = self.section.withheld();
        }
    }
}

/// `Type/id`, as a reference at the entry's own portal.
pub(super) fn local(key: &ResourceKey) -> String {
    format!("{}/{}", key.resource_type, key.id)
}
