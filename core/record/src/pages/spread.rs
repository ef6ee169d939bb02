//! Withholding, from what is withheld to what refers to it.

use std::collections::BTreeSet;

use fhir::ResourceKey;

use super::around::{Around, Known};
use super::plan::Work;
use crate::parts::{Choice, Part};

/// The most resources whose referrers are looked up for one answer. What is left is settled later.
const MOST: usize = 50_000;
/// The longest way through supporting resources that is followed; beyond it what refers to them is withheld.
const FAR: usize = 1_000;
/// Everything refers to the patient: that says nothing.
const PATIENT: &str = "Patient";

impl<A: Around> Work<'_, A> {
    /// Withholds a resource if it has to be.
    pub(super) fn begin_with(&mut self, key: &ResourceKey) -> Result<(), A::Error> {
        if !self.withheld.contains(key) && self.has_to_be_withheld(key)? {
            self.withhold(key);
        }
        Ok(())
    }

    /// Withholds what refers to what is withheld, one step after the other.
    pub(super) fn spread(&mut self) -> Result<(), A::Error> {
        let mut steps = 0;
        while let Some(key) = self.spreading.pop_front() {
            if key.resource_type == PATIENT {
                continue;
            }
            steps += 1;
            if steps > MOST {
                self.planned.unfinished = true;
                break;
            }
            let mut referrers = self.linked(&key);
            for (referrer, known) in self.around.referrers(&key)? {
                self.remember(&referrer, known);
                referrers.insert(referrer);
            }
            for referrer in referrers {
                if self.is_reached(&referrer)? {
                    self.withhold(&referrer);
                }
            }
        }
        Ok(())
    }

    /// Whether a resource that does not arrive is withheld now.
    pub(super) fn is_withheld(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        if self.withheld.contains(key) {
            return Ok(true);
        }
        if self.opened.contains(key) || self.arriving.contains_key(key) {
            return Ok(false);
        }
        let Some(known) = self.known(key)?.cloned() else { return Ok(false) };
        match self.choice(key) {
            Some(Choice::Withhold) => Ok(true),
            Some(Choice::Share) => Ok(false),
            Some(Choice::Follow) if known.supporting => Ok(false),
            _ if !known.supporting => Ok(known.part == Part::Withheld),
            _ => self.judge(key),
        }
    }

    /// A supporting resource has no part of its own: it is withheld when it, or what it refers to, is.
    fn judge(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        if let Some(judged) = self.judged.get(key) {
            return Ok(*judged);
        }
        let judged = self.leads_to_withheld(key)?;
        self.judged.insert(key.clone(), judged);
        Ok(judged)
    }

    fn leads_to_withheld(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        let (mut seen, mut next) = (BTreeSet::from([key.clone()]), vec![key.clone()]);
        while let Some(here) = next.pop() {
            let chosen = self.choice(&here);
            let Some(Known { part, supporting, findings, .. }) = self.known(&here)?.cloned() else {
                continue;
            };
            match chosen {
                _ if self.withheld.contains(&here) => return Ok(true),
                Some(Choice::Withhold) => return Ok(true),
                Some(Choice::Share) => continue,
                _ if self.opened.contains(&here) => continue,
                _ if !supporting && part == Part::Withheld => return Ok(true),
                _ if !supporting => continue,
                Some(Choice::Follow) => continue,
                None if self.choices.settings.withhold(&findings) => return Ok(true),
                None => {}
            }
            if seen.len() > FAR {
                return Ok(true);
            }
            if let Some(target) = self.around.withheld_target(&here)?
                && !self.opened.contains(&target)
                && self.choice(&target) != Some(Choice::Share)
            {
                return Ok(true);
            }
            for target in self.around.targets(&here)?.all().filter(|target| target.resource_type != PATIENT) {
                if seen.insert(target.clone()) {
                    next.push(target);
                }
            }
        }
        Ok(false)
    }

    fn has_to_be_withheld(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        let follows = match self.choice(key) {
            Some(Choice::Withhold) => return Ok(true),
            Some(Choice::Share) => return Ok(false),
            choice => choice == Some(Choice::Follow),
        };
        let known = self.known(key)?.cloned();
        let (supporting, findings) = match (self.arriving.get(key), &known) {
            (Some(arriving), _) => (arriving.supporting, arriving.findings.clone()),
            (None, Some(known)) => (known.supporting, known.findings.clone()),
            (None, None) => return Ok(false),
        };
        if supporting && follows {
            return Ok(false);
        }
        if self.choices.settings.withhold(&findings) || (!supporting && !follows && self.was_withheld(key)?) {
            return Ok(true);
        }
        for target in self.targets(key)?.all().filter(|target| target.resource_type != PATIENT) {
            if self.is_withheld(&target)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Once in a withheld part, a resource stays there until the patient chooses otherwise.
    fn was_withheld(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        match self.known(key)? {
            None => return Ok(false),
            Some(known) if known.part == Part::Withheld => return Ok(true),
            Some(_) => {}
        }
        let held_in = |shown: &super::Shown| shown.held_in.iter().any(|section| section.is_withheld());
        Ok(self.shown(key)?.is_some_and(held_in))
    }

    /// Whether something withheld that a resource refers to makes it withheld, which it was not.
    fn is_reached(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        let choice = self.choice(key);
        if self.withheld.contains(key) || self.opened.contains(key) || choice == Some(Choice::Share) {
            return Ok(false);
        }
        let follows = choice == Some(Choice::Follow);
        if let Some(arriving) = self.arriving.get(key) {
            return Ok(!(arriving.supporting && follows));
        }
        Ok(match self.known(key)? {
            None => false,
            Some(known) if known.supporting => !follows,
            Some(known) => follows || known.part == Part::Open,
        })
    }

    fn withhold(&mut self, key: &ResourceKey) {
        self.withheld.insert(key.clone());
        self.spreading.push_back(key.clone());
        if self.choice(key) == Some(Choice::Follow) {
            self.planned.left.insert(key.clone());
        }
    }
}
