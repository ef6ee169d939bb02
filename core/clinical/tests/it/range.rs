use clinical::range::{self, Compared, Person, Sex, Why};
use fhir::Resource;
use fhir::describe::{Summary, describe};
use fhir::time::FhirTime;
use proptest::prelude::*;
use serde_json::{Value, json};

const UCUM: &str = "http://unitsofmeasure.org";

fn quantity(value: &str, unit: &str) -> Value {
    let number: Value = serde_json::from_str(value).expect("a number");
    json!({"value": number, "unit": unit, "system": UCUM, "code": unit})
}

fn limits(low: &str, high: &str) -> Value {
    json!({"low": quantity(low, "mmol/L"), "high": quantity(high, "mmol/L")})
}

/// A final potassium of 4.0 with the range 3.5 to 5.1, changed.
fn observation(change: Value) -> Value {
    let mut value = json!({
        "resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "Potassium"},
        "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-10-31T07:00:00-05:00",
        "valueQuantity": quantity("4.0", "mmol/L"), "referenceRange": [limits("3.5", "5.1")]
    });
    for (key, change) in change.as_object().expect("an object") {
        value[key] = change.clone();
    }
    value
}

fn summary(value: &Value) -> Summary {
    describe(&Resource::parse(value.to_string().as_bytes()).expect("a resource"))
}

fn woman() -> Person {
    Person { born: Some(FhirTime::new("1961-10-31")), sex: Some(Sex::Female) }
}

fn compared_for(person: &Person, change: Value) -> Option<Compared> {
    let value = observation(change);
    range::of(&summary(&value), value["status"].as_str(), person)
}

fn compared(change: Value) -> Option<Compared> {
    compared_for(&woman(), change)
}

fn value(number: &str) -> Option<Compared> {
    compared(json!({"valueQuantity": quantity(number, "mmol/L")}))
}

fn signed(sign: &str, number: &str) -> Option<Compared> {
    let mut quantity = quantity(number, "mmol/L");
    quantity["comparator"] = json!(sign);
    compared(json!({"valueQuantity": quantity}))
}

fn unsure(why: Why) -> Option<Compared> {
    Some(Compared::CannotTell(why))
}

#[test]
fn h8_a_number_is_held_against_the_one_stated_range() {
    assert_eq!(value("3.4"), Some(Compared::Below));
    assert_eq!(value("3.5"), Some(Compared::Within));
    assert_eq!(value("3.49999999999999999999999"), Some(Compared::Below), "no digit is lost");
    assert_eq!(value("5.10"), Some(Compared::Within));
    assert_eq!(value("5.11"), Some(Compared::Above));
    let only = |limit: &str, number: &str| {
        compared(
            json!({"valueQuantity": quantity(number, "mmol/L"), "referenceRange": [{limit: quantity("5", "mmol/L")}]}),
        )
    };
    assert_eq!((only("low", "4.9"), only("low", "9")), (Some(Compared::Below), Some(Compared::Within)));
    assert_eq!((only("high", "5.1"), only("high", "1")), (Some(Compared::Above), Some(Compared::Within)));
}

#[test]
fn h7_what_is_within_is_not_called_normal() {
    for compared in [Compared::Below, Compared::Within, Compared::Above] {
        let words = compared.words().expect("words").to_lowercase();
        assert!(!words.contains("normal") && words.contains("the lab did not flag it"), "{words}");
    }
    assert_eq!(Compared::CannotTell(Why::Unit).words(), None);
}

#[test]
fn h8_a_sign_that_leaves_it_open_is_not_decided() {
    let straddles = unsure(Why::Straddles);
    assert_eq!(signed("<", "2"), Some(Compared::Below));
    assert_eq!(signed("<", "3.5"), Some(Compared::Below));
    assert_eq!(signed("<=", "3.5"), straddles);
    assert_eq!(signed("<", "4"), straddles);
    assert_eq!(signed("<", "9"), straddles);
    assert_eq!(signed(">", "5.1"), Some(Compared::Above));
    assert_eq!(signed(">=", "5.1"), straddles);
    assert_eq!(signed(">", "4"), straddles);
    assert!(matches!(signed("ad", "9"), Some(Compared::CannotTell(_))), "a sign that nobody here knows");
    let mut most = quantity("5", "mmol/L");
    most["comparator"] = json!("<");
    let open = json!({"valueQuantity": most, "referenceRange": [{"high": quantity("6", "mmol/L")}]});
    assert_eq!(compared(open), Some(Compared::Within), "there is no lower limit to cross");
}

#[test]
fn h8_the_labs_flag_goes_first_whatever_it_says() {
    let flag =
        |flag: Value| compared(json!({"valueQuantity": quantity("9", "mmol/L"), "interpretation": [flag]}));
    for said in [
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "N"}]}),
        json!({"text": "see comment"}),
    ] {
        assert_eq!(flag(said), None);
    }
    assert_eq!(compared(json!({"referenceRange": null})), None, "no range, nothing to say");
    assert_eq!(compared(json!({"valueQuantity": null, "valueString": "9"})), None);
}

#[test]
fn h8_only_the_very_same_unit_is_compared() {
    let unit = unsure(Why::Unit);
    let of = |unit: Value| compared(json!({"valueQuantity": unit}));
    assert_eq!(of(quantity("4", "mg/dL")), unit);
    assert_eq!(of(json!({"value": 4})), unit, "not stated is not the same");
    assert_eq!(of(json!({"value": 4, "unit": "mmol/L"})), Some(Compared::Within), "the same words");
    assert_eq!(
        of(json!({"value": 4, "unit": "millimoles", "system": UCUM, "code": "mmol/L"})),
        Some(Compared::Within)
    );
    assert_eq!(of(json!({"value": 4, "unit": "mmol/L", "system": UCUM, "code": "mmol/mL"})), unit);
    assert_eq!(of(json!({"value": 4, "unit": "mmol/L", "system": "urn:other", "code": "mmol/L"})), unit);
    let null = json!({"valueQuantity": {"value": 4, "unit": "null"}, "referenceRange": [{"low": {"value": 3, "unit": "null"}}]});
    assert_eq!(compared(null), unit);
    let bare = json!({"valueQuantity": {"value": 4}, "referenceRange": [{"low": {"value": 3}}]});
    assert_eq!(compared(bare), unit);
}

#[test]
fn h8_a_range_of_another_kind_or_for_others_is_left_out_and_an_unknown_one_stops_it() {
    let meaning = |code: &str| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/referencerange-meaning", "code": code}]});
    let with = |second: Value| {
        let mut other = limits("1", "2");
        for (key, change) in second.as_object().expect("an object") {
            other[key] = change.clone();
        }
        compared(json!({"referenceRange": [limits("3.5", "5.1"), other]}))
    };
    assert_eq!(with(json!({"type": meaning("therapeutic")})), Some(Compared::Within));
    assert_eq!(with(json!({"type": meaning("follicular")})), unsure(Why::Kind));
    assert_eq!(with(json!({"type": {"text": "our own"}})), unsure(Why::Kind));
    assert_eq!(with(json!({"type": meaning("normal")})), unsure(Why::SeveralRanges));
    assert_eq!(with(json!({"appliesTo": [{"text": "Men"}]})), Some(Compared::Within));
    assert_eq!(with(json!({"appliesTo": [{"text": "Women"}]})), unsure(Why::SeveralRanges));
    assert_eq!(with(json!({"appliesTo": [{"text": "Pregnant"}]})), unsure(Why::Whom));
    assert_eq!(with(json!({"appliesTo": [{"text": "Men"}, {"text": "Women"}]})), unsure(Why::Whom));
    let coded = json!({"coding": [{"system": "http://hl7.org/fhir/administrative-gender", "code": "male"}], "text": "Women"});
    assert_eq!(with(json!({"appliesTo": [coded]})), Some(Compared::Within), "the code goes before the words");
    let man = Person { sex: Some(Sex::Male), ..woman() };
    let for_women =
        json!({"referenceRange": [{"low": quantity("3", "mmol/L"), "appliesTo": [{"text": "female"}]}]});
    assert_eq!(compared_for(&man, for_women.clone()), unsure(Why::NoRange));
    assert_eq!(compared_for(&Person::default(), for_women), unsure(Why::Whom));
}

#[test]
fn h8_an_age_counts_only_where_it_is_surely_known() {
    let aged = |low: Option<(u32, &str)>, high: Option<(u32, &str)>, born: Option<&str>, then: &str| {
        let age = |limit: Option<(u32, &str)>| limit.map(|(n, unit)| quantity(&n.to_string(), unit));
        let mut range = limits("3.5", "5.1");
        range["age"] = json!({"low": age(low), "high": age(high)});
        let person = Person { born: born.map(FhirTime::new), sex: None };
        compared_for(&person, json!({"referenceRange": [range], "effectiveDateTime": then}))
    };
    let (yes, no, open) = (Some(Compared::Within), unsure(Why::NoRange), unsure(Why::Age));
    let adult = Some((18, "a"));
    assert_eq!(aged(adult, None, Some("2008-10-31"), "2026-10-31"), yes, "on the very birthday");
    assert_eq!(aged(adult, None, Some("2008-11-01"), "2026-10-31"), no);
    assert_eq!(aged(adult, None, Some("2008"), "2026-10-31"), open);
    assert_eq!(aged(adult, None, Some("2007"), "2026-10-31"), yes);
    assert_eq!(aged(adult, None, None, "2026-10-31"), open);
    assert_eq!(aged(adult, None, Some("1961-10-31"), "spring"), open);
    assert_eq!(aged(None, Some((65, "a")), Some("1961-11-01"), "2026-10-31"), yes, "64");
    assert_eq!(
        aged(None, Some((65, "a")), Some("1961-10-31"), "2026-10-31"),
        open,
        "65: does 'to 65' include it?"
    );
    assert_eq!(aged(None, Some((65, "a")), Some("1960-10-31"), "2026-10-31"), no, "66");
    assert_eq!(aged(Some((6, "mo")), Some((2, "a")), Some("2026-03-01"), "2026-10-31"), yes);
    assert_eq!(aged(Some((6, "mo")), Some((2, "a")), Some("2026-06-01"), "2026-10-31"), no);
    assert_eq!(aged(None, Some((4, "wk")), Some("2026-10-20"), "2026-10-31"), yes);
    assert_eq!(
        aged(None, Some((10, "d")), Some("2026-10-20"), "2026-10-31"),
        open,
        "clocks may be a day apart"
    );
    assert_eq!(aged(None, Some((30, "h")), Some("2026-10-31"), "2026-10-31"), open, "hours are not known");
    assert_eq!(aged(adult, None, Some("2027-01-01"), "2026-10-31"), open, "not born yet");
}

#[test]
fn h8_words_that_say_more_than_the_limits_stop_it() {
    let said = |number: &str, text: &str, range: Value| {
        let mut range = range;
        range["text"] = json!(text);
        compared(json!({"valueQuantity": quantity(number, "mmol/L"), "referenceRange": [range]}))
    };
    for same in ["3.5-5.1", "3.5 \u{2013} 5.1 mmol/L", "Normal range: 3.50 to 5.10", "(3.5 - 5.1)"] {
        assert_eq!(said("4", same, limits("3.5", "5.1")), Some(Compared::Within), "{same}");
    }
    for more in ["3.5-5.1 fasting", "3.5-5.3", "< 5.1", "see handbook p. 12", "3,5-5,1", "adults"] {
        assert_eq!(said("4", more, limits("3.5", "5.1")), unsure(Why::Words), "{more}");
    }
    let high = || json!({"high": quantity("5", "mmol/L")});
    assert_eq!(said("4", "< 5 mmol/L", high()), Some(Compared::Within));
    assert_eq!(
        said("5", "< 5 mmol/L", high()),
        unsure(Why::Words),
        "the words leave out 5, the limit does not"
    );
    assert_eq!(said("5", "<= 5", high()), Some(Compared::Within));
    assert_eq!(said("5", "up to 5", high()), Some(Compared::Within));
    assert_eq!(said("4", "> 5", high()), unsure(Why::Words), "the other way round");
    assert_eq!(said("4", "below 5", json!({})), unsure(Why::Words), "no limits but in words");
}

#[test]
fn h8_what_is_not_settled_is_not_compared() {
    for status in ["preliminary", "registered", "cancelled", "unknown", "entered-in-error"] {
        let found = compared(json!({"status": status}));
        assert!(matches!(found, None | Some(Compared::CannotTell(Why::Standing))), "{status}: {found:?}");
    }
    assert_eq!(compared(json!({"status": "corrected"})), Some(Compared::Within));
    let unreadable =
        json!({"modifierExtension": [{"url": "https://example.org/unheard-of", "valueBoolean": true}]});
    assert!(matches!(compared(unreadable), None | Some(Compared::CannotTell(Why::Standing))));
    let fetus = json!({"focus": [{"reference": "Observation/fetus"}]});
    assert!(matches!(compared(fetus), Some(Compared::CannotTell(Why::About | Why::Standing))));
    for limit in [
        json!({"value": "5,1", "unit": "mmol/L"}),
        json!({"value": 5.1, "comparator": "<", "unit": "mmol/L"}),
    ] {
        assert_eq!(compared(json!({"referenceRange": [{"high": limit}]})), unsure(Why::Number));
    }
    assert_eq!(
        compared(json!({"referenceRange": [limits("5.1", "3.5")]})),
        unsure(Why::Number),
        "upside down"
    );
    assert_eq!(value("4e0"), unsure(Why::Number), "not a plain decimal");
}

proptest! {
    /// Whatever is asked, an answer that is given agrees with whole thousandths.
    #[test]
    fn h8_the_answer_is_that_of_exact_numbers(number in 0_u32..20_000, low in 0_u32..10_000, more in 0_u32..10_000) {
        let text = |n: u32| format!("{}.{:03}", n / 1000, n % 1000);
        let high = low + more;
        let found = compared(json!({"valueQuantity": quantity(&text(number), "mmol/L"),
            "referenceRange": [limits(&text(low), &text(high))]}));
        let wanted = if number < low { Compared::Below } else if number > high { Compared::Above } else { Compared::Within };
        prop_assert_eq!(found, Some(wanted));
    }

    #[test]
    fn any_words_and_units_are_borne(text in ".{0,40}", unit in ".{0,12}", sign in ".{0,3}", born in "[0-9T:-]{0,12}") {
        let person = Person { born: Some(FhirTime::new(born)), sex: Some(Sex::Male) };
        let range = json!({"low": {"value": 1, "unit": unit}, "text": text, "age": {"low": {"value": 3, "unit": unit}},
            "appliesTo": [{"text": text}]});
        compared_for(&person, json!({"valueQuantity": {"value": 2, "unit": unit, "comparator": sign}, "referenceRange": [range]}));
    }
}
