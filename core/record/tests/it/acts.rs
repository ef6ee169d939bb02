//! What becomes of an act, read from facts that come in any order.

use proptest::prelude::*;
use record::acts::{
    AGAIN_AFTER, Act, Attempts, Event, Happened, KIND_ACT, KIND_EVENT, Kind, Next, Outgoing, Portal,
    Standing, Told, Way, named, next, outgoing, resource, told, urn,
};
use record::facts::{Fact, FactDigest, Later, Written};
use serde_json::json;
use statement::DeviceId;

use crate::world::*;

pub const COMPOSED: i64 = 1_793_523_600;

pub fn act() -> Act {
    Act {
        id: named([7; 16]),
        issuer: "https://portal.example/fhir".to_owned(),
        executor: PHONE,
        kind: Kind::Message,
        resource_type: "Communication".to_owned(),
        way: Way::Create,
        good_until: None,
    }
}

pub fn written(
    device: DeviceId,
    kind: &str,
    body: Vec<u8>,
    at: i64,
    nonce: u8,
    replaces: &[FactDigest],
) -> Written {
    let fact = Fact {
        kind: kind.to_owned(),
        subjects: Vec::new(),
        member: ALICE,
        written_at: at,
        nonce: [nonce; 16],
        replaces: replaces.to_vec(),
        text: None,
        deleted: false,
        revisions: Vec::new(),
        body: Some(body.into()),
        later: Later::default(),
    };
    Written { digest: fact.digest().unwrap(), fact, device }
}

pub fn composed() -> Written {
    written(PHONE, KIND_ACT, act().encode().unwrap(), COMPOSED, 1, &[])
}

pub fn event(device: DeviceId, happened: Happened, at: i64, nonce: u8, replaces: &[FactDigest]) -> Written {
    let body = Event { act: act().id, happened }.encode().unwrap();
    written(device, KIND_EVENT, body, at, nonce, replaces)
}

fn only(facts: &[Written]) -> Outgoing {
    let mut all = outgoing(facts);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn what_was_taken_back_while_it_was_being_sent_is_not_shown_as_taken_back() {
    let act = composed();
    let attempting = event(PHONE, Happened::Attempting, COMPOSED + 1, 2, &[]);
    let deleted = event(TABLET, Happened::Deleted, COMPOSED + 2, 3, &[]);
    let both = [act.clone(), attempting.clone(), deleted.clone()];
    assert_eq!(only(&both).standing, Standing::Attempting);
    let sent = event(PHONE, Happened::Sent { resource: None }, COMPOSED + 3, 4, &[attempting.digest]);
    let all = [act.clone(), attempting.clone(), deleted.clone(), sent];
    assert_eq!(only(&all).standing, Standing::Sent { resource: None });
    let not_sent = event(PHONE, Happened::NotSent, COMPOSED + 3, 5, &[attempting.digest]);
    let all = [act, attempting, deleted, not_sent];
    assert_eq!(only(&all).standing, Standing::Deleted, "it had not gone out: the person's word holds");
}

#[test]
fn h1_nobody_but_its_device_says_what_became_of_an_act() {
    let bobs = DeviceId::new([0xbb; 32]);
    let lies = event(bobs, Happened::Sent { resource: None }, COMPOSED + 1, 2, &[]);
    assert_eq!(only(&[composed(), lies]).standing, Standing::Queued);
}

#[test]
fn h2_what_waited_for_a_day_is_asked_about_again_and_waits_anew_once_it_is_wanted() {
    let portal = Portal { finds: true, once: true };
    let decide = |facts: &[Written], now| next(&only(facts), &PHONE, &Attempts::default(), portal, now);
    let act = composed();
    assert_eq!(decide(std::slice::from_ref(&act), COMPOSED + AGAIN_AFTER - 1), Next::Send);
    assert_eq!(decide(std::slice::from_ref(&act), COMPOSED + AGAIN_AFTER), Next::Ask);
    let again = event(TABLET, Happened::Again, COMPOSED + AGAIN_AFTER, 2, &[]);
    let facts = [act, again];
    assert_eq!(decide(&facts, COMPOSED + AGAIN_AFTER + 1), Next::Send);
    assert_eq!(decide(&facts, COMPOSED + 2 * AGAIN_AFTER), Next::Ask);
}

#[test]
fn h2_past_the_moment_that_it_speaks_of_it_is_asked_about() {
    let until = COMPOSED + 3_600;
    let body = Act { good_until: Some(until), ..act() }.encode().unwrap();
    let act = written(PHONE, KIND_ACT, body, COMPOSED, 1, &[]);
    let decide =
        |facts: &[Written], now| next(&only(facts), &PHONE, &Attempts::default(), Portal::default(), now);
    assert_eq!(decide(std::slice::from_ref(&act), until - 1), Next::Send);
    assert_eq!(decide(std::slice::from_ref(&act), until), Next::Ask);
    let again = event(PHONE, Happened::Again, until + 1, 2, &[]);
    assert_eq!(decide(&[act, again], until + 2), Next::Send, "the person knows, and wants it sent");
}

#[test]
fn what_a_portal_says_is_read_from_defined_elements_only() {
    let said = |kind, sent, copy, answered| told(kind, &sent, &copy, answered);
    let message = json!({"resourceType": "Communication", "status": "in-progress"});
    assert_eq!(said(Kind::Message, json!({}), message.clone(), false), Told::Nothing);
    assert_eq!(said(Kind::Message, json!({}), message, true), Told::Answered);
    let arrived =
        json!({"resourceType": "Communication", "status": "completed", "received": "2026-11-01T10:00:00Z"});
    assert_eq!(said(Kind::Message, json!({}), arrived, false), Told::Delivered);
    let no = json!({"resourceType": "Communication", "status": "not-done", "statusReason": {"text": "Not our patient"}});
    assert_eq!(
        said(Kind::Message, json!({}), no, true),
        Told::Refused { reason: "Not our patient".to_owned() }
    );
    let asked = json!({"start": "2026-11-03T10:00:00+01:00"});
    let booked = |start: &str| json!({"resourceType": "Appointment", "status": "booked", "start": start});
    assert_eq!(said(Kind::Book, asked.clone(), booked("2026-11-03T09:00:00Z"), false), Told::Booked);
    assert_eq!(said(Kind::Book, asked, booked("2026-11-03T09:30:00Z"), false), Told::Changed);
    let pending = json!({"resourceType": "Appointment", "status": "pending"});
    assert_eq!(said(Kind::Book, json!({}), pending, false), Told::Requested);
    let off =
        json!({"resourceType": "Appointment", "status": "cancelled", "cancelationReason": {"text": "Full"}});
    assert_eq!(said(Kind::Cancel, json!({}), off.clone(), false), Told::Cancelled);
    assert_eq!(said(Kind::Request, json!({}), off, false), Told::Refused { reason: "Full".to_owned() });
}

#[test]
fn a_changed_appointment_keeps_all_that_was_in_it() {
    let held = br#"{"resourceType":"Appointment","id":"a1","identifier":[{"value":"x"}],"status":"booked","priority":1.10,"start":"2026-11-03T09:00:00Z","end":"2026-11-03T09:30:00Z","minutesDuration":30,"participant":[{"status":"accepted"}],"extension":[{"url":"u","valueDecimal":1.00}]}"#;
    let made = resource::cancelled(held, Some("I am away")).unwrap();
    let text = made.to_string();
    assert!(text.contains("1.10") && text.contains("1.00"), "decimals keep their digits: {text}");
    assert_eq!((&made["status"], &made["identifier"]), (&json!("cancelled"), &json!([{"value": "x"}])));
    let slots = ["Slot/s2".to_owned()];
    let moved = resource::moved(held, &slots, "2026-11-04T09:00:00Z", "2026-11-04T09:20:00Z").unwrap();
    assert_eq!((&moved["slot"], moved.get("minutesDuration")), (&json!([{"reference": "Slot/s2"}]), None));
    assert!(resource::cancelled(br#"{"resourceType":"Patient"}"#, None).is_err());
}

#[test]
fn the_name_of_an_act_is_a_uuid() {
    assert_eq!(urn(&named([0; 16])), "urn:uuid:00000000-0000-4000-8000-000000000000");
    let read = Act::decode(&act().encode().unwrap()).unwrap();
    assert_eq!(read, act());
}

proptest! {
    #[test]
    fn any_order_and_number_of_arrival_gives_the_same(
        steps in prop::collection::vec((0_u8..8, any::<bool>(), any::<prop::sample::Index>()), 0..10),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..30),
    ) {
        let mut facts = vec![composed()];
        for (nonce, (what, by_tablet, replaced)) in steps.into_iter().enumerate() {
            let happened = match what {
                0 => Happened::Attempting,
                1 => Happened::Sent { resource: None },
                2 => Happened::Unsure { reason: "no answer".to_owned() },
                3 => Happened::Failed { reason: "no".to_owned() },
                4 => Happened::NotSent,
                5 => Happened::Again,
                6 => Happened::DoneByHand,
                _ => Happened::Deleted,
            };
            let replaces = [replaced.get(&facts).digest];
            let device = if by_tablet { TABLET } else { PHONE };
            let nonce = u8::try_from(nonce).unwrap();
            facts.push(event(device, happened, COMPOSED + i64::from(nonce), 10 + nonce, &replaces));
        }
        let whole = outgoing(&facts);
        let mut other: Vec<Written> = order.iter().map(|index| index.get(&facts).clone()).collect();
        other.extend(facts.iter().rev().cloned());
        prop_assert_eq!(outgoing(&other), whole);
    }
}
