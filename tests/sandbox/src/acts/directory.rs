//! Who and what can be booked: practitioners, services, places with their time zones, schedules and slots; and the desk
//! that answers the phone. Made up for tests; the phone numbers are of those that are never given out (555-01xx).

use chrono::{Datelike, Timelike, Weekday};
use serde_json::{Value, json};

use super::zone::{ARIZONA, EASTERN, PACIFIC, Zone};
use super::{Acts, Appointments, Refills};
use crate::world::World;

const DAY: i64 = 86_400;
const HALF_HOUR: i64 = 1800;
/// The portal's own code system of kinds of visits.
pub(super) const VISITS: &str = "https://sandbox.example/visit-type";
const PAGE: &str = "https://appointments.sandbox.example/";
const SNOMED: &str = "http://snomed.info/sct";
const ZONE_OF: &str = "http://hl7.org/fhir/StructureDefinition/timezone";

/// One practitioner at one place: the hours as minutes since local midnight.
struct Bookable {
    slug: &'static str,
    family: &'static str,
    given: &'static str,
    place: &'static Place,
    service: &'static Service,
    days: &'static [Weekday],
    hours: &'static [(u32, u32)],
    minutes: i64,
}

struct Place {
    slug: &'static str,
    name: &'static str,
    city: &'static str,
    state: &'static str,
    phone: &'static str,
    zone: Zone,
}

struct Service {
    slug: &'static str,
    name: &'static str,
    visit: &'static str,
    specialty: (&'static str, &'static str),
}

const WORKDAYS: &[Weekday] = &[Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
const EVERY_DAY: &[Weekday] =
    &[Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

const MAIN: Place = Place {
    slug: "place-main-street",
    name: "Main Street Health Center",
    city: "Worcester",
    state: "MA",
    phone: "+1-508-555-0110",
    zone: EASTERN,
};
const COAST: Place = Place {
    slug: "place-harbor",
    name: "Harbor Skin Clinic",
    city: "Oakland",
    state: "CA",
    phone: "+1-510-555-0120",
    zone: PACIFIC,
};
const DESERT: Place = Place {
    slug: "place-mesa",
    name: "Mesa Eye Center",
    city: "Mesa",
    state: "AZ",
    phone: "+1-480-555-0130",
    zone: ARIZONA,
};

const CHECKUP: Service = Service {
    slug: "service-checkup",
    name: "Family medicine",
    visit: "checkup",
    specialty: ("419772000", "Family practice"),
};
const SKIN: Service = Service {
    slug: "service-skin",
    name: "Dermatology",
    visit: "skin",
    specialty: ("394582007", "Dermatology"),
};
const EYES: Service = Service {
    slug: "service-eyes",
    name: "Ophthalmology",
    visit: "eyes",
    specialty: ("394594003", "Ophthalmology"),
};
const NIGHT: Service = Service {
    slug: "service-night",
    name: "Night clinic",
    visit: "urgent",
    specialty: ("419772000", "Family practice"),
};

const BOOKABLE: &[Bookable] = &[
    Bookable {
        slug: "okafor",
        family: "Okafor",
        given: "Ngozi",
        place: &MAIN,
        service: &CHECKUP,
        days: WORKDAYS,
        hours: &[(9 * 60, 12 * 60), (13 * 60, 16 * 60)],
        minutes: 30,
    },
    Bookable {
        slug: "lindqvist",
        family: "Lindqvist",
        given: "Maja",
        place: &COAST,
        service: &SKIN,
        days: &[Weekday::Tue, Weekday::Thu],
        hours: &[(10 * 60, 15 * 60)],
        minutes: 20,
    },
    Bookable {
        slug: "begay",
        family: "Begay",
        given: "Thomas",
        place: &DESERT,
        service: &EYES,
        days: &[Weekday::Mon, Weekday::Wed],
        hours: &[(8 * 60, 12 * 60)],
        minutes: 60,
    },
    // Open over the hour in which the clocks change.
    Bookable {
        slug: "mbeki",
        family: "Mbeki",
        given: "Ayanda",
        place: &MAIN,
        service: &NIGHT,
        days: EVERY_DAY,
        hours: &[(0, 4 * 60)],
        minutes: 30,
    },
];

/// Fills the world with what this portal offers from `now` on.
pub(super) fn fill(world: &mut World, acts: &Acts, name: &str, now: i64) {
    if acts.any() {
        for resource in desk(acts, name) {
            world.publish(resource, now);
        }
    }
    if acts.any() && acts.appointments != Appointments::None {
        for bookable in BOOKABLE {
            for resource in bookable.resources(acts) {
                world.publish(resource, now);
            }
        }
    }
    if acts.offer() {
        for bookable in BOOKABLE {
            for resource in bookable.offer(now, acts.days) {
                world.publish(resource, now);
            }
        }
    }
    if acts.any() {
        for (number, patient) in world.patients().to_vec().iter().enumerate() {
            world.put(prescription(number, patient, acts), 1, now.saturating_sub(30 * DAY));
        }
    }
}

/// The clinic's desk and the pharmacy.
fn desk(acts: &Acts, name: &str) -> Vec<Value> {
    let mut telecom = vec![json!({"system": "phone", "value": "+1-508-555-0100", "use": "work"})];
    if acts.appointments != Appointments::None {
        telecom.push(json!({"system": "url", "value": PAGE}));
    }
    let clinic = json!({
        "resourceType": "Organization", "id": "clinic-desk", "active": true, "name": name, "telecom": telecom
    });
    let pharmacy = json!({
        "resourceType": "Organization", "id": "pharmacy-elm-street", "active": true,
        "type": [{"text": "Pharmacy"}], "name": "Elm Street Pharmacy",
        "telecom": [{"system": "phone", "value": "+1-508-555-0140", "use": "work"}],
        "address": [{"line": ["12 Elm Street"], "city": "Worcester", "state": "MA"}]
    });
    vec![clinic, pharmacy]
}

/// A prescription that can be refilled, at every portal of this kind.
fn prescription(number: usize, patient: &str, acts: &Acts) -> Value {
    let left = if acts.refills == Refills::None { 0 } else { 2 };
    json!({
        "resourceType": "MedicationRequest", "id": format!("refillable-{}", number + 1),
        "status": "active", "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{
                "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
                "code": "314076", "display": "lisinopril 10 MG Oral Tablet"
            }],
            "text": "Lisinopril 10 mg tablet"
        },
        "subject": {"reference": format!("Patient/{patient}")},
        "authoredOn": "2026-09-01",
        "requester": {"display": "Dr Ngozi Okafor"},
        "dosageInstruction": [{"text": "One tablet by mouth once a day"}],
        "dispenseRequest": {
            "numberOfRepeatsAllowed": left,
            "quantity": {"value": 30, "unit": "tablet"},
            "performer": {"reference": "Organization/pharmacy-elm-street", "display": "Elm Street Pharmacy"}
        }
    })
}

impl Bookable {
    fn resources(&self, acts: &Acts) -> Vec<Value> {
        let (place, service) = (self.place, self.service);
        let clinic = json!({"reference": "Organization/clinic-desk"});
        let telecom = json!([
            {"system": "phone", "value": place.phone, "use": "work"},
            {"system": "url", "value": format!("{PAGE}{}", service.visit)}
        ]);
        let practitioner = json!({
            "resourceType": "Practitioner", "id": format!("dr-{}", self.slug), "active": true,
            "name": [{"family": self.family, "given": [self.given], "prefix": ["Dr"]}]
        });
        let location = json!({
            "resourceType": "Location", "id": place.slug,
            "extension": [{"url": ZONE_OF, "valueCode": place.zone.name}],
            "status": "active", "name": place.name, "telecom": telecom,
            "address": {"city": place.city, "state": place.state, "country": "US"},
            "managingOrganization": clinic
        });
        let service = json!({
            "resourceType": "HealthcareService", "id": service.slug, "active": true, "providedBy": clinic,
            "type": [service.visit()], "specialty": [service.specialty()],
            "location": [{"reference": format!("Location/{}", place.slug), "display": place.name}],
            "name": service.name, "telecom": telecom, "appointmentRequired": true
        });
        match acts.appointments {
            Appointments::Phone => vec![location, service],
            _ => vec![practitioner, location, service],
        }
    }

    /// The schedule and its free slots.
    fn offer(&self, now: i64, days: u32) -> Vec<Value> {
        let until = now.saturating_add(i64::from(days) * DAY);
        let name = format!("Dr {} {}", self.given, self.family);
        let schedule = json!({
            "resourceType": "Schedule", "id": format!("schedule-{}", self.slug), "active": true,
            "serviceType": [self.service.visit()], "specialty": [self.service.specialty()],
            "actor": [
                {"reference": format!("Practitioner/dr-{}", self.slug), "display": name},
                {"reference": format!("Location/{}", self.place.slug), "display": self.place.name},
                {"reference": format!("HealthcareService/{}", self.service.slug), "display": self.service.name}
            ],
            "planningHorizon": {"start": self.place.zone.text(now), "end": self.place.zone.text(until)}
        });
        let step = self.minutes * 60;
        let first = now - now.rem_euclid(HALF_HOUR) + HALF_HOUR;
        let starts = (0..).map(|n| first + n * 600).take_while(|start| *start < until);
        let open = starts.filter(|start| self.is_start(*start));
        let slots = open.map(|start| self.slot(start, start + step));
        std::iter::once(schedule).chain(slots).collect()
    }

    fn slot(&self, start: i64, end: i64) -> Value {
        let zone = &self.place.zone;
        let stamp = crate::world::stamp_text(start).replace(['-', ':'], "");
        json!({
            "resourceType": "Slot", "id": format!("slot-{}-{}", self.slug, stamp.trim_end_matches("00Z")),
            "serviceType": [self.service.visit()], "specialty": [self.service.specialty()],
            "schedule": {"reference": format!("Schedule/schedule-{}", self.slug)},
            "status": "free", "start": zone.text(start), "end": zone.text(end)
        })
    }

    /// Whether a visit begins at this moment: at the beginning of the hours or so many minutes after.
    fn is_start(&self, moment: i64) -> bool {
        let Some(local) = self.place.zone.local(moment) else { return false };
        let minute = local.hour() * 60 + local.minute();
        let step = u32::try_from(self.minutes).unwrap_or(1);
        let fits = |(from, to): &(u32, u32)| {
            minute >= *from && minute + step <= *to && (minute - from).is_multiple_of(step)
        };
        self.days.contains(&local.weekday()) && self.hours.iter().any(fits)
    }
}

impl Service {
    fn visit(&self) -> Value {
        json!({"coding": [{"system": VISITS, "code": self.visit, "display": self.name}], "text": self.name})
    }

    fn specialty(&self) -> Value {
        let (code, display) = self.specialty;
        json!({"coding": [{"system": SNOMED, "code": code, "display": display}]})
    }
}
