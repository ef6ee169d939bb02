//! What a portal takes from an app, as far as it has said so.

use portal::abilities::{Abilities, Appointments, Messages, Refills};
use record::acts::{Portal, Way};
use store::ConnectionRow;

use crate::Client;
use crate::connections::Settings;

/// What a refill is asked with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RefillWay {
    Task,
    Request,
    Message,
}

impl Client {
    /// What the portal said that it can do; nothing when it was never asked.
    pub(crate) fn abilities(&self, connection: &ConnectionRow) -> Option<Abilities> {
        Settings::of(connection).abilities
    }

    /// A portal that was never asked what it takes is asked before anything is sent.
    pub(super) fn message_way(&self, connection: &ConnectionRow) -> Way {
        match self.abilities(connection).map(|abilities| abilities.messages) {
            Some(Messages::None) => Way::ByHand,
            Some(Messages::Create { .. }) | None => Way::Create,
        }
    }

    pub(super) fn refill_way(&self, connection: &ConnectionRow) -> (Way, RefillWay) {
        match self.abilities(connection).map(|abilities| abilities.refills) {
            Some(Refills::Task) => (Way::Create, RefillWay::Task),
            Some(Refills::Request) => (Way::Create, RefillWay::Request),
            Some(Refills::Message) | None => (Way::Create, RefillWay::Message),
            Some(Refills::None) => (Way::ByHand, RefillWay::Message),
        }
    }

    pub(super) fn appointment_level(&self, connection: &ConnectionRow) -> Option<Appointments> {
        self.abilities(connection).map(|abilities| abilities.appointments)
    }

    /// How far a portal can be trusted with what may have been sent already.
    pub(super) fn rules(&self, connection: &ConnectionRow, resource_type: &str) -> Portal {
        let Some(abilities) = self.abilities(connection) else { return Portal::default() };
        let drops = Settings::of(connection).drops_identifiers.contains(resource_type);
        let finds = !drops && abilities.by_identifier.contains(resource_type);
        Portal { finds, once: finds && abilities.conditional_create.contains(resource_type) }
    }
}
