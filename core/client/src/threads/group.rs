//! Which messages are one thread: told by their references alone, never by what they are like.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use store::MessageLinks;

/// The messages of one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// What the others are part of, else the oldest that answers nothing that is held. Its number among all messages.
    pub root: usize,
    /// Whether others are part of the root: it may be the head of the thread and no message itself.
    pub heads: bool,
    /// All of them by number, in the given order.
    pub messages: Vec<usize>,
}

/// Joins what answers or is part of what; of one portal only. Messages that answer the same one are joined whether or not it
/// is held. The groups come in the order of their first messages.
pub(super) fn group(all: &[MessageLinks]) -> Vec<Group> {
    let held: BTreeMap<&ResourceKey, usize> =
        all.iter().enumerate().map(|(at, message)| (&message.key, at)).collect();
    let mut sets = Sets::default();
    let own: Vec<usize> = all.iter().map(|message| sets.number(&message.key)).collect();
    for (message, at) in all.iter().zip(&own) {
        for parent in parents(message) {
            let parent = sets.number(parent);
            sets.join(*at, parent);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, number) in own.iter().enumerate() {
        let place = *places.entry(sets.top(*number)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let rooted = |messages: Vec<usize>| {
        let (root, heads) = root(all, &held, &messages)?;
        Some(Group { root, heads, messages })
    };
    groups.into_iter().filter_map(rooted).collect()
}

/// The messages of the same portal that one answers or is part of.
pub(super) fn parents(message: &MessageLinks) -> impl Iterator<Item = &ResourceKey> {
    let here = |key: &&ResourceKey| {
        key.issuer == message.key.issuer && key.resource_type == "Communication" && **key != message.key
    };
    message.answers.iter().chain(&message.part_of).filter(here)
}

fn root(
    all: &[MessageLinks],
    held: &BTreeMap<&ResourceKey, usize>,
    messages: &[usize],
) -> Option<(usize, bool)> {
    let of = |at: &usize| all.get(*at);
    let wholes: BTreeSet<&ResourceKey> =
        messages.iter().filter_map(of).flat_map(|message| &message.part_of).collect();
    // The oldest first; of what is undated nothing is known, so it comes last.
    let age = |at: &&usize| of(at).map(|message| (message.when.is_none(), message.when, &message.key.id));
    let free =
        |at: &&usize| of(at).is_some_and(|message| !parents(message).any(|key| held.contains_key(key)));
    let whole = |at: &&usize| of(at).is_some_and(|message| wholes.contains(&message.key));
    if let Some(head) = messages.iter().filter(free).filter(whole).min_by_key(age) {
        return Some((*head, true));
    }
    let first = messages.iter().filter(free).min_by_key(age).or_else(|| messages.iter().min_by_key(age));
    first.map(|first| (*first, false))
}

/// Sets that are joined (union by path halving).
#[derive(Default)]
struct Sets<'k> {
    numbers: BTreeMap<&'k ResourceKey, usize>,
    above: Vec<usize>,
}

impl<'k> Sets<'k> {
    fn number(&mut self, key: &'k ResourceKey) -> usize {
        let next = self.above.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.above.push(next);
        }
        number
    }

    fn top(&mut self, mut at: usize) -> usize {
        while let Some(above) = self.above.get(at).copied().filter(|above| *above != at) {
            let next = self.above.get(above).copied().unwrap_or(above);
            if let Some(held) = self.above.get_mut(at) {
                *held = next;
            }
            at = next;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.top(one), self.top(other));
        if let Some(held) = self.above.get_mut(one) {
            *held = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "https://one.example/r4";
    const TWO: &str = "https://two.example/r4";

    fn key(issuer: &str, id: &str) -> ResourceKey {
        let resource_type = "Communication".to_owned();
        ResourceKey { issuer: issuer.to_owned(), resource_type, id: id.to_owned() }
    }

    fn message(issuer: &str, id: &str, when: Option<i64>) -> MessageLinks {
        MessageLinks {
            key: key(issuer, id),
            when,
            withdrawn: false,
            new: false,
            answers: Vec::new(),
            part_of: Vec::new(),
            sender: None,
            recipients: Vec::new(),
        }
    }

    fn answering(issuer: &str, id: &str, when: i64, target: ResourceKey) -> MessageLinks {
        MessageLinks { answers: vec![target], ..message(issuer, id, Some(when)) }
    }

    fn part(issuer: &str, id: &str, when: i64, target: ResourceKey) -> MessageLinks {
        MessageLinks { part_of: vec![target], ..message(issuer, id, Some(when)) }
    }

    fn ids(all: &[MessageLinks]) -> Vec<(String, bool, Vec<String>)> {
        let id = |at: usize| all[at].key.id.clone();
        let of = |group: Group| {
            (id(group.root), group.heads, group.messages.into_iter().map(id).collect::<Vec<_>>())
        };
        group(all).into_iter().map(of).collect()
    }

    #[test]
    fn answers_and_parts_are_one_thread_and_nothing_else_is() {
        let all = [
            answering(ONE, "c", 3, key(ONE, "b")),
            answering(ONE, "b", 2, key(ONE, "a")),
            message(ONE, "a", Some(1)),
            part(ONE, "p2", 2, key(ONE, "head")),
            part(ONE, "p1", 1, key(ONE, "head")),
            message(ONE, "head", None),
            message(ONE, "alone", Some(1)),
        ];
        let words = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            ids(&all),
            [
                ("a".to_owned(), false, words(&["c", "b", "a"])),
                ("head".to_owned(), true, words(&["p2", "p1", "head"])),
                ("alone".to_owned(), false, words(&["alone"])),
            ]
        );
    }

    #[test]
    fn h3_a_thread_never_goes_from_one_portal_to_another() {
        let all = [
            answering(ONE, "b", 3, key(TWO, "a")),
            answering(TWO, "b", 2, key(TWO, "a")),
            message(ONE, "a", Some(1)),
        ];
        let portals: Vec<usize> = group(&all).into_iter().map(|group| group.messages.len()).collect();
        assert_eq!(portals, [1, 1, 1], "the same id elsewhere is another message");
    }

    #[test]
    fn what_answers_the_same_unheld_message_is_one_thread_and_circles_end() {
        let all = [
            answering(ONE, "b", 2, key(ONE, "unheld")),
            answering(ONE, "a", 1, key(ONE, "unheld")),
            answering(ONE, "x", 4, key(ONE, "y")),
            answering(ONE, "y", 3, key(ONE, "x")),
            answering(ONE, "self", 5, key(ONE, "self")),
        ];
        let found: Vec<(String, usize)> =
            ids(&all).into_iter().map(|(root, _, messages)| (root, messages.len())).collect();
        assert_eq!(found, [("a".to_owned(), 2), ("y".to_owned(), 2), ("self".to_owned(), 1)]);
    }

    #[test]
    fn what_belongs_to_the_same_visit_is_no_thread_for_that() {
        let visit = ResourceKey { resource_type: "Encounter".to_owned(), ..key(ONE, "v") };
        let all = [part(ONE, "b", 2, visit.clone()), part(ONE, "a", 1, visit)];
        assert_eq!(group(&all).len(), 2);
    }
}
