//! Slots and who has them: taken, held for a while, released.

use super::{Author, Desk};
use crate::acts::{Refusal, slots};
use crate::world::World;

impl Desk {
    /// Refuses with 409 where one of the slots is not free and not this appointment's.
    pub(in crate::acts) fn free_for(
        &self,
        world: &World,
        wanted: &[String],
        appointment: &str,
    ) -> Result<(), Refusal> {
        for id in wanted {
            let mine = self.taken.get(id).is_some_and(|by| by == appointment);
            if !mine && (self.taken.contains_key(id) || slots::status(world, id) != "free") {
                let words = format!("Slot/{id} is no longer free");
                return Err(Refusal::new(409, "conflict", words));
            }
        }
        Ok(())
    }

    /// `slot-gone`: somebody else takes the first slot that is wanted.
    pub(in crate::acts) fn snatch(
        &mut self,
        world: &mut World,
        author: &Author,
        wanted: &[String],
        now: i64,
    ) {
        if self.faults.slot_gone && !self.gone && !author.direct {
            self.gone = true;
            self.take(world, wanted.get(..1).unwrap_or_default(), "somebody-else", "busy", now);
        }
    }

    pub(in crate::acts) fn refuses_bookings(&self, author: &Author) -> bool {
        self.faults.book_refused && !author.direct
    }

    /// The status that a booking gets.
    pub(in crate::acts) fn booked(&self, author: &Author) -> String {
        let silently = self.faults.silently.clone().filter(|_| !author.direct);
        silently.unwrap_or_else(|| "booked".to_owned())
    }

    /// Until when a hold that is made now really lasts.
    pub(in crate::acts) fn hold_ends(&self, author: &Author, until: i64, now: i64) -> i64 {
        if self.faults.hold_expires && !author.direct { now } else { until }
    }

    pub(in crate::acts) fn take(
        &mut self,
        world: &mut World,
        slots: &[String],
        by: &str,
        shown: &str,
        now: i64,
    ) {
        for id in slots {
            self.taken.insert(id.clone(), by.to_owned());
            slots::mark(world, id, shown, now);
        }
    }

    /// Frees the slots of an appointment and ends its hold.
    pub(in crate::acts) fn release(&mut self, world: &mut World, appointment: &str, now: i64) {
        self.holds.remove(appointment);
        let own: Vec<String> =
            self.taken.iter().filter(|(_, by)| *by == appointment).map(|(slot, _)| slot.clone()).collect();
        for slot in own {
            self.taken.remove(&slot);
            slots::mark(world, &slot, "free", now);
        }
    }

    pub(in crate::acts) fn hold_until(&mut self, appointment: &str, until: i64) {
        self.holds.insert(appointment.to_owned(), until);
    }

    pub(in crate::acts) fn is_held(&self, id: &str) -> bool {
        self.holds.contains_key(id)
    }

    pub(in crate::acts) fn end_hold(&mut self, appointment: &str) {
        self.holds.remove(appointment);
    }
}
