//! What becomes of an act, read from facts that come in any order.

use proptest::prelude::*;
use record::acts::{
    AGAIN_AFTER, Act, Attempts, Event, FilePiece, Happened, KIND_ACT, KIND_EVENT, KIND_FILE, Kind, Next,
    Outgoing, PIECE, Portal, Standing, Told, Way, files, looked, named, next, outgoing, pieces, resource,
    told, transaction, urn,
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
        place: None,
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
    let under_way = only(&both);
    assert_eq!(under_way.standing, Standing::Attempting);
    assert_eq!(under_way.replaced_by_the_device(), [attempting.digest], "the person's word is not lost");
    assert_eq!(under_way.replaced_by_a_person().len(), 2);
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
    let portal = Portal { finds: true, once: true, holds: false };
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
fn nothing_is_done_before_the_wait_is_over_and_looks_that_were_due_meanwhile_count() {
    let out = only(&[composed()]);
    let waits = Attempts { not_before: COMPOSED + 60, ..Attempts::default() };
    let decide = |now| next(&out, &PHONE, &waits, Portal::default(), now);
    assert_eq!(decide(COMPOSED + 59), Next::Wait { until: COMPOSED + 60 });
    assert_eq!(decide(COMPOSED + 60), Next::Send);
    let tried = Attempts { tries: 1, last_try: COMPOSED, ..Attempts::default() };
    for (after, counts) in [(0, 1), (29, 1), (30, 2), (599, 3), (600, 4), (90_000, 4)] {
        assert_eq!(looked(&tried, COMPOSED + after), counts, "after {after} s");
    }
    assert_eq!(looked(&Attempts { looks: 2, ..tried }, COMPOSED + 5), 3, "a look counts in any case");
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

#[test]
fn acts_stand_in_the_order_in_which_they_were_composed_whatever_the_clock_said() {
    let act = |name: u8, place: Option<u64>, at: i64| {
        let act = Act { id: named([name; 16]), place, ..act() };
        written(PHONE, KIND_ACT, act.encode().unwrap(), at, name, &[])
    };
    // The clock was put back between the first and the second; the third was composed within the same second as the second.
    let mut facts =
        vec![act(9, Some(1), COMPOSED + 60), act(8, Some(2), COMPOSED), act(3, Some(3), COMPOSED)];
    // Two of an earlier version, which knew no places.
    facts.extend([act(7, None, COMPOSED - 5), act(2, None, COMPOSED - 9)]);
    let order = |facts: &[Written]| outgoing(facts).iter().map(|out| out.act.id).collect::<Vec<_>>();
    let wanted = [2, 7, 9, 8, 3].map(|name| named([name; 16]));
    assert_eq!(order(&facts), wanted);
    facts.reverse();
    assert_eq!(order(&facts), wanted, "in whatever order they came");
}

#[test]
fn h2_a_time_that_is_only_held_is_booked_or_held_again_and_never_called_booked() {
    let held = |until| Happened::Held { appointment: "8".to_owned(), until };
    let portal = Portal { finds: true, once: false, holds: true };
    let now = COMPOSED + 100;
    let decides = |out: &Outgoing, portal| next(out, &PHONE, &Attempts::default(), portal, now);
    let composed = composed();
    assert_eq!(decides(&only(std::slice::from_ref(&composed)), portal), Next::Hold);
    assert_eq!(
        decides(&only(std::slice::from_ref(&composed)), Portal { holds: false, ..portal }),
        Next::Send
    );
    for (until, wanted) in [(None, Next::Send), (Some(now + 1), Next::Send), (Some(now), Next::Hold)] {
        let event = event(PHONE, held(until), COMPOSED + 1, 2, &[]);
        let out = only(&[composed.clone(), event]);
        assert_eq!(out.standing, Standing::Held { appointment: "8".to_owned(), until });
        assert_eq!((decides(&out, portal), out.kept()), (wanted, Some(("8", until))));
    }
    let kept = event(PHONE, held(None), COMPOSED + 1, 2, &[]);
    let deleted = event(TABLET, Happened::Deleted, COMPOSED + 2, 3, &[]);
    let both = only(&[composed.clone(), kept.clone(), deleted]);
    assert_eq!(both.standing, Standing::Deleted, "nothing is booked by holding it: the person's word holds");
    let attempting = event(PHONE, Happened::Attempting, COMPOSED + 2, 4, &[kept.digest]);
    let out = only(&[composed.clone(), kept.clone(), attempting]);
    assert_eq!((out.standing.clone(), out.kept()), (Standing::Attempting, Some(("8", None))));
    let by_the_tablet = event(TABLET, held(None), COMPOSED + 1, 5, &[]);
    assert_eq!(only(&[composed, by_the_tablet]).standing, Standing::Queued, "another device cannot know it");
}

#[test]
fn what_is_sent_for_a_held_time_is_the_same_as_that_one() {
    let body = json!({"resourceType": "Parameters", "parameter": [{"name": "appointment-resource",
        "resource": {"resourceType": "Appointment", "id": "proposed-1", "status": "pending"}}]});
    let kept = resource::kept(body.clone(), "8");
    assert_eq!(kept["parameter"][0]["resource"]["id"], "8");
    let mut back = kept;
    back["parameter"][0]["resource"]["id"] = json!("proposed-1");
    assert_eq!(back, body, "nothing else is changed");
}

#[test]
fn a_file_beside_a_message_is_whole_or_not_there_and_only_its_own_device_names_it() {
    let piece = |device, piece: u32, of: u32, nonce: u8| {
        let body = FilePiece {
            act: act().id,
            file: named([9; 16]),
            number: 0,
            piece,
            of,
            content_type: "text/plain".to_owned(),
            title: "page.txt".to_owned(),
        };
        let mut one = written(device, KIND_FILE, body.encode().unwrap(), COMPOSED, nonce, &[]);
        one.fact.text = Some(record::facts::TextId::new([nonce; 32]));
        one
    };
    let out = only(&[composed()]);
    let whole = [piece(PHONE, 1, 2, 12), piece(PHONE, 0, 2, 11)];
    let held = files(&whole, &out);
    assert_eq!(held[0].pieces.iter().map(|text| text.as_bytes()[0]).collect::<Vec<_>>(), [11, 12]);
    assert!(files(&whole[..1], &out)[0].pieces.is_empty(), "a piece is missing");
    assert!(files(&[piece(TABLET, 0, 1, 13)], &out).is_empty(), "another device");
    for length in [0, 1, PIECE, PIECE + 1, 3 * PIECE] {
        let data = "A".repeat(length);
        let cut = pieces(&data);
        assert!(cut.iter().all(|piece| piece.len() <= PIECE), "{length}");
        assert_eq!((cut.concat(), cut.len()), (data, length.div_ceil(PIECE).max(1)));
    }
}

#[test]
fn h1_a_message_and_its_files_are_one_transaction_each_created_only_once() {
    let file = resource::Attached {
        content_type: "text/plain".to_owned(),
        title: "page.txt".to_owned(),
        data: "MTIz".to_owned(),
    };
    let message =
        resource::Message { beside: vec![(named([9; 16]), file.title.clone())], ..Default::default() };
    let message = resource::communication(&act().id, &message);
    let bundle = transaction(&act().id, &message, "Patient/1", &[(named([9; 16]), file)]);
    let entries = bundle["entry"].as_array().unwrap();
    let names: Vec<_> = entries.iter().map(|entry| entry["request"]["url"].as_str().unwrap()).collect();
    assert_eq!((&bundle["type"], names), (&json!("transaction"), vec!["DocumentReference", "Communication"]));
    for entry in entries {
        let own = &entry["resource"]["identifier"][0];
        let unless =
            format!("identifier={}|{}", own["system"].as_str().unwrap(), own["value"].as_str().unwrap());
        assert_eq!((&entry["request"]["ifNoneExist"], &entry["fullUrl"]), (&json!(unless), &own["value"]));
    }
    let named = &entries[1]["resource"]["payload"][1]["contentReference"]["reference"];
    assert_eq!(named, &entries[0]["fullUrl"], "the message names its file");
}
