//! Chains: the statements of one device in one section, numbered from 0 and linked by digest.

use crate::payload::{RULES, SUITE};
use crate::{Author, DeviceId, Digest, Head, Payload, Section, Signed, limits};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The newest statement of one chain, as a device has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The chain's device.
    pub device: DeviceId,
    /// The statement's number.
    pub number: u64,
    /// The statement's digest.
    pub digest: Digest,
    /// The statement's clock: the largest of its chain.
    pub clock: u64,
}

/// The place of a new statement in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// One more than the last, or 0.
    pub number: u64,
    /// The last statement, if any.
    pub previous: Option<Digest>,
    /// The heads of the other chains, sorted by device.
    pub heads: Vec<Head>,
    /// One more than the largest clock seen.
    pub clock: u64,
}

/// What [`check`] needs to know of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The statement's digest.
    pub digest: Digest,
    /// Its number.
    pub number: u64,
    /// The digest that it names as the one before.
    pub previous: Option<Digest>,
}

/// What is wrong with a chain, if anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The largest number up to which the chain is whole; none when even number 0 is missing or in doubt.
    pub whole_to: Option<u64>,
    /// Numbers that are missing below the newest held.
    pub gaps: Vec<RangeInclusive<u64>>,
    /// Numbers under which more than one statement is held: the device spoke with two tongues, or was cloned.
    pub forks: Vec<u64>,
    /// Statements that do not name one held under the number before (a number that is missing is a gap, not this).
    pub bad_previous: Vec<Digest>,
}

/// The place of a device's next statement in a section, given its own head there and those of the other chains that it holds.
/// The own chain among `others` is left out, so that a caller may pass all heads. A clock that has reached the cap stays there.
pub fn next(own: Option<&ChainHead>, others: &[ChainHead]) -> Link {
    let mut newest: BTreeMap<DeviceId, &ChainHead> = BTreeMap::new();
    for head in others {
        let kept = newest.entry(head.device).or_insert(head);
        if (head.number, head.digest) > (kept.number, kept.digest) {
            *kept = head;
        }
    }
    let clock = own.into_iter().chain(others).map(|head| head.clock).max();
    if let Some(own) = own {
        newest.remove(&own.device);
    }
    Link {
        number: own.map_or(0, |head| head.number.saturating_add(1)),
        previous: own.map(|head| head.digest),
        heads: newest.values().map(|head| named(head)).collect(),
        clock: clock.unwrap_or(0).saturating_add(1).min(limits::NUMBER),
    }
}

/// Looks a chain over. Steps may come in any order and more than once; they must be of one device and one section.
pub fn check(steps: impl IntoIterator<Item = Step>) -> Report {
    let mut held: BTreeMap<u64, BTreeMap<Digest, Option<Digest>>> = BTreeMap::new();
    for step in steps {
        let same_number = held.entry(step.number).or_default();
        same_number.insert(step.digest, step.previous);
    }
    let mut report = Report::default();
    let mut whole = true;
    let mut before: Option<(u64, &BTreeMap<Digest, Option<Digest>>)> = None;
    for (&number, statements) in &held {
        let follows = before.map_or(number == 0, |(last, _)| last.checked_add(1) == Some(number));
        if !follows {
            let first = before.map_or(0, |(last, _)| last.saturating_add(1));
            report.gaps.push(first..=number.saturating_sub(1));
        }
        if statements.len() > 1 {
            report.forks.push(number);
        }
        let earlier = before.filter(|_| follows).map(|(_, earlier)| earlier);
        let bad = bad_links(number, statements, earlier);
        whole = whole && follows && statements.len() == 1 && bad.is_empty();
        if whole {
            report.whole_to = Some(number);
        }
        report.bad_previous.extend(bad);
        before = Some((number, statements));
    }
    report
}

impl Link {
    /// A payload in this place.
    pub fn payload(self, author: &Author, section: Section, kind: &str, body: Vec<u8>) -> Payload {
        Payload {
            suite: SUITE,
            rules: RULES,
            record: author.record,
            device: author.device,
            member: author.member,
            section,
            number: self.number,
            previous: self.previous,
            heads: self.heads,
            clock: self.clock,
            kind: kind.to_owned(),
            body,
        }
    }
}

impl ChainHead {
    /// The head that a statement is, once it is the newest of its chain.
    pub fn of(digest: Digest, payload: &Payload) -> Self {
        Self { device: payload.device, number: payload.number, digest, clock: payload.clock }
    }
}

impl Step {
    /// What [`check`] needs of a statement.
    pub fn of(signed: &Signed, payload: &Payload) -> Self {
        Self { digest: signed.digest(), number: payload.number, previous: payload.previous }
    }
}

impl Report {
    /// Whether nothing is wrong. An empty chain is whole.
    pub fn is_whole(&self) -> bool {
        self.gaps.is_empty() && self.forks.is_empty() && self.bad_previous.is_empty()
    }
}

fn named(head: &ChainHead) -> Head {
    Head { device: head.device, number: head.number, digest: head.digest }
}

/// The statements under one number that name a wrong one before. `earlier` is what is held under the number before.
fn bad_links(
    number: u64,
    statements: &BTreeMap<Digest, Option<Digest>>,
    earlier: Option<&BTreeMap<Digest, Option<Digest>>>,
) -> Vec<Digest> {
    let bad = |previous: &Option<Digest>| match (number, previous, earlier) {
        (0, previous, _) => previous.is_some(),
        (_, None, _) => true,
        (_, Some(_), None) => false,
        (_, Some(previous), Some(earlier)) => !earlier.contains_key(previous),
    };
    let named = statements.iter().filter(|(_, previous)| bad(previous));
    named.map(|(digest, _)| *digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHONE: DeviceId = DeviceId::new([0x0a; 32]);
    const TABLET: DeviceId = DeviceId::new([0x0b; 32]);
    const BOB: DeviceId = DeviceId::new([0xb0; 32]);

    fn digest(number: u64, tongue: u8) -> Digest {
        Digest::of(&[&number.to_be_bytes(), &[tongue]])
    }

    fn step(number: u64) -> Step {
        let previous = number.checked_sub(1).map(|before| digest(before, 0));
        Step { digest: digest(number, 0), number, previous }
    }

    fn head(device: DeviceId, number: u64, clock: u64) -> ChainHead {
        ChainHead { device, number, digest: digest(number, 0), clock }
    }

    #[test]
    fn the_first_statement_of_a_section_has_number_0_and_clock_1() {
        let first = next(None, &[]);
        assert_eq!((first.number, first.previous, first.clock), (0, None, 1));
        assert!(first.heads.is_empty());
    }

    #[test]
    fn the_phone_goes_on_from_what_it_saw_of_the_tablet_and_of_bob() {
        let own = head(PHONE, 4, 9);
        let seen = [head(BOB, 1, 20), own, head(TABLET, 7, 3), head(TABLET, 6, 2)];
        let link = next(Some(&own), &seen);
        assert_eq!((link.number, link.previous, link.clock), (5, Some(own.digest), 21));
        let heads: Vec<_> = link.heads.iter().map(|head| (head.device, head.number)).collect();
        assert_eq!(heads, [(TABLET, 7), (BOB, 1)]);
    }

    #[test]
    fn a_first_statement_after_others_is_later_than_all_of_them() {
        let link = next(None, &[head(BOB, 3, 8)]);
        assert_eq!((link.number, link.clock, link.heads.len()), (0, 9, 1));
    }

    #[test]
    fn a_clock_at_its_cap_stays_there() {
        let link = next(None, &[head(BOB, 3, limits::NUMBER)]);
        assert_eq!(link.clock, limits::NUMBER);
    }

    #[test]
    fn a_whole_chain_in_any_order_and_twice_is_whole() {
        let report = check([step(2), step(0), step(1), step(2)]);
        assert_eq!(report, Report { whole_to: Some(2), ..Report::default() });
        assert!(report.is_whole());
        assert!(check([]).is_whole());
    }

    #[test]
    fn withheld_statements_are_gaps() {
        let report = check([step(0), step(3), step(4), step(9)]);
        assert_eq!(report.gaps, [1..=2, 5..=8]);
        assert_eq!(report.whole_to, Some(0));
        assert!(report.bad_previous.is_empty());
        let beheaded = check([step(2)]);
        assert_eq!((beheaded.gaps, beheaded.whole_to), (vec![0..=1], None));
        let absurd = check([step(0), step(u64::MAX)]);
        assert_eq!(absurd.gaps, [1..=u64::MAX - 1]);
    }

    #[test]
    fn two_statements_with_one_number_are_a_fork() {
        let other = Step { digest: digest(1, 1), ..step(1) };
        let report = check([step(0), step(1), other, step(2)]);
        assert_eq!((report.forks, report.whole_to), (vec![1], Some(0)));
        assert!(report.gaps.is_empty() && report.bad_previous.is_empty());
    }

    #[test]
    fn a_wrong_link_is_named() {
        let wrong = Step { previous: Some(digest(7, 7)), ..step(2) };
        let none = Step { previous: None, ..step(1) };
        let some = Step { previous: Some(digest(7, 7)), ..step(0) };
        assert_eq!(check([step(0), step(1), wrong]).bad_previous, [wrong.digest]);
        assert_eq!(check([step(0), step(1), wrong]).whole_to, Some(1));
        assert_eq!(check([step(0), none]).bad_previous, [none.digest]);
        assert_eq!(check([some]).whole_to, None);
        assert!(!check([some]).is_whole());
    }

    proptest! {
        #[test]
        fn every_number_is_held_or_in_a_gap(numbers in prop::collection::btree_set(0_u64..40, 1..20)) {
            let report = check(numbers.iter().map(|number| step(*number)));
            let newest = *numbers.last().unwrap();
            for number in 0..=newest {
                let missing = report.gaps.iter().any(|gap| gap.contains(&number));
                prop_assert_eq!(missing, !numbers.contains(&number));
            }
            let whole = (0..).take_while(|number| numbers.contains(number)).last();
            prop_assert_eq!(report.whole_to, whole);
        }
    }
}
