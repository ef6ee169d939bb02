use fhir::time::{FhirTime, Precision};
use proptest::prelude::*;

#[test]
fn each_precision_is_kept_and_shown_in_the_recorded_zone() {
    for (text, precision, shown, start, end) in [
        ("2024", Precision::Year, "2024", 1_704_067_200, 1_735_689_599),
        ("2024-02", Precision::Month, "February 2024", 1_706_745_600, 1_709_251_199),
        ("2024-03-14", Precision::Day, "14 March 2024", 1_710_374_400, 1_710_460_799),
        ("2024-03-14T09:30", Precision::Minute, "14 March 2024 09:30", 1_710_408_600, 1_710_408_659),
        (
            "2024-03-14T09:30:00+01:00",
            Precision::Second,
            "14 March 2024 09:30 (+01:00)",
            1_710_405_000,
            1_710_405_000,
        ),
        (
            "2024-03-14T09:30:15-05:30",
            Precision::Second,
            "14 March 2024 09:30:15 (-05:30)",
            1_710_428_415,
            1_710_428_415,
        ),
        (
            "2024-03-14T09:30:00.120Z",
            Precision::Fraction,
            "14 March 2024 09:30 (UTC)",
            1_710_408_600,
            1_710_408_600,
        ),
        (
            "2016-12-31T23:59:60Z",
            Precision::Second,
            "31 December 2016 23:59:59 (UTC)",
            1_483_228_799,
            1_483_228_799,
        ),
        ("0001-01-01", Precision::Day, "1 January 0001", -62_135_596_800, -62_135_510_401),
    ] {
        let time = FhirTime::new(text);
        assert_eq!(time.precision(), Some(precision), "{text}");
        assert_eq!(time.display(), shown);
        assert_eq!(time.sort_key(), Some(start), "{text}");
        assert_eq!(time.end_key(), Some(end), "{text}");
        assert_eq!(time.text(), text);
    }
}

#[test]
fn what_cannot_be_read_keeps_its_text() {
    for text in [
        "",
        "spring",
        "2024-13",
        "2024-02-30",
        "2023-02-29",
        "24-01-01",
        "2024-1-1",
        "2024-01T10:00",
        "2024-01-01T25:00:00Z",
        "2024-01-01T10:00:00+99:00",
        "2024-01-01T10:00:00.Z",
        "2024-01-01T",
        "2024-01-01-01",
        "\u{0660}\u{0660}\u{0660}\u{0660}",
        "2024-01-01T10:00:00+é1:00",
    ] {
        let time = FhirTime::new(text);
        assert_eq!((time.precision(), time.sort_key(), time.end_key()), (None, None, None), "{text}");
        assert_eq!(time.display(), text);
    }
}

#[test]
fn it_is_stored_as_its_text() {
    let time = FhirTime::new("2024-03");
    let json = serde_json::to_string(&time).unwrap();
    assert_eq!(json, "\"2024-03\"");
    assert_eq!(serde_json::from_str::<FhirTime>(&json).unwrap(), time);
}

proptest! {
    #[test]
    fn any_text_is_kept_and_sorts_within_itself(text in ".{0,40}") {
        let time = FhirTime::new(text.clone());
        prop_assert_eq!(time.text(), text);
        prop_assert_eq!(time.sort_key().is_some(), time.precision().is_some());
        prop_assert!(time.sort_key() <= time.end_key() || time.end_key().is_none());
        let _ = time.display();
    }

    #[test]
    fn moments_sort_as_their_clock_says(y in 1900i32..2100, mo in 1u32..13, d in 1u32..29, h in 0u32..24, mi in 0u32..60, off in -11i32..13) {
        let sign = if off < 0 { '-' } else { '+' };
        let local = FhirTime::new(format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:00{sign}{:02}:00", off.abs()));
        let utc = FhirTime::new(format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:00Z"));
        prop_assert_eq!(local.sort_key().unwrap() + i64::from(off) * 3600, utc.sort_key().unwrap());
        let day = FhirTime::new(format!("{y:04}-{mo:02}-{d:02}"));
        prop_assert!(day.sort_key() <= utc.sort_key() && utc.end_key() <= day.end_key());
    }
}
