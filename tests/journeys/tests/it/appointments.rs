//! Appointments: by which clock, what they were before, what is held for the day, and the file for another calendar.

use std::collections::BTreeSet;

use client::views::{Filter, Standing};
use client::{AppointmentFilter, AppointmentView, AppointmentsView, Client, Error, Hide, Query, Zone};
use harness::{Correspondence, lines};

use crate::maren::{Maren, key};

fn list(client: &Client, zone: Option<&str>) -> AppointmentsView {
    let zone = zone.map(|name| Zone::named(name).unwrap());
    client.appointments(&AppointmentFilter { zone, ..AppointmentFilter::default() }).unwrap()
}

fn heading(view: &AppointmentsView, id: &str) -> String {
    let has = |one: &AppointmentView| one.line.reference == format!("Appointment/{id}");
    view.groups.iter().find(|group| group.appointments.iter().any(has)).unwrap().heading.clone()
}

fn one<'v>(view: &'v AppointmentsView, id: &str) -> &'v AppointmentView {
    let mut all = view.groups.iter().flat_map(|group| &group.appointments);
    all.find(|one| one.line.reference == format!("Appointment/{id}")).unwrap()
}

fn text(view: &AppointmentsView, id: &str) -> String {
    one(view, id).when.as_ref().unwrap().text.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_times_are_the_clinics_and_ones_own_on_both_sides_of_a_change_of_the_clock() {
    let maya = Correspondence::begin().await;
    let view = list(maya.phone.client(), Some("Europe/Berlin"));
    for (id, said) in [
        // Chicago changes on 14 March 2027, Berlin on 28 March, Sydney on 4 April.
        ("stress", "12 March 2027 10:00 to 10:45 at the clinic (17:00 to 17:45 where you are)"),
        ("after-change", "15 March 2027 10:00 to 10:20 at the clinic (16:00 to 16:20 where you are)"),
        ("scan", "3 April 2027 10:00 to 10:30 at the clinic (01:00 to 01:30 where you are)"),
        ("scan-2", "6 April 2027 10:00 to 10:30 at the clinic (02:00 to 02:30 where you are)"),
        (
            "night",
            "4 April 2027 02:30 [the second time the clock shows this that day, after it went back] at the clinic (3 April 2027 18:30 where you are)",
        ),
        ("offset", "25 January 2027 08:00 to 08:30 (UTC-06:00) (15:00 to 15:30 where you are)"),
        ("utc", "20 January 2027 14:00 (UTC) (15:00 where you are)"),
        ("no-zone", "15 December 2026 09:00"),
        ("day-only", "5 January 2027"),
        ("asked", "asked for: 10 December 2026 09:00 to 11:00 at the clinic (16:00 to 18:00 where you are)"),
    ] {
        assert_eq!(text(&view, id), said);
    }
    for id in ["no-zone", "day-only", "utc"] {
        assert!(one(&view, id).when.as_ref().unwrap().unclear.is_some(), "{id}");
    }
    let odd = one(&view, "wrong-offset").when.as_ref().unwrap();
    assert!(odd.warning.as_ref().unwrap().contains("by the clinic's own clock that is 11:30"));
    let here = list(maya.phone.client(), Some("America/Chicago"));
    assert_eq!(text(&here, "stress"), "12 March 2027 10:00 to 10:45 at the clinic", "one clock is enough");
    assert_eq!(text(&list(maya.phone.client(), None), "stress"), text(&here, "stress"));
}

#[tokio::test(flavor = "multi_thread")]
async fn h4_each_stands_under_its_own_state_the_next_one_first() {
    let maya = Correspondence::begin().await;
    let view = list(maya.phone.client(), None);
    let coming = &view.groups[0];
    assert_eq!(coming.heading, "Coming");
    let ids: Vec<&str> =
        coming.appointments.iter().map(|one| &one.line.reference["Appointment/".len()..]).collect();
    assert_eq!(
        ids,
        [
            "to-move",
            "to-cancel",
            "to-withdraw",
            "no-zone",
            "day-only",
            "utc",
            "offset",
            "stress",
            "after-change",
            "scan",
            "night",
            "scan-2",
            "wrong-offset"
        ],
        "the next one first"
    );
    for (id, under) in [
        ("asked", "Requested, not confirmed: NOT booked yet"),
        ("waiting", "Requested, not confirmed: NOT booked yet"),
        ("missed", "Cancelled or did not take place"),
        ("done", "Past"),
    ] {
        assert_eq!(heading(&view, id), under, "{id}");
    }
    for client in [maya.phone.client(), Maren::begin().await.alice.client()] {
        let all: Vec<_> = list(client, None)
            .groups
            .into_iter()
            .flat_map(|group| group.appointments)
            .map(|one| (one.line.issuer, one.line.reference))
            .collect();
        let listed = lines(client, Query::Appointments, &Filter::default()).into_iter();
        let listed: BTreeSet<_> = listed.map(|line| (line.issuer, line.reference)).collect();
        assert_eq!(all.len(), listed.len(), "never two shown as one");
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), listed, "and all of them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_what_was_moved_cancelled_or_withdrawn_says_what_it_was() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    assert!(
        list(client, None)
            .groups
            .iter()
            .flat_map(|group| &group.appointments)
            .all(|one| one.before.is_none())
    );
    maya.a_day_later().await;
    let view = list(client, None);
    let moved = one(&view, "to-move");
    assert_eq!(text(&view, "to-move"), "24 November 2026 11:30 to 11:50 at the clinic");
    let before = moved.before.as_ref().unwrap();
    assert_eq!(before.when.as_ref().unwrap().text, "20 November 2026 10:00 to 10:20 at the clinic");
    assert_eq!((before.state.as_deref(), heading(&view, "to-move").as_str()), (None, "Coming"));
    let cancelled = one(&view, "to-cancel");
    assert_eq!(heading(&view, "to-cancel"), "Cancelled: do not go");
    assert_eq!(cancelled.why_cancelled.as_deref(), Some("The machine is being repaired"));
    let before = cancelled.before.as_ref().unwrap();
    assert_eq!((before.state.as_deref(), &before.when), (Some("Booked"), &None), "its time is what it was");
    assert_eq!(heading(&view, "to-withdraw"), "Withdrawn: recorded by mistake");
    let withdrawn = one(&view, "to-withdraw");
    assert!(matches!(withdrawn.line.standing, Standing::Withdrawn { .. }));
    assert_eq!((&withdrawn.when, &withdrawn.before), (&None, &None), "h19: it may be another person's");
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_a_day_card_holds_what_the_portal_says_offline_and_names_what_it_does_not() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    maya.riverside.forget_requests();
    let card = client.appointment(&key(&maya.riverside, "Appointment/stress"), None).unwrap();
    assert_eq!(maya.riverside.requests(), [], "nothing is asked for");
    let place = &card.places[0];
    assert_eq!(place.addresses, ["12 Mill Road, Elgin, IL, 60120"]);
    assert!(place.contacts[0].contains("+1 555 010 0199") && place.about[0].contains("left of the pharmacy"));
    assert_eq!(card.appointment.with, ["Dr. Ada Okafor"]);
    let said: Vec<&str> = card.preparation.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(
        said,
        [
            "Wear shoes that you can walk in.\nBring your list of medicines.",
            "Please come 15 minutes early.",
            "No coffee on the day of the test."
        ]
    );
    let linked: Vec<(&str, bool)> =
        card.linked.iter().map(|linked| (linked.reference.as_str(), linked.held)).collect();
    assert_eq!(linked, [("DocumentReference/leaflet", true), ("Questionnaire/before-the-test", false)]);
    assert_eq!(card.linked[0].attachments.len(), 1);
    assert_eq!(card.coverage.len(), 1, "the one in force");
    assert!(
        card.not_held.iter().any(|said| said.contains("Questions before the test")),
        "{:?}",
        card.not_held
    );

    let bare = client.appointment(&key(&maya.dental, "Appointment/no-zone"), None).unwrap();
    for lack in ["names no place", "gives no instructions"] {
        assert!(bare.not_held.iter().any(|said| said.contains(lack)), "{lack}: {:?}", bare.not_held);
    }
    assert!(bare.preparation.is_empty(), "what to bring is never made up");
    let message = key(&maya.riverside, "Communication/m1");
    assert!(matches!(client.appointment(&message, None), Err(Error::NotFound)));
}

/// The lines of one event of a calendar file.
fn event<'t>(text: &'t str, words: &str) -> Vec<&'t str> {
    let events = text.split("BEGIN:VEVENT").skip(1);
    events.into_iter().find(|event| event.contains(words)).unwrap_or_default().lines().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_a_calendar_file_tells_when_and_where_and_what_was_cancelled_and_no_reason() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    let file = client.calendar(None, false).unwrap();
    assert_eq!(file.events, 14, "13 that are coming but for the one without a zone, and two requests");
    assert_eq!(file.left_out.len(), 1);
    for reason in ["stress", "Okafor", "Ultrasound", "Fertility", "Holter", "coffee", "shoes"] {
        assert!(!file.text.contains(reason), "{reason} in {}", file.text);
    }
    let stress = event(&file.text, "DTSTART:20270312T160000Z");
    for line in ["DTEND:20270312T164500Z", "SEQUENCE:0", "STATUS:CONFIRMED", "SUMMARY:Appointment"] {
        assert!(stress.contains(&line), "{line} in {stress:?}");
    }
    assert!(event(&file.text, "DTSTART;VALUE=DATE:20270105").contains(&"STATUS:CONFIRMED"));
    assert!(event(&file.text, "DTSTART:20261125T210000Z").contains(&"STATUS:TENTATIVE"));
    let uid = |lines: &[&str]| lines.iter().find(|line| line.starts_with("UID:")).unwrap().to_string();
    let before = uid(&event(&file.text, "DTSTART:20261202T153000Z"));
    let moved = uid(&event(&file.text, "DTSTART:20261120T160000Z"));

    maya.a_day_later().await;
    let later = client.calendar(None, false).unwrap();
    let cancelled = event(&later.text, "DTSTART:20261202T153000Z");
    assert_eq!(uid(&cancelled), before, "the same event");
    for line in ["STATUS:CANCELLED", "SEQUENCE:1"] {
        assert!(cancelled.contains(&line), "{line} in {cancelled:?}");
    }
    let there = event(&later.text, "DTSTART:20261124T173000Z");
    assert_eq!(uid(&there), moved);
    assert!(there.contains(&"SEQUENCE:1") && there.contains(&"STATUS:CONFIRMED"));
    assert!(
        event(&later.text, "DTSTART:20261204T153000Z").contains(&"STATUS:CANCELLED"),
        "what was withdrawn"
    );

    let stress = key(&maya.riverside, "Appointment/stress");
    let one = client.calendar(Some(&stress), true).unwrap();
    assert_eq!(one.events, 1);
    let unfolded = one.text.replace("\r\n ", "");
    assert!(unfolded.contains("SUMMARY:Exercise stress test") && unfolded.contains("With: Dr. Ada Okafor"));
    let open = key(&maya.dental, "Appointment/no-zone");
    assert!(matches!(client.calendar(Some(&open), false), Err(Error::Invalid(_))));
    client.hide(&[Hide::Entry(stress.clone())]).unwrap();
    assert!(matches!(client.calendar(Some(&stress), true), Err(Error::Covered)));
    let rest = client.calendar(None, true).unwrap();
    assert!(!rest.text.contains("stress") && rest.left_out.iter().any(|said| said.contains("covered")));
}
