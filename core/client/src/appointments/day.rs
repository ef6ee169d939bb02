//! One appointment for the day itself: everything that is held about it, and what is not. All of it offline.

use fhir::lens::ServiceRequest;
use fhir::modifiers::Effect;
use fhir::reference::Reference;
use record::row::{Row, State};
use serde::Serialize;

use super::{AppointmentView, PlaceView, Zone};
use crate::attachments::AttachmentView;
use crate::look::Look;
use crate::show::short_name;
use crate::threads::here;
use crate::views::{Basis, Filter, Line, prose};
use crate::{Client, Error, Query};

/// One appointment, with everything that is held for its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayCard {
    /// The appointment as the list shows it.
    pub appointment: AppointmentView,
    /// What stands above everything else, one sentence each.
    pub notices: Vec<String>,
    /// Where.
    pub places: Vec<PlaceView>,
    /// How to prepare and what to bring, as the portal says it; nothing is added.
    pub preparation: Vec<Prepared>,
    /// Documents, questionnaires and other entries that it names, or that name it.
    pub linked: Vec<Linked>,
    /// The insurance cards that are held, of every portal.
    pub coverage: Vec<Line>,
    /// What is not on this device or was not said, one sentence each.
    pub not_held: Vec<String>,
    /// Its portals: as of when, what was refused.
    pub rests_on: Vec<Basis>,
}

/// What a portal says on preparing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// Where it is said, in words.
    pub from: String,
    /// The words.
    pub text: String,
}

/// An entry that goes with an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Linked {
    /// Its name: `Type/id`, or what the portal calls it.
    pub reference: String,
    /// What it is.
    pub title: String,
    /// Whether it is on this device.
    pub held: bool,
    /// Its files, and how each stands.
    pub attachments: Vec<AttachmentView>,
}

impl Client {
    /// One appointment for its day, by the names that [`Client::show`] takes. Never waits for the network; marks nothing as
    /// read.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::NotFound`] for what is no appointment.
    pub fn appointment(&self, reference: &str, zone: Option<Zone>) -> Result<DayCard, Error> {
        self.day_card(&*self.look(false)?, reference, zone)
    }

    /// The same, lifting this member's covers for this one look.
    ///
    /// # Errors
    /// As [`Client::appointment`].
    pub fn appointment_revealed(&self, reference: &str, zone: Option<Zone>) -> Result<DayCard, Error> {
        self.day_card(&*self.look(true)?, reference, zone)
    }

    fn day_card(&self, look: &Look, reference: &str, zone: Option<Zone>) -> Result<DayCard, Error> {
        let stored = self.find(reference)?;
        if stored.row.key.resource_type != "Appointment" {
            return Err(Error::NotFound);
        }
        let (line, row) = self.line(look, stored)?;
        let read = self.read_appointment(line, row.clone())?;
        let lens = read.lens.clone();
        let kept = self.kept_times(std::iter::once(&row))?;
        let appointment = self.appointment_view(look, read, zone, &kept)?;
        let mut card = DayCard {
            appointment,
            notices: look.people.death(),
            places: Vec::new(),
            preparation: Vec::new(),
            linked: Vec::new(),
            coverage: Vec::new(),
            not_held: Vec::new(),
            rests_on: self.basis(&Query::Appointments(Filter::default()))?,
        };
        let portals = &card.appointment.line.portals;
        card.rests_on.retain(|basis| portals.contains(&basis.portal));
        let Some(lens) = lens else { return Ok(card) };
        card.places = self.places(look, &row, &lens)?.into_iter().map(|place| place.view).collect();
        let own = [("The portal's instructions", &lens.instruction), ("A comment", &lens.comment)];
        card.preparation.extend(own.into_iter().filter_map(|(from, text)| prepared(from, text.as_deref())));
        self.prepare_by_orders(look, &row, &lens.based_on, &mut card)?;
        for named in lens.supporting.iter().chain(&lens.reason_references) {
            card.linked.push(self.linked(look, &row, named)?);
        }
        self.link_back(look, &row, &mut card)?;
        card.coverage = self.cards(look)?;
        card.say_what_is_not_held();
        Ok(card)
    }

    fn prepare_by_orders(
        &self,
        look: &Look,
        row: &Row,
        orders: &[Reference],
        card: &mut DayCard,
    ) -> Result<(), Error> {
        for order in orders {
            match self.referred(look, row, order)? {
                Some((held, resource)) if held.key.resource_type == "ServiceRequest" => {
                    let request = ServiceRequest::read(resource.value());
                    let from = format!("The order: {}", self.called(look, row, order)?);
                    card.preparation.extend(prepared(&from, request.instruction.as_deref()));
                }
                _ => card.linked.push(self.linked(look, row, order)?),
            }
        }
        Ok(())
    }

    /// What names this appointment: a document, a questionnaire, a task.
    fn link_back(&self, look: &Look, row: &Row, card: &mut DayCard) -> Result<(), Error> {
        for (key, _) in self.inner.store.referrers(&row.key)? {
            let name = short_name(&key);
            if card.linked.iter().any(|linked| linked.reference == name) {
                continue;
            }
            let Some(title) = self.title_of(look, &key)? else { continue };
            let attachments = self.files_of(look, &key)?;
            card.linked.push(Linked { reference: name, title, held: true, attachments });
        }
        Ok(())
    }

    fn linked(&self, look: &Look, row: &Row, named: &Reference) -> Result<Linked, Error> {
        let key = named.reference.as_deref().and_then(|text| here(text, &row.key.issuer));
        let title = self.called(look, row, named)?;
        let held = match &key {
            Some(key) => {
                self.inner.store.row(key, None)?.is_some_and(|held| held.row.state == State::Current)
            }
            None => false,
        };
        let attachments = match &key {
            Some(key) if held => self.files_of(look, key)?,
            _ => Vec::new(),
        };
        let reference = key.as_ref().map_or_else(|| title.clone(), short_name);
        Ok(Linked { reference, title, held, attachments })
    }

    fn files_of(&self, look: &Look, key: &fhir::ResourceKey) -> Result<Vec<AttachmentView>, Error> {
        match self.inner.store.row(key, None)? {
            Some(stored) if look.covers.over(&stored.row).is_none() => self.attachment_views(&stored.row),
            _ => Ok(Vec::new()),
        }
    }

    /// The insurance that is in force, as far as its entries say.
    fn cards(&self, look: &Look) -> Result<Vec<Line>, Error> {
        let in_force = |row: &Row| {
            let stands = row.state == State::Current && !row.summary.reading.unreadable;
            let effect = row.summary.reading.effect();
            stands && matches!(effect, Effect::Ok | Effect::Changed | Effect::Scope | Effect::Value)
        };
        let rows = self.every("Coverage")?;
        let lines = self.lines(look, rows)?.into_iter();
        Ok(lines.filter(|(_, row)| in_force(row)).map(|(line, _)| line).collect())
    }
}

impl DayCard {
    fn say_what_is_not_held(&mut self) {
        let mut said = Vec::new();
        if self.places.is_empty() {
            said.push("The portal names no place for it: ask where to go".to_owned());
        }
        for place in &self.places {
            match place {
                PlaceView { held: false, name, .. } => {
                    said.push(format!("The entry of the place ({name}) is not on this device"));
                }
                PlaceView { name, addresses, contacts, .. } => {
                    if addresses.is_empty() {
                        said.push(format!("The portal gives no address for {name}"));
                    }
                    if contacts.is_empty() {
                        said.push(format!("The portal gives no telephone number for {name}"));
                    }
                }
            }
        }
        if self.appointment.with.is_empty() {
            said.push("The portal does not say with whom".to_owned());
        }
        if self.preparation.is_empty() {
            let nothing =
                "The portal gives no instructions with it: how to prepare and what to bring is not stated";
            said.push(nothing.to_owned());
        }
        for linked in self.linked.iter().filter(|linked| !linked.held) {
            said.push(format!("{} goes with it and is not on this device", linked.title));
        }
        if self.coverage.is_empty() {
            said.push("No insurance card in force is held".to_owned());
        }
        self.not_held = said;
    }
}

fn prepared(from: &str, text: Option<&str>) -> Option<Prepared> {
    let text = prose(text?);
    (!text.trim().is_empty()).then(|| Prepared { from: from.to_owned(), text })
}
