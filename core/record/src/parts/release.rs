//! What is open again when the patient shares something.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fhir::ResourceKey;

use super::{Choice, Choices, Part};
use crate::pages::{Around, Known};

/// What a choice to share opens beside what it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// What was withheld only for what it says of a category that is open now, or only because it refers to what is open now.
    pub follow: BTreeSet<ResourceKey>,
    /// Supporting resources that are withheld for what they say themselves (the medicine of a prescription), and that go along
    /// with what refers to them.
    pub along: BTreeSet<ResourceKey>,
}

/// What goes along when `from` is shared: resources that `choices` share by name, and resources that may be open now because of
/// `choices` for the record as a whole.
///
/// # Errors
/// Those of `around`.
pub fn released<A: Around>(
    around: &A,
    choices: &Choices,
    from: &BTreeSet<ResourceKey>,
) -> Result<Released, A::Error> {
    let mut release = Release { around, choices, candidates: BTreeMap::new(), along: BTreeSet::new() };
    for key in from {
        if release.choice(key) == Some(Choice::Share) {
            release.take_along(key)?;
        }
    }
    release.gather(from)?;
    let kept = release.kept()?;
    let follow = release.candidates.iter().filter(|(key, candidate)| {
        !kept.contains(*key) && !candidate.known.supporting && candidate.known.part == Part::Withheld
    });
    Ok(Released { follow: follow.map(|(key, _)| key.clone()).collect(), along: release.along })
}

struct Release<'a, A: Around> {
    around: &'a A,
    choices: &'a Choices,
    candidates: BTreeMap<ResourceKey, Candidate>,
    along: BTreeSet<ResourceKey>,
}

struct Candidate {
    known: Known,
    targets: Vec<ResourceKey>,
}

impl<A: Around> Release<'_, A> {
    fn choice(&self, key: &ResourceKey) -> Option<Choice> {
        self.choices.resources.get(key).copied()
    }

    fn take_along(&mut self, key: &ResourceKey) -> Result<(), A::Error> {
        let mut next = vec![key.clone()];
        while let Some(key) = next.pop() {
            for target in self.around.targets(&key)?.all() {
                let Some(known) = self.around.known(&target)?.filter(|known| known.supporting) else {
                    continue;
                };
                let withheld = self.choices.settings.withhold(&known.findings);
                if withheld && self.choice(&target).is_none() && self.along.insert(target.clone()) {
                    next.push(target);
                }
            }
        }
        Ok(())
    }

    /// What refers to what is shared, by however many steps, and is withheld.
    fn gather(&mut self, from: &BTreeSet<ResourceKey>) -> Result<(), A::Error> {
        let mut next: VecDeque<ResourceKey> = from.iter().cloned().collect();
        for key in from {
            if let (None, Some(known)) = (self.choice(key), self.around.known(key)?) {
                self.add(key.clone(), known)?;
            }
        }
        while let Some(key) = next.pop_front() {
            for (referrer, known) in self.around.referrers(&key)? {
                let closed = known.supporting || known.part == Part::Withheld;
                let free = !matches!(self.choice(&referrer), Some(Choice::Share | Choice::Withhold));
                if closed && free && !self.candidates.contains_key(&referrer) && !from.contains(&referrer) {
                    self.add(referrer.clone(), known)?;
                    next.push_back(referrer);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, key: ResourceKey, known: Known) -> Result<(), A::Error> {
        let targets = self.around.targets(&key)?;
        let targets = targets.all().filter(|target| target.resource_type != "Patient").collect();
        self.candidates.insert(key, Candidate { known, targets });
        Ok(())
    }

    /// The candidates that stay withheld: for what they say, for something else that they refer to, or for another one that stays.
    fn kept(&self) -> Result<BTreeSet<ResourceKey>, A::Error> {
        let mut referrers: BTreeMap<&ResourceKey, Vec<&ResourceKey>> = BTreeMap::new();
        let mut next = Vec::new();
        for (key, candidate) in &self.candidates {
            let mut stays = self.choices.settings.withhold(&candidate.known.findings);
            for target in &candidate.targets {
                referrers.entry(target).or_default().push(key);
                stays = stays || self.is_withheld(target)?;
            }
            if stays {
                next.push(key);
            }
        }
        let mut kept = BTreeSet::new();
        while let Some(key) = next.pop() {
            if kept.insert(key.clone()) {
                next.extend(referrers.get(key).into_iter().flatten());
            }
        }
        Ok(kept)
    }

    /// Whether something that is no candidate is withheld.
    fn is_withheld(&self, key: &ResourceKey) -> Result<bool, A::Error> {
        if self.candidates.contains_key(key) || self.along.contains(key) {
            return Ok(false);
        }
        match self.choice(key) {
            Some(Choice::Withhold) => return Ok(true),
            Some(Choice::Share | Choice::Follow) => return Ok(false),
            None => {}
        }
        Ok(self.around.known(key)?.is_some_and(|known| {
            let withheld = self.choices.settings.withhold(&known.findings);
            if known.supporting { withheld } else { known.part == Part::Withheld }
        }))
    }
}
