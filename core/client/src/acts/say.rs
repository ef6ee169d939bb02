//! Acts and what happens to them, as facts.

use record::acts::{Act, ActId, Event, Happened, KIND_ACT, KIND_EVENT, Outgoing};
use record::facts::{Fact, FactDigest, Text};
use serde_json::Value;
use statement::body::Facts;
use statement::{Section, kind};
use store::Commit;

use crate::notes::SHORTEST;
use crate::write::Draft;
use crate::{Client, Error};

/// An act as a fact, with the text that it names.
pub(super) struct Composed {
    pub fact: Fact,
    pub text: Text,
}

impl Client {
    /// An act with the resource that it sends.
    pub(super) fn composed(
        &self,
        act: &Act,
        subjects: Vec<String>,
        resource: &Value,
    ) -> Result<Composed, Error> {
        let text = Text { salt: self.inner.platform.random()?, text: resource.to_string() };
        let body = Some(act.encode()?.into());
        Ok(Composed { fact: Fact { subjects, body, text: Some(text.id()), ..self.fact(KIND_ACT)? }, text })
    }

    /// That something happened to an act.
    pub(super) fn act_event(
        &self,
        act: &ActId,
        happened: Happened,
        replaces: Vec<FactDigest>,
    ) -> Result<Fact, Error> {
        let body = Event { act: *act, happened }.encode()?;
        Ok(Fact { body: Some(body.into()), replaces, ..self.fact(KIND_EVENT)? })
    }

    /// Says facts, with what goes into the same transaction.
    pub(super) fn say_acts(&self, section: &Section, facts: &[Fact], commit: Commit) -> Result<(), Error> {
        self.say(|client| Ok((vec![client.change(section, facts)?], commit)))?;
        Ok(())
    }

    /// The same, and only while this still holds of an act: a person and the network may come at the same moment. Whether it
    /// was said.
    pub(super) fn say_while(
        &self,
        (section, act): (&Section, &ActId),
        holds: impl Fn(&Outgoing) -> bool,
        facts: &[Fact],
        commit: Commit,
    ) -> Result<bool, Error> {
        let mut said = false;
        self.say(|client| {
            let held = client.inner.store.acts()?.into_iter().find(|(_, out)| out.act.id == *act);
            if !held.is_some_and(|(_, out)| holds(&out)) {
                return Ok((Vec::new(), Commit::default()));
            }
            said = true;
            Ok((vec![client.change(section, facts)?], commit))
        })?;
        Ok(said)
    }

    /// The act of this name, or of the start of it.
    pub(super) fn act(&self, id: &str) -> Result<(Section, Outgoing), Error> {
        let wanted = id.trim().to_lowercase();
        let all = self.inner.store.acts()?.into_iter();
        let mut found: Vec<_> = all.filter(|(_, out)| out.act.id.to_string().starts_with(&wanted)).collect();
        match (wanted.len() >= SHORTEST, found.len()) {
            (true, 0) | (false, _) => Err(Error::NotFound),
            (true, 1) => found.pop().ok_or(Error::NotFound),
            (true, count) => Err(Error::Ambiguous { count }),
        }
    }

    /// The resource that an act sends.
    pub(super) fn resource_of(&self, out: &Outgoing) -> Result<Option<Value>, Error> {
        let Some(id) = &out.composed.fact.text else { return Ok(None) };
        let text = self.inner.store.text(id)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub(super) fn change(&self, section: &Section, facts: &[Fact]) -> Result<Draft, Error> {
        let mut document = self.inner.store.document(section)?;
        let change = document.write(&self.inner.author.device, facts)?;
        let body = Facts::new(vec![change]).encode()?;
        Ok(Draft { section: section.clone(), kind: kind::FACTS, body })
    }
}
