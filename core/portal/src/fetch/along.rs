//! Asking no more than needed: what gave nothing rests for a while, and what one listing reads along others do not ask for.
//!
//! Some portals refuse a search without a category, or answer it with less than they hold. So a catch-all stands in for the
//! slots by category only where a full listing has shown that it held all that they held, only for what changed since, and
//! only until the next full listing, which asks for everything again.

use super::{
    Cursor, Fetch, Outcome,
    listing::{Listing, State},
};
use crate::plan::Slot;

/// A slot that gave nothing and may rest is not asked again within so many seconds.
const REST: i64 = 6 * 3_600;
impl Fetch {
    /// Without those that rest. What a catch-all reads along costs nothing and does not rest.
    pub(super) fn awake(&self, slots: Vec<Slot>) -> Vec<Slot> {
        slots.into_iter().filter(|slot| !self.rests(slot) && !self.only_whole(slot)).collect()
    }

    /// How many kinds of data a run on a metered network leaves to be listed again by another.
    pub(super) fn left_for_later(&self) -> usize {
        let waits = |cursor: &&Cursor| cursor.slot != "Patient" && cursor.waits(self.options.now);
        if self.options.metered { self.kept.values().filter(waits).count() } else { 0 }
    }

    /// Whether it can only be listed whole, which waits for a network that is not metered.
    fn only_whole(&self, slot: &Slot) -> bool {
        let kept = self.kept.get(&slot.name).filter(|_| self.options.metered && !slot.is_read());
        kept.is_some_and(|kept| kept.no_last_updated && kept.last_full.is_some())
    }

    /// Whether it gave nothing a short while ago and may rest. By a clock that was set back nothing is told.
    fn rests(&self, slot: &Slot) -> bool {
        let catch_all = self.kept.get(&slot.resource_type).filter(|_| slot.name != slot.resource_type);
        let read_along = catch_all.is_some_and(|cursor| cursor.covers);
        let now = self.options.now;
        let kept = self.kept.get(&slot.name).filter(|_| slot.may_rest && !self.options.full && !read_along);
        let since = kept.and_then(|kept| kept.gave_nothing(now)).filter(|since| *since <= now);
        since.is_some_and(|since| now.saturating_sub(since) < REST)
    }

    /// Puts the slots by category aside whose catch-all will read them along.
    pub(super) fn stand_by(&mut self) {
        for at in 0..self.listings.len() {
            let Some(own) = self.listings.get(at).filter(|one| reads_along(one)) else { continue };
            let on = own.slot.resource_type.clone();
            for other in self.listings.iter_mut().filter(|other| is_part(other, &on)) {
                let idle = matches!(other.state, State::Ready) && other.cursor.next.is_none();
                if idle && other.slot.granted && !other.cursor.full {
                    other.state = State::StandBy;
                }
            }
        }
    }

    /// What became of the catch-alls decides what becomes of the slots that stand by, and what became of full listings
    /// decides whether slots may stand by the next time.
    pub(super) fn settle_along(&mut self) {
        for at in 0..self.listings.len() {
            let Some(own) = self.listings.get(at).filter(|one| one.slot.catch_all) else { continue };
            let on = own.slot.resource_type.clone();
            match &own.state {
                State::Ending(Outcome::Ok { .. }) if !own.cursor.full => {
                    let started = own.cursor.started;
                    self.waiting(&on).for_each(|other| other.read_along(started));
                }
                State::Ending(_) | State::Done => {
                    self.waiting(&on).for_each(|other| other.state = State::Ready)
                }
                _ if own.cursor.full => self.waiting(&on).for_each(|other| other.state = State::Ready),
                _ => {}
            }
            self.weigh(at, &on);
        }
    }

    /// Whether the end of this listing is not told yet: what it covers is known when the slots by category have ended.
    pub(super) fn holds_back(&self, own: &Listing) -> bool {
        let ended = matches!(own.state, State::Ending(Outcome::Ok { .. }));
        let open = |other: &&Listing| !matches!(other.state, State::Ending(_) | State::Done);
        ended
            && own.slot.catch_all
            && own.cursor.full
            && self.parts(&own.slot.resource_type).any(|one| open(&one))
    }

    fn weigh(&mut self, at: usize, on: &str) {
        let Some(own) = self.listings.get(at) else { return };
        if !matches!(own.state, State::Ending(Outcome::Ok { .. })) || !own.cursor.full || self.holds_back(own)
        {
            return;
        }
        let asked = |one: &&Listing| one.slot.granted && one.cursor.refused.is_none();
        let shown: Vec<Option<bool>> = self.parts(on).filter(asked).map(|one| own.held_all_of(one)).collect();
        let any = self.parts(on).any(Listing::brought);
        let covers = any && shown.iter().all(|held| *held == Some(true));
        if let Some(own) = self.listings.get_mut(at) {
            own.cursor.covers = covers;
        }
    }

    fn parts<'a>(&'a self, on: &'a str) -> impl Iterator<Item = &'a Listing> {
        self.listings.iter().filter(move |other| is_part(other, on))
    }

    fn waiting<'a>(&'a mut self, on: &'a str) -> impl Iterator<Item = &'a mut Listing> {
        let stands_by = |other: &Listing| matches!(other.state, State::StandBy);
        self.listings.iter_mut().filter(move |other| is_part(other, on) && stands_by(other))
    }
}

fn reads_along(own: &Listing) -> bool {
    let asks = own.slot.catch_all && own.slot.granted && matches!(own.state, State::Ready);
    asks && own.cursor.covers && !own.cursor.full
}

fn is_part(other: &Listing, on: &str) -> bool {
    other.slot.resource_type == on && !other.slot.catch_all
}
