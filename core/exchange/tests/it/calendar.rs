//! What is written as a calendar is read back by a parser of another maker, and says what was meant.

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarProperty, ICalendarValue};
use chrono::NaiveDate;
use exchange::calendar::{Event, Span, Status, uid, write};
use proptest::prelude::*;

const MADE: i64 = 1_793_523_600;

fn event() -> Event {
    Event {
        uid: uid("https://portal.example/r4", "a1"),
        sequence: 0,
        status: Status::Confirmed,
        when: Span::Moments { begins: 1_795_186_800, ends: Some(1_795_188_000) },
        title: "Appointment".to_owned(),
        place: Some("Eye clinic, 2nd floor; door \\B".to_owned()),
        details: None,
    }
}

fn parsed(text: &str) -> ICalendar {
    ICalendar::parse(text).unwrap_or_else(|entry| panic!("{entry:?} in {text}"))
}

fn events(calendar: &ICalendar) -> Vec<&ICalendarComponent> {
    calendar.components.iter().filter(|part| part.component_type.as_str() == "VEVENT").collect()
}

fn texts(component: &ICalendarComponent, name: &ICalendarProperty) -> Vec<String> {
    let entries = component.entries.iter().filter(|entry| entry.name == *name);
    let text = |value: &ICalendarValue| value.as_text().map(str::to_owned);
    entries.flat_map(|entry| &entry.values).filter_map(text).collect()
}

fn one(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    texts(component, name).pop()
}

/// The one moment of a property, as UTC seconds.
fn moment(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<i64> {
    let entry = component.entries.iter().find(|entry| entry.name == *name)?;
    let ICalendarValue::PartialDateTime(at) = entry.values.first()? else { return None };
    let read = at.to_date_time()?;
    assert_eq!(read.offset.map(|offset| offset.local_minus_utc()), Some(0), "in UTC");
    Some(read.date_time.and_utc().timestamp())
}

#[test]
fn an_event_is_read_back_with_its_times_in_utc_and_its_texts_whole() {
    let text = write(&[event()], MADE);
    assert!(text.contains("DTSTART:20261120T150000Z\r\n"), "{text}");
    let calendar = parsed(&text);
    let [event] = *events(&calendar) else { panic!("{text}") };
    assert_eq!(moment(event, &ICalendarProperty::Dtstart), Some(1_795_186_800));
    assert_eq!(moment(event, &ICalendarProperty::Dtend), Some(1_795_188_000));
    assert_eq!(moment(event, &ICalendarProperty::Dtstamp), Some(MADE));
    assert_eq!(one(event, &ICalendarProperty::Summary).as_deref(), Some("Appointment"));
    assert_eq!(one(event, &ICalendarProperty::Location).as_deref(), Some("Eye clinic, 2nd floor; door \\B"));
    assert_eq!(one(event, &ICalendarProperty::Description), None);
    assert!(text.contains("STATUS:CONFIRMED\r\n") && text.contains("CLASS:PRIVATE\r\n"), "{text}");
    assert_eq!(text, write(&[self::event()], MADE), "the same every time");
}

#[test]
fn the_name_of_an_event_is_stable_and_tells_neither_portal_nor_entry() {
    let own = uid("https://portal.example/r4", "a1");
    assert_eq!(
        own, "c1e0350ed0ed35669f3ba1c0668a8e73@appointments.wellkept",
        "calendars out there know it by this"
    );
    let others = [
        ("https://portal.example/r4", "a2"),
        ("https://other.example/r4", "a1"),
        ("https://portal.example/r4a", "1"),
    ];
    assert!(others.iter().all(|(issuer, id)| uid(issuer, id) != own));
    assert!(!own.contains("portal") && !own.contains("a1@"), "{own}");
}

#[test]
fn what_was_cancelled_or_is_not_confirmed_says_so_with_a_greater_number() {
    let cancelled = Event { status: Status::Cancelled, sequence: 2, ..event() };
    let tentative = Event { status: Status::Tentative, uid: uid("x", "y"), ..event() };
    let text = write(&[cancelled, tentative], MADE);
    assert_eq!(events(&parsed(&text)).len(), 2);
    assert!(text.contains("STATUS:CANCELLED\r\n") && text.contains("SEQUENCE:2\r\n"), "{text}");
    assert!(text.contains("STATUS:TENTATIVE\r\n"), "{text}");
}

#[test]
fn a_day_without_a_time_is_a_whole_day_and_no_midnight() {
    let day = Event { when: Span::Day(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()), ..event() };
    let text = write(&[day], MADE);
    assert!(text.contains("DTSTART;VALUE=DATE:20261120\r\n"), "{text}");
    assert!(!text.contains("T000000"), "{text}");
}

#[test]
fn nothing_in_a_text_can_begin_a_line_of_its_own() {
    let hostile = "Clinic\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:Surgery\u{b}\u{85}\u{2028}ATTACH:x";
    let hostile = Event {
        title: hostile.to_owned(),
        place: Some(hostile.to_owned()),
        details: Some(hostile.to_owned()),
        ..event()
    };
    let text = write(&[hostile], MADE);
    let calendar = parsed(&text);
    let [event] = *events(&calendar) else { panic!("{text}") };
    assert_eq!(texts(event, &ICalendarProperty::Summary).len(), 1, "{text}");
    assert!(
        !text.lines().any(|line| line.starts_with("ATTACH") || line.starts_with("SUMMARY:Surgery")),
        "{text}"
    );
    assert!(
        !text.replace("\r\n", "").contains(char::is_control),
        "a lone carriage return ends a line too: {text:?}"
    );
    let description = one(event, &ICalendarProperty::Description).unwrap();
    assert_eq!(description.lines().count(), 4, "its own lines stay: {description:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_as_it_was_on_one_line(title in "\\PC{0,200}", place in "\\PC{1,300}") {
        let text = write(&[Event { title: title.clone(), place: Some(place.clone()), ..event() }], MADE);
        // RFC 5545 asks for 75 octets where it can be done; the library's last line of a folded text may have one more.
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 76), "{}", text);
        let calendar = parsed(&text);
        let found = events(&calendar);
        prop_assert_eq!(found.len(), 1);
        // What would begin a line elsewhere is a space.
        let on_one_line = |text: &str| text.replace(['\u{2028}', '\u{2029}'], " ");
        prop_assert_eq!(one(found[0], &ICalendarProperty::Location), Some(on_one_line(&place)));
        prop_assert_eq!(one(found[0], &ICalendarProperty::Summary).unwrap_or_default(), on_one_line(&title));
    }

    #[test]
    fn any_moment_is_the_same_moment_when_read_back(begins in 0_i64..4_102_444_800, length in 1_i64..100_000) {
        let when = Span::Moments { begins, ends: Some(begins + length) };
        let calendar = parsed(&write(&[Event { when, ..event() }], MADE));
        let found = events(&calendar);
        prop_assert_eq!(moment(found[0], &ICalendarProperty::Dtstart), Some(begins));
        prop_assert_eq!(moment(found[0], &ICalendarProperty::Dtend), Some(begins + length));
    }
}
