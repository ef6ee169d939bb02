//! Supporting resources, copied to each section and part that refers to them; and what is moved.

use std::collections::BTreeSet;

use fhir::ResourceKey;
use statement::{ConnectionId, Section};

use super::around::Around;
use super::plan::{Place, Work, after, entry};
use crate::parts::Part;
use crate::sections;

impl<A: Around> Work<'_, A> {
    /// Moves what was held in the open part and is withheld now.
    pub(super) fn move_held(&mut self) -> Result<(), A::Error> {
        let held: Vec<ResourceKey> =
            self.withheld.iter().filter(|key| !self.arriving.contains_key(*key)).cloned().collect();
        for key in held {
            let Some(known) = self.known(&key)?.cloned() else { continue };
            let Some(shown) = self.shown(&key)?.cloned() else { continue };
            if known.supporting {
                shown.places.iter().for_each(|section| self.note_wanted(&key, section.withheld()));
                continue;
            }
            if known.part == Part::Open {
                self.planned.moved.insert(key.clone());
            }
            if !shown.places.iter().any(Section::is_withheld) {
                let section = known.section.withheld();
                self.say_again(&key, &shown.current, section.clone());
                self.bring_along(&key, &section)?;
            }
        }
        Ok(())
    }

    /// Moves what the patient opens to the open part.
    pub(super) fn open(&mut self, key: &ResourceKey) -> Result<(), A::Error> {
        let Some(known) = self.known(key)?.cloned().filter(|known| !known.supporting) else { return Ok(()) };
        let Some(shown) = self.shown(key)?.cloned() else { return Ok(()) };
        if known.part == Part::Withheld {
            self.planned.moved.insert(key.clone());
        }
        let section = known.section.base();
        if !shown.places.iter().any(|section| !section.is_withheld()) {
            self.say_again(key, &shown.current, section.clone());
        }
        self.bring_along(key, &section)
    }

    /// What supports a resource is wanted where the resource is.
    pub(super) fn bring_along(&mut self, key: &ResourceKey, section: &Section) -> Result<(), A::Error> {
        let targets = self.targets(key)?;
        let mut supporting: BTreeSet<ResourceKey> = self.about(key);
        supporting.extend(self.around.provenances(key)?);
        for target in targets.all() {
            if self.supports(&target)? {
                supporting.insert(target);
            }
        }
        supporting.iter().try_for_each(|key| self.want(key, section.clone()))
    }

    /// A supporting resource is wanted where those are that refer to it, and a Provenance where those are that it is about.
    pub(super) fn look_for_referrers(&mut self, key: &ResourceKey) -> Result<(), A::Error> {
        for (referrer, known) in self.around.referrers(key)? {
            self.remember(&referrer, known);
            self.want_beside(key, &referrer)?;
        }
        for about in self.targets(key)?.about() {
            self.want_beside(key, &about)?;
        }
        Ok(())
    }

    /// Writes the supporting resources where they are wanted and are not yet.
    pub(super) fn copy(&mut self, seen: Option<(ConnectionId, i64)>) -> Result<(), A::Error> {
        self.hand_on()?;
        self.place_what_nothing_refers_to();
        self.hand_on()?;
        if let Some((connection, sighting)) = seen {
            self.write_new(connection, sighting);
        }
        for (key, sections) in std::mem::take(&mut self.wants) {
            if self.arriving.contains_key(&key) {
                continue;
            }
            let Some(shown) = self.shown(&key)?.cloned() else { continue };
            for section in sections.difference(&shown.places) {
                self.say_again(&key, &shown.current, section.clone());
            }
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), A::Error> {
        while let Some((key, section)) = self.handing_on.pop() {
            let new = self.arriving.contains_key(&key);
            if new || !self.shown(&key)?.is_some_and(|shown| shown.places.contains(&section)) {
                self.bring_along(&key, &section)?;
            }
        }
        Ok(())
    }

    fn place_what_nothing_refers_to(&mut self) {
        let wanted = |key: &ResourceKey| self.wants.contains_key(key);
        let alone =
            self.arriving.iter().filter(|(key, new)| new.supporting && new.places.is_empty() && !wanted(key));
        let alone: Vec<ResourceKey> = alone.map(|(key, _)| key.clone()).collect();
        for key in alone {
            let part = if self.withheld.contains(&key) { Part::Withheld } else { Part::Open };
            let section = sections::default_for_type(&key.resource_type).unwrap_or(Section::UNSORTED);
            self.note_wanted(&key, part.of(&section));
        }
    }

    fn write_new(&mut self, connection: ConnectionId, sighting: i64) {
        let new = std::mem::take(&mut self.arriving);
        for (key, arriving) in new.iter().filter(|(_, arriving)| arriving.supporting) {
            let withheld = self.withheld.contains(key);
            let turned = |section: &Section| if withheld { section.withheld() } else { section.clone() };
            let mut sections: BTreeSet<Section> = arriving.places.iter().map(turned).collect();
            sections.extend(self.wants.get(key).into_iter().flatten().cloned());
            let sighting = after(arriving.own.as_ref(), sighting, &sections);
            for (resource, section) in
                arriving.resources.iter().flat_map(|r| sections.iter().map(move |section| (r, section)))
            {
                let place = Place { section: section.clone(), connection, sighting };
                self.put(place, entry(key, resource.digest(), resource.comparison()));
            }
        }
        self.arriving = new;
    }

    /// Wants a supporting resource where another one is held.
    fn want_beside(&mut self, key: &ResourceKey, other: &ResourceKey) -> Result<(), A::Error> {
        // What arrives brings along by itself what supports it.
        if self.arriving.contains_key(other) {
            return Ok(());
        }
        let Some(known) = self.known(other)?.cloned() else { return Ok(()) };
        if known.supporting {
            let places = self.shown(other)?.map(|shown| shown.places.clone()).unwrap_or_default();
            return places.into_iter().try_for_each(|section| self.want(key, section));
        }
        let part = match other {
            _ if self.withheld.contains(other) => Part::Withheld,
            _ if self.opened.contains(other) => Part::Open,
            _ => known.part,
        };
        self.want(key, part.of(&known.section))
    }

    fn want(&mut self, key: &ResourceKey, section: Section) -> Result<(), A::Error> {
        let withheld = !section.is_withheld() && self.is_withheld(key)?;
        let section = if withheld { section.withheld() } else { section };
        self.note_wanted(key, section);
        Ok(())
    }

    fn note_wanted(&mut self, key: &ResourceKey, section: Section) {
        if self.wants.entry(key.clone()).or_default().insert(section.clone()) {
            self.handing_on.push((key.clone(), section));
        }
    }

    fn supports(&mut self, key: &ResourceKey) -> Result<bool, A::Error> {
        match self.arriving.get(key) {
            Some(arriving) => Ok(arriving.supporting),
            None => Ok(self.known(key)?.is_some_and(|known| known.supporting)),
        }
    }
}
