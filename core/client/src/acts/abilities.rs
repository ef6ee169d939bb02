//! What a portal takes from an app, as far as it has said so.

use portal::abilities::{self, Abilities, Appointments, Messages, No, Refills};
use portal::{Base, Scopes};
use record::acts::{Act, Kind, Outgoing, Portal, Way};
use store::ConnectionRow;

use crate::connections::Settings;
use crate::{Client, Error};

/// Seconds for which what a portal said holds.
const DAY: u64 = 86_400;

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

    /// Asks a portal what it takes, once a day. What it said before holds while it cannot be asked.
    pub(crate) async fn learn_abilities(&self, connection: &ConnectionRow) -> Result<(), Error> {
        let known = self.abilities(connection);
        let now = self.now();
        if known.is_some_and(|known| now.saturating_sub(known.read_at).unsigned_abs() < DAY) {
            return Ok(());
        }
        let Some(request) = Base::parse(&connection.issuer).ok().and_then(|base| abilities::request(&base))
        else {
            return Ok(());
        };
        let Ok(answer) = self.inner.platform.http.send(request).await else { return Ok(()) };
        let scopes = Scopes::parse(&Settings::of(connection).scopes);
        let read = (answer.status == 200).then(|| Abilities::of(&answer.body, &scopes, now)).flatten();
        match read {
            Some(read) => self.change_settings(&connection.id, |settings| settings.abilities = Some(read)),
            None => Ok(()),
        }
    }

    /// Why a portal does not take an act from an app, where it has said so.
    pub(super) fn cannot_take(&self, connection: &ConnectionRow, act: &Act) -> Option<&'static str> {
        let abilities = self.abilities(connection)?;
        match act.resource_type.as_str() {
            "Communication" if abilities.messages == Messages::None => Some("it takes no messages from apps"),
            "Appointment" if abilities.appointments == Appointments::None => {
                Some("it takes no appointments from apps")
            }
            _ => None,
        }
    }

    /// A portal that was never asked what it takes is asked before anything is sent.
    pub(super) fn message_way(&self, connection: &ConnectionRow) -> Way {
        match self.abilities(connection).map(|abilities| abilities.messages) {
            Some(Messages::None) => Way::ByHand,
            Some(Messages::Create) | None => Way::Create,
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
    pub(super) fn rules(&self, connection: &ConnectionRow, out: &Outgoing) -> Result<Portal, Error> {
        // As it is known by now: the act before this one may have shown that the portal drops identifiers.
        let settings = self.connection_row(&connection.id)?.as_ref().map(Settings::of).unwrap_or_default();
        let Some(abilities) = settings.abilities else { return Ok(Portal::default()) };
        let resource_type = &out.act.resource_type;
        let drops = settings.drops_identifiers.contains(resource_type);
        let finds = !drops && abilities.by_identifier.contains(resource_type);
        // No condition goes with an operation.
        let guarded = !matches!(out.act.way, Way::Operation { .. });
        let once = finds && guarded && abilities.conditional_create.contains(resource_type);
        let holds = abilities.holds && out.act.kind == Kind::Book && self.proposed(out)?.is_some();
        Ok(Portal { finds, once, holds })
    }

    /// Why a portal does not take this from this app, where it is known.
    pub(super) fn why_not(&self, connection: &ConnectionRow, kind: Kind) -> Option<No> {
        let because = self.abilities(connection)?.because;
        match kind {
            Kind::Message | Kind::Correction => because.messages,
            Kind::Request | Kind::Book => because.appointments,
            Kind::Reschedule | Kind::Cancel => because.changes,
            Kind::Refill => because.refills,
        }
    }
}
