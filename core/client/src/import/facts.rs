//! What people wrote, said again by the member who holds this device.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use exchange::archive::rows;
use record::facts::{Fact, FactDigest, Later, MAX_TEXT, Text};
use statement::body::Facts;
use statement::{Section, kind};

use super::Refusal;
use super::plan::{contradiction, named, section};
use crate::write::Draft;
use crate::{Client, Error};

/// Facts of one change, and their bytes: well within the caps of a change.
const CHANGE: usize = 1_000;
const CHANGE_BYTES: usize = 2 * 1024 * 1024;

/// The facts so that each comes after those that it stands in the place of. What it replaces and is not there is left out.
pub(super) fn in_order(facts: Vec<rows::Fact>) -> Result<Vec<rows::Fact>, Refusal> {
    let mut held: BTreeMap<String, rows::Fact> = BTreeMap::new();
    for fact in facts {
        look_over(&fact)?;
        held.insert(fact.fact.clone(), fact);
    }
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut followers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, fact) in &held {
        let before: BTreeSet<String> =
            fact.replaces.iter().filter(|other| held.contains_key(*other)).cloned().collect();
        for other in &before {
            followers.entry(other.clone()).or_default().push(name.clone());
        }
        waiting.insert(name.clone(), before);
    }
    let mut ready: Vec<String> =
        waiting.iter().filter(|(_, before)| before.is_empty()).map(|(name, _)| name.clone()).collect();
    let mut ordered = Vec::with_capacity(held.len());
    while let Some(name) = ready.pop() {
        for follower in followers.remove(&name).unwrap_or_default() {
            if let Some(before) = waiting.get_mut(&follower)
                && before.remove(&name)
                && before.is_empty()
            {
                ready.push(follower);
            }
        }
        ordered.extend(held.remove(&name));
    }
    if held.is_empty() { Ok(ordered) } else { Err(contradiction("facts stand in each other's place")) }
}

/// That every part of a fact can be read and is small enough to be written.
fn look_over(fact: &rows::Fact) -> Result<(), Refusal> {
    section(&fact.section)?;
    named::<FactDigest>(&fact.fact)?;
    fact.replaces.iter().try_for_each(|other| named::<FactDigest>(other).map(|_| ()))?;
    fact.revisions.iter().try_for_each(|digest| named::<statement::Digest>(digest).map(|_| ()))?;
    fact.body.as_deref().map(body).transpose()?;
    fact.later.as_deref().map(later).transpose()?;
    let words = fact.subjects.iter().map(String::len).sum::<usize>()
        + fact.revisions.len() * 64
        + fact.kind.len()
        + fact.body.as_ref().map_or(0, String::len)
        + fact.later.as_ref().map_or(0, String::len);
    if words > CHANGE_BYTES / 4 || fact.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
        return Err(contradiction("something written is too long"));
    }
    Ok(())
}

/// What is to be said of facts.
#[derive(Default)]
pub(super) struct Said {
    pub(super) drafts: Vec<Draft>,
    pub(super) texts: Vec<Text>,
}

impl Client {
    /// The facts as changes of this device, section by section.
    pub(super) fn said_again(&self, facts: Vec<rows::Fact>) -> Result<Said, Error> {
        let mut said = Said::default();
        let mut named_now: BTreeMap<String, FactDigest> = BTreeMap::new();
        let mut sections: BTreeMap<Section, Vec<Fact>> = BTreeMap::new();
        for row in facts {
            let text = row
                .text
                .map(|text| Ok::<_, Error>(Text { salt: self.inner.platform.random()?, text }))
                .transpose()?;
            let fact = Fact {
                subjects: row.subjects,
                written_at: row.written,
                replaces: row.replaces.iter().filter_map(|other| named_now.get(other).copied()).collect(),
                text: text.as_ref().map(Text::id),
                deleted: row.deleted,
                revisions: row.revisions.iter().filter_map(|digest| digest_of(digest)).collect(),
                body: row.body.as_deref().and_then(|hex| body(hex).ok()).map(Into::into),
                later: row.later.as_deref().and_then(|hex| later(hex).ok()).unwrap_or_default(),
                ..self.fact(&row.kind)?
            };
            named_now.insert(row.fact, fact.digest()?);
            let section =
                Section::new(&row.section).map_err(|_| Error::Bug("a section that was looked over"))?;
            sections.entry(section).or_default().push(fact);
            said.texts.extend(text);
        }
        for (section, facts) in sections {
            self.changes(section, facts, &mut said)?;
        }
        Ok(said)
    }

    fn changes(&self, section: Section, facts: Vec<Fact>, said: &mut Said) -> Result<(), Error> {
        let mut document = self.inner.store.document(&section)?;
        let mut change: Vec<Fact> = Vec::new();
        let mut bytes = 0_usize;
        let mut facts = facts.into_iter().peekable();
        while let Some(fact) = facts.next() {
            bytes = bytes.saturating_add(fact.encode()?.len());
            change.push(fact);
            if change.len() >= CHANGE || bytes >= CHANGE_BYTES || facts.peek().is_none() {
                let written = document.write(&self.inner.author.device, &change)?;
                let body = Facts::new(vec![written]).encode()?;
                said.drafts.push(Draft { section: section.clone(), kind: kind::FACTS, body });
                change.clear();
                bytes = 0;
            }
        }
        Ok(())
    }
}

fn body(hex: &str) -> Result<Vec<u8>, Refusal> {
    HEXLOWER.decode(hex.as_bytes()).map_err(|_| contradiction("something written cannot be read"))
}

/// Only what this version would keep of a fact, too.
fn later(hex: &str) -> Result<Later, Refusal> {
    Later::from_bytes(&body(hex)?).map_err(|_| contradiction("something written cannot be read"))
}

fn digest_of(hex: &str) -> Option<fhir::Digest> {
    let digest: statement::Digest = hex.parse().ok()?;
    Some(fhir::Digest(*digest.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(name: u8, replaces: &[u8]) -> rows::Fact {
        let hex = |byte: u8| format!("{byte:02x}").repeat(32);
        rows::Fact {
            section: "journal".to_owned(),
            fact: hex(name),
            kind: "note".to_owned(),
            subjects: Vec::new(),
            member: String::new(),
            written: 0,
            replaces: replaces.iter().map(|other| hex(*other)).collect(),
            deleted: false,
            revisions: Vec::new(),
            text: None,
            body: None,
            later: None,
        }
    }

    fn order(facts: Vec<rows::Fact>) -> Option<Vec<String>> {
        let ordered = in_order(facts).ok()?;
        Some(ordered.into_iter().map(|fact| fact.fact.chars().take(2).collect()).collect())
    }

    #[test]
    fn what_is_replaced_comes_first() {
        let ordered = order(vec![fact(1, &[2, 3]), fact(2, &[3]), fact(3, &[]), fact(4, &[99])]).unwrap();
        let place = |name: &str| ordered.iter().position(|held| held == name).unwrap();
        assert!(place("03") < place("02") && place("02") < place("01"));
        assert_eq!(ordered.len(), 4);
    }

    #[test]
    fn a_circle_and_what_cannot_be_read_are_refused() {
        assert_eq!(order(vec![fact(1, &[2]), fact(2, &[1])]), None);
        assert_eq!(order(vec![fact(1, &[1])]), None);
        let mut odd = fact(1, &[]);
        odd.section = "../circle".to_owned();
        assert_eq!(order(vec![odd]), None);
        // What this version reads is not said beside it: a map that says 5, and no map at all.
        for hex in ["a105f6", "80", "xx"] {
            let mut doubled = fact(1, &[]);
            doubled.later = Some(hex.to_owned());
            assert_eq!(order(vec![doubled]), None, "{hex}");
        }
        let mut circle = fact(1, &[]);
        circle.section = "circle".to_owned();
        assert_eq!(order(vec![circle]), None);
    }
}
