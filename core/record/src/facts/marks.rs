//! Marks: subjects that one kind of fact puts and another drops.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Written;
use super::fact::FactDigest;

/// What facts of two kinds that undo each other say of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The first kind.
    Put,
    /// The second kind.
    Dropped,
}

/// What holds for each subject of these facts, in any order and number. A fact that another of the two kinds replaces counts no
/// more, for none of its subjects. Where facts of both kinds stand that knew nothing of each other, `wins` holds.
///
/// Give facts of their own authors only ([`super::of_their_own`]).
#[must_use]
pub fn marks(facts: &[Written], put: &str, drop: &str, wins: Mark) -> BTreeMap<String, Mark> {
    let mut marks = BTreeMap::new();
    for written in standing(facts, put, drop).filter(|written| !written.fact.deleted) {
        let mark = if written.fact.kind == put { Mark::Put } else { Mark::Dropped };
        for subject in &written.fact.subjects {
            let held = marks.entry(subject.clone()).or_insert(mark);
            if *held != mark {
                *held = wins;
            }
        }
    }
    marks
}

/// The facts of these two kinds that none of them replaces, in the order given: what a new one of either kind may replace.
pub fn standing<'a>(
    facts: &'a [Written],
    put: &'a str,
    drop: &'a str,
) -> impl Iterator<Item = &'a Written> + use<'a> {
    let of_kind = move |written: &&Written| written.fact.kind == put || written.fact.kind == drop;
    let replaced: BTreeSet<FactDigest> =
        facts.iter().filter(of_kind).flat_map(|written| written.fact.replaces.iter().copied()).collect();
    facts.iter().filter(of_kind).filter(move |written| !replaced.contains(&written.digest))
}

#[cfg(test)]
mod tests {
    use statement::{DeviceId, MemberId};

    use super::super::Fact;
    use super::*;

    fn fact(kind: &str, subjects: &[&str], replaces: &[&Written], nonce: u8) -> Written {
        let fact = Fact {
            kind: kind.to_owned(),
            subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
            member: MemberId::new([1; 16]),
            written_at: 0,
            nonce: [nonce; 16],
            replaces: replaces.iter().map(|other| other.digest).collect(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: crate::facts::Later::default(),
        };
        Written { digest: fact.digest().unwrap(), fact, device: DeviceId::new([nonce; 32]) }
    }

    fn held(facts: &[Written], wins: Mark) -> Vec<(String, Mark)> {
        marks(facts, "cover", "uncover", wins).into_iter().collect()
    }

    #[test]
    fn a_later_fact_replaces_an_earlier_one_and_kinds_of_others_count_for_nothing() {
        let cover = fact("cover", &["a", "b"], &[], 1);
        let both = [("a".to_owned(), Mark::Put), ("b".to_owned(), Mark::Put)];
        assert_eq!(held(std::slice::from_ref(&cover), Mark::Put), both);
        let note = fact("note", &["a"], &[&cover], 2);
        assert_eq!(held(&[cover.clone(), note], Mark::Put), both, "a note replaces no mark");
        let uncover = fact("uncover", &["a"], &[&cover], 3);
        let after = [("a".to_owned(), Mark::Dropped)];
        assert_eq!(held(&[uncover.clone(), cover.clone()], Mark::Put), after);
        let again = fact("cover", &["a"], &[&uncover], 4);
        assert_eq!(held(&[uncover, again, cover], Mark::Dropped), [("a".to_owned(), Mark::Put)]);
    }

    #[test]
    fn of_two_that_knew_nothing_of_each_other_the_named_one_wins() {
        let (cover, uncover) = (fact("cover", &["a"], &[], 1), fact("uncover", &["a", "b"], &[], 2));
        for facts in [[cover.clone(), uncover.clone()], [uncover, cover]] {
            assert_eq!(
                held(&facts, Mark::Put),
                [("a".to_owned(), Mark::Put), ("b".to_owned(), Mark::Dropped)]
            );
            assert_eq!(
                held(&facts, Mark::Dropped),
                [("a".to_owned(), Mark::Dropped), ("b".to_owned(), Mark::Dropped)]
            );
        }
    }

    #[test]
    fn a_deleted_fact_takes_back_what_it_replaces() {
        let cover = fact("cover", &["a"], &[], 1);
        let mut undone = fact("cover", &["a"], &[&cover], 2);
        undone.fact.deleted = true;
        assert_eq!(held(&[cover, undone], Mark::Put), []);
    }
}
