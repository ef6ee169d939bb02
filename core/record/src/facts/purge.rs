//! What a member wants gone because it had been recorded by mistake (hazard H19).

use std::collections::BTreeSet;

use crate::Revision;

/// The bytes of some revisions of a resource are to be dropped, on every device and for good. The statements stay: they
/// name only digests. The first revision that such a fact names is the retraction.
pub const KIND_PURGE: &str = "purge";

/// What one fact of kind [`KIND_PURGE`] names of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purge {
    /// The revision by which the resource was recorded by mistake.
    pub retraction: fhir::Digest,
    /// The revisions to be gone.
    pub revisions: BTreeSet<fhir::Digest>,
}

/// What of a resource is to be gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Its current revision is.
    pub current: bool,
    /// The digests whose bytes nothing needs any more.
    pub digests: BTreeSet<fhir::Digest>,
}

/// What of a resource is to be gone, from all its revisions and all that facts name of it, in any order and number.
///
/// What says the same as a named revision goes with it, as another connection may have brought it with another stamp. What
/// the portal stated after the retraction, be it the very same again, is no mistake any more and stays.
pub fn purged(revisions: &[Revision], purges: &[Purge]) -> Purged {
    let gone = |revision: &Revision| purges.iter().any(|purge| purge.takes(revision, revisions));
    let needed: BTreeSet<fhir::Digest> = revisions.iter().filter(|r| !gone(r)).map(|r| r.digest).collect();
    let named = revisions.iter().filter(|r| gone(r)).map(|r| r.digest);
    Purged {
        current: revisions.iter().max_by_key(|r| r.sighting()).is_some_and(gone),
        digests: named.filter(|digest| !needed.contains(digest)).collect(),
    }
}

impl Purge {
    fn takes(&self, revision: &Revision, all: &[Revision]) -> bool {
        let says = |digest: &fhir::Digest| all.iter().find(|r| r.digest == *digest).map(|r| r.comparison);
        let Some(mistake) = says(&self.retraction) else { return false };
        let last = all.iter().filter(|r| r.comparison == mistake).map(Revision::sighting).max();
        let named = self.revisions.iter().any(|digest| says(digest) == Some(revision.comparison));
        named && Some(revision.sighting()) <= last
    }
}

#[cfg(test)]
mod tests {
    use fhir::{Digest, ResourceKey};
    use proptest::prelude::*;
    use statement::{ConnectionId, MemberId, Section};

    use super::*;

    const VALUE: u8 = 1;
    const MISTAKE: u8 = 9;

    fn key() -> ResourceKey {
        ResourceKey {
            issuer: "https://portal.example".into(),
            resource_type: "Observation".into(),
            id: "1".into(),
        }
    }

    /// A revision that says `says`, in bytes of its own.
    fn revision(at: i64, says: u8, bytes: u8) -> Revision {
        Revision {
            key: key(),
            digest: Digest([bytes; 32]),
            comparison: Digest([says; 32]),
            at,
            clock: 1,
            statement: statement::Digest::new([bytes; 32]),
            connection: ConnectionId::new([1; 16]),
            member: MemberId::new([1; 16]),
            section: Section::RESULTS,
        }
    }

    fn purge(named: &[u8]) -> Purge {
        Purge {
            retraction: Digest([MISTAKE; 32]),
            revisions: named.iter().map(|bytes| Digest([*bytes; 32])).collect(),
        }
    }

    fn gone(revisions: &[Revision], purges: &[Purge]) -> (bool, Vec<u8>) {
        let purged = purged(revisions, purges);
        (purged.current, purged.digests.iter().map(|digest| digest.0[0]).collect())
    }

    #[test]
    fn h19_what_was_named_goes_with_what_says_the_same() {
        let all = [revision(1, VALUE, 1), revision(2, VALUE, 2), revision(3, MISTAKE, MISTAKE)];
        assert_eq!(gone(&all, &[purge(&[1, MISTAKE])]), (true, vec![1, 2, MISTAKE]));
        assert_eq!(gone(&all, &[]), (false, vec![]));
        assert_eq!(gone(&all[..2], &[purge(&[1, MISTAKE])]), (false, vec![]), "the mistake has not come yet");
    }

    #[test]
    fn h5_what_is_stated_again_after_the_mistake_stays() {
        let again = [revision(1, VALUE, 1), revision(3, MISTAKE, MISTAKE), revision(5, VALUE, 1)];
        assert_eq!(gone(&again, &[purge(&[1, MISTAKE])]), (false, vec![MISTAKE]));
        let corrected = [revision(3, MISTAKE, MISTAKE), revision(5, 2, 5)];
        assert_eq!(gone(&corrected, &[purge(&[1, MISTAKE])]), (false, vec![MISTAKE]));
    }

    #[test]
    fn h19_a_fact_takes_nothing_of_another_resource() {
        let all = [revision(1, VALUE, 1), revision(3, MISTAKE, MISTAKE)];
        assert_eq!(gone(&all, &[purge(&[77, MISTAKE])]), (true, vec![MISTAKE]));
    }

    proptest! {
        #[test]
        fn h19_any_order_gives_the_same(
            parts in prop::collection::vec((0_i64..6, 0_u8..4, 0_u8..8), 0..8),
            named in prop::collection::vec(0_u8..8, 0..4),
            turn in 0_usize..8,
        ) {
            let mut all: Vec<_> = parts.iter().map(|(at, says, bytes)| revision(*at, *says, bytes * 4 + says)).collect();
            let purges = [purge(&named), Purge { retraction: Digest([named.first().copied().unwrap_or(0); 32]), ..purge(&named) }];
            let before = gone(&all, &purges);
            if !all.is_empty() {
                let by = turn % all.len();
                all.rotate_left(by);
            }
            all.extend(all.clone());
            prop_assert_eq!(gone(&all, &purges), before);
        }
    }
}
