//! What a member wants to wait behind a tap on their own screens (hazard H18).

use std::collections::BTreeMap;

use statement::MemberId;

use super::document::Written;
use super::fact::FactDigest;
use super::marks::{Mark, marks, standing};

/// Its subject (`category:<name>`, `section:<name>`, or an entry's key) is covered for the member who says so. One subject
/// a fact, so that each is uncovered by itself.
pub const KIND_COVER: &str = "cover";
/// What it replaces covers its subject no more.
pub const KIND_UNCOVER: &str = "uncover";

/// One thing that a member wants covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The facts that say so: what an uncovering replaces.
    pub facts: Vec<FactDigest>,
    /// When it was first said, Unix seconds by the writing device's clock. Shown only.
    pub written_at: i64,
}

/// What this member wants covered, by subject. An uncovering takes only what its device knew of: of a covering and an
/// uncovering that were made apart, the covering stays.
pub fn covers(facts: &[Written], member: &MemberId) -> BTreeMap<String, Cover> {
    let own: Vec<Written> = facts.iter().filter(|written| written.fact.member == *member).cloned().collect();
    let marked = marks(&own, KIND_COVER, KIND_UNCOVER, Mark::Put).into_iter();
    let covered = marked.filter(|(_, mark)| *mark == Mark::Put);
    covered.map(|(subject, _)| (subject.clone(), Cover::of(&subject, &own))).collect()
}

impl Cover {
    fn of(subject: &String, own: &[Written]) -> Self {
        let says =
            |written: &&Written| written.fact.kind == KIND_COVER && written.fact.subjects.contains(subject);
        let said: Vec<&Written> = standing(own, KIND_COVER, KIND_UNCOVER).filter(says).collect();
        Self {
            facts: said.iter().map(|written| written.digest).collect(),
            written_at: said.iter().map(|written| written.fact.written_at).min().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use statement::DeviceId;

    use super::super::fact::Fact;
    use super::*;

    const ALICE: MemberId = MemberId::new([0xa1; 16]);
    const BOB: MemberId = MemberId::new([0xb0; 16]);

    fn said(kind: &str, subject: &str, member: MemberId, nonce: u8, replaces: &[&Written]) -> Written {
        let fact = Fact {
            kind: kind.to_owned(),
            subjects: vec![subject.to_owned()],
            member,
            written_at: i64::from(nonce),
            nonce: [nonce; 16],
            replaces: replaces.iter().map(|written| written.digest).collect(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: crate::facts::Later::default(),
        };
        Written { digest: fact.digest().unwrap(), fact, device: DeviceId::new([nonce; 32]) }
    }

    fn subjects(facts: &[&Written], member: MemberId) -> Vec<String> {
        let facts: Vec<Written> = facts.iter().map(|written| (*written).clone()).collect();
        covers(&facts, &member).into_keys().collect()
    }

    #[test]
    fn h18_one_members_cover_covers_nothing_for_another() {
        let hers = said(KIND_COVER, "category:hiv", ALICE, 1, &[]);
        assert_eq!(subjects(&[&hers], ALICE), ["category:hiv"]);
        assert_eq!(subjects(&[&hers], BOB), Vec::<String>::new());
        let his = said(KIND_UNCOVER, "category:hiv", BOB, 2, &[&hers]);
        assert_eq!(subjects(&[&his, &hers], ALICE), ["category:hiv"], "nor does his uncovering uncover hers");
    }

    #[test]
    fn an_uncovering_takes_what_it_knew_of() {
        let phone = said(KIND_COVER, "category:hiv", ALICE, 1, &[]);
        let visits = said(KIND_COVER, "section:visits", ALICE, 2, &[]);
        let open = said(KIND_UNCOVER, "category:hiv", ALICE, 3, &[&phone]);
        assert_eq!(subjects(&[&open, &visits, &phone], ALICE), ["section:visits"]);
        let tablet = said(KIND_COVER, "category:hiv", ALICE, 4, &[]);
        let all = [&open, &tablet, &visits, &phone];
        assert_eq!(subjects(&all, ALICE), ["category:hiv", "section:visits"]);
        let again = said(KIND_UNCOVER, "category:hiv", ALICE, 5, &[&tablet]);
        assert_eq!(subjects(&[&again, &open, &tablet, &visits, &phone], ALICE), ["section:visits"]);
    }
}
