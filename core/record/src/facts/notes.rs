use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use statement::{DeviceId, MemberId};

use super::document::Written;
use super::fact::{FactDigest, KIND_NOTE, KIND_READ};
use super::text::TextId;

/// A note with all its edits resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The fact that began it: the note's name for as long as it is known.
    pub root: FactDigest,
    /// What stands: one version, or several when edits were made without knowledge of each other. Sorted by digest.
    pub versions: Vec<Version>,
    /// Edits, or an edit and a deletion, were made without knowledge of each other: show all versions and ask.
    pub conflict: bool,
    /// Every version was deleted.
    pub deleted: bool,
    /// Every fact of the note, sorted by digest: what an edit of it, or its deletion, may replace.
    pub history: Vec<FactDigest>,
}

/// One version of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The fact.
    pub fact: FactDigest,
    /// What it is about: `issuer|type|id`; none for the record as a whole.
    pub subjects: Vec<String>,
    /// Who wrote it.
    pub member: MemberId,
    /// Unix seconds by the writing device's clock. Shown only.
    pub written_at: i64,
    /// Its text.
    pub text: Option<TextId>,
}

/// The facts whose member is the member of the device that wrote them: no one writes in another's name. `member_of`
/// gives `None` for a device that had no right to write, and its facts are skipped: what they replaced returns.
pub fn of_their_own(facts: Vec<Written>, member_of: impl Fn(&DeviceId) -> Option<MemberId>) -> Vec<Written> {
    facts.into_iter().filter(|written| member_of(&written.device) == Some(written.fact.member)).collect()
}

/// The notes among these facts, sorted by root. Only notes replace notes. Two edits of one are both kept; a deletion takes
/// the version that it names and no other, so an edit made without knowledge of it survives.
pub fn notes(facts: &[Written]) -> Vec<Note> {
    let written = facts.iter().filter(|w| w.fact.kind == KIND_NOTE);
    let held: BTreeMap<FactDigest, &Written> = written.map(|w| (w.digest, w)).collect();
    let replaced: BTreeSet<FactDigest> = held.values().flat_map(|w| &w.fact.replaces).copied().collect();
    let mut threads: BTreeMap<FactDigest, Vec<&Written>> = BTreeMap::new();
    let roots = roots(&held);
    for (digest, written) in &held {
        threads.entry(*roots.get(digest).unwrap_or(digest)).or_default().push(written);
    }
    threads.into_iter().map(|(root, thread)| note(root, &thread, &replaced)).collect()
}

/// The revisions that a member has seen. One member's reading clears nothing for another (hazard H15), and a correction
/// is a revision of its own, so it is new again.
pub fn read_marks(facts: &[Written], member: &MemberId) -> BTreeSet<fhir::Digest> {
    let own =
        facts.iter().filter(|w| w.fact.kind == KIND_READ && w.fact.member == *member && !w.fact.deleted);
    own.flat_map(|w| w.fact.revisions.iter().copied()).collect()
}

fn note(root: FactDigest, thread: &[&Written], replaced: &BTreeSet<FactDigest>) -> Note {
    let newest: Vec<_> = thread.iter().filter(|w| !replaced.contains(&w.digest)).collect();
    let version = |w: &&&Written| Version {
        fact: w.digest,
        subjects: w.fact.subjects.clone(),
        member: w.fact.member,
        written_at: w.fact.written_at,
        text: w.fact.text,
    };
    let versions: Vec<_> = newest.iter().filter(|w| !w.fact.deleted).map(version).collect();
    Note {
        root,
        conflict: !versions.is_empty() && newest.len() > 1,
        deleted: versions.is_empty(),
        history: thread.iter().map(|w| w.digest).collect(),
        versions,
    }
}

/// For each fact the root of its note: the smallest digest, among those that replace nothing that is held, of all facts
/// that are joined by replacing.
fn roots(held: &BTreeMap<FactDigest, &Written>) -> BTreeMap<FactDigest, FactDigest> {
    let mut joined: BTreeMap<FactDigest, Vec<FactDigest>> = BTreeMap::new();
    for (digest, written) in held {
        for other in written.fact.replaces.iter().filter(|other| held.contains_key(other)) {
            joined.entry(*digest).or_default().push(*other);
            joined.entry(*other).or_default().push(*digest);
        }
    }
    let begins = |digest: &FactDigest| {
        held.get(digest).is_some_and(|w| !w.fact.replaces.iter().any(|other| held.contains_key(other)))
    };
    let mut roots = BTreeMap::new();
    for start in held.keys().filter(|digest| begins(digest)) {
        let mut next = vec![*start];
        while let Some(digest) = next.pop() {
            if let Entry::Vacant(free) = roots.entry(digest) {
                free.insert(*start);
                next.extend(joined.get(&digest).into_iter().flatten());
            }
        }
    }
    roots
}
