//! Where an appointment takes place and who is there, by reference alone.

use fhir::ResourceKey;
use fhir::lens::{Address, Appointment, ContactPoint, Location, Schedule, Slot};
use fhir::reference::Reference;
use record::row::{Row, State};
use serde::Serialize;

use super::Zone;
use crate::look::Look;
use crate::show::short_name;
use crate::threads::here;
use crate::views::{plain, prose};
use crate::{Client, Error};

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceView {
    /// What it is called.
    pub name: String,
    /// Its entry: `Type/id`.
    pub reference: Option<String>,
    /// Its addresses, each on one line.
    pub addresses: Vec<String>,
    /// Telephone numbers and the like, each with what it is for.
    pub contacts: Vec<String>,
    /// How to get there and what to look for, as the portal says it.
    pub about: Vec<String>,
    /// Whether its entry is on this device.
    pub held: bool,
}

/// A place, and the zone that it names.
pub(super) struct ReadPlace {
    pub view: PlaceView,
    pub zone: Option<Zone>,
}

/// The zone in which an appointment takes place: its own word, else that of its places where they agree.
pub(super) fn zone(lens: &Appointment, places: &[ReadPlace]) -> Option<Zone> {
    if let Some(zone) = lens.zone.as_deref().and_then(Zone::known) {
        return Some(zone);
    }
    let mut zones = places.iter().map(|place| place.zone);
    let first = zones.next()??;
    zones.all(|zone| zone == Some(first)).then_some(first)
}

impl Client {
    /// The places that take part; where there are none, those of the booked time's schedule.
    pub(super) fn places(&self, look: &Look, row: &Row, lens: &Appointment) -> Result<Vec<ReadPlace>, Error> {
        let named: Vec<&Reference> = lens.participants.iter().filter_map(|one| one.actor.as_ref()).collect();
        let named = self.places_of(look, row, &named)?;
        if !named.is_empty() {
            return Ok(named);
        }
        let mut found = Vec::new();
        for slot in &lens.slots {
            let Some((_, slot)) = self.referred(look, row, slot)? else { continue };
            let Some(schedule) = Slot::read(slot.value()).schedule else { continue };
            let Some((row, schedule)) = self.referred(look, row, &schedule)? else { continue };
            let actors = Schedule::read(schedule.value()).actors;
            found.extend(self.places_of(look, &row, &actors.iter().collect::<Vec<_>>())?);
        }
        Ok(found)
    }

    /// Who takes part beside the patient and the places: each with what they do and their answer.
    pub(super) fn attending(&self, look: &Look, row: &Row, lens: &Appointment) -> Result<Vec<String>, Error> {
        let mut attending = Vec::new();
        for one in &lens.participants {
            let key = one.actor.as_ref().and_then(|actor| self.key_of(row, actor));
            let kind = key.as_ref().map(|key| key.resource_type.as_str());
            if matches!(kind, Some("Patient" | "Location")) {
                continue;
            }
            let who = match &one.actor {
                Some(actor) => Some(self.called(look, row, actor)?),
                None => one.roles.iter().find_map(|role| role.label()).map(|role| plain(&role)),
            };
            let role = one.roles.iter().find_map(|role| role.label()).filter(|_| one.actor.is_some());
            let answer = match one.status.as_deref() {
                Some("declined") => Some("has declined: call"),
                Some("tentative") => Some("has accepted for now; may change"),
                Some("needs-action") => Some("has not answered yet"),
                _ => None,
            };
            let said = [who, role.map(|role| plain(&role)), answer.map(str::to_owned)];
            let said: Vec<String> = said.into_iter().flatten().collect();
            if !said.is_empty() {
                attending.push(said.join(", "));
            }
        }
        Ok(attending)
    }

    fn places_of(&self, look: &Look, row: &Row, named: &[&Reference]) -> Result<Vec<ReadPlace>, Error> {
        let mut places = Vec::new();
        for reference in named {
            let Some(key) = self.key_of(row, reference).filter(|key| key.resource_type == "Location") else {
                continue;
            };
            let held = self.referred(look, row, reference)?;
            let place = held.as_ref().map(|(_, place)| Location::read(place.value()));
            let zone = place.as_ref().and_then(|place| Zone::known(place.zone.as_deref()?));
            let name = self.called(look, row, reference)?;
            let view = match place {
                Some(place) => view(&place, name, &key),
                None => PlaceView {
                    name,
                    reference: Some(short_name(&key)),
                    addresses: Vec::new(),
                    contacts: Vec::new(),
                    about: Vec::new(),
                    held: false,
                },
            };
            places.push(ReadPlace { view, zone });
        }
        Ok(places)
    }

    /// The entry of the same portal that a reference names: held, current and not covered.
    pub(crate) fn referred(
        &self,
        look: &Look,
        row: &Row,
        reference: &Reference,
    ) -> Result<Option<(Row, fhir::Resource)>, Error> {
        let Some(key) = self.key_of(row, reference) else { return Ok(None) };
        let Some(stored) = self.inner.store.row(&key, None)? else { return Ok(None) };
        let row = stored.row;
        if row.state != State::Current || look.covers.over(&row).is_some() {
            return Ok(None);
        }
        Ok(self.resource(&row)?.map(|resource| (row, resource)))
    }

    /// What a reference is called: by the portal, else by the entry that it names, else as it came.
    pub(crate) fn called(&self, look: &Look, row: &Row, reference: &Reference) -> Result<String, Error> {
        if let Some(display) = &reference.display {
            return Ok(plain(display));
        }
        let held = match self.key_of(row, reference) {
            Some(key) => self.title_of(look, &key)?,
            None => None,
        };
        Ok(held.unwrap_or_else(|| plain(&reference.label().unwrap_or_else(|| "not named".to_owned()))))
    }

    fn key_of(&self, row: &Row, reference: &Reference) -> Option<ResourceKey> {
        here(reference.reference.as_deref()?, &row.key.issuer)
    }
}

fn view(place: &Location, name: String, key: &ResourceKey) -> PlaceView {
    let closed = match place.status.as_deref() {
        Some("inactive") => Some("The portal says that this place is no longer in use: ask".to_owned()),
        Some("suspended") => Some("The portal says that this place is closed for now: ask".to_owned()),
        _ => None,
    };
    let said = |text: &Option<String>| text.as_deref().map(prose);
    let form = place.form.as_ref().and_then(|form| form.label()).map(|form| plain(&form));
    let map = place.position.as_ref().and_then(|at| {
        Some(format!("On the map: latitude {}, longitude {}", at.latitude.as_ref()?, at.longitude.as_ref()?))
    });
    PlaceView {
        name,
        reference: Some(short_name(key)),
        addresses: place.addresses.iter().filter_map(Address::display).map(|text| plain(&text)).collect(),
        contacts: place.telecom.iter().filter_map(ContactPoint::display).map(|text| plain(&text)).collect(),
        about: [closed, said(&place.description), form, said(&place.exceptions), map.map(|map| plain(&map))]
            .into_iter()
            .flatten()
            .collect(),
        held: true,
    }
}
