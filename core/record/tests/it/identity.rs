use fhir::lens::Patient;
use record::identity::{Match, compare};
use serde_json::{Value, json};

fn patient(value: Value) -> Patient {
    Patient::read(&value)
}

fn alice() -> Value {
    json!({"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1961-04-02",
        "name": [{"use": "official", "family": "Müller", "given": ["Alice", "Renée"]}],
        "identifier": [{"system": "http://hospital.example/mrn", "value": "00-123"}]})
}

fn with(changes: &[(&str, Value)]) -> Patient {
    let mut value = alice();
    value["identifier"] = json!([]);
    for (name, change) in changes {
        value[*name] = change.clone();
    }
    patient(value)
}

fn named(family: &str, given: &[&str]) -> Value {
    json!([{"family": family, "given": given}])
}

fn same_number() -> Value {
    json!([{"system": "http://hospital.example/mrn/", "value": "00 123"}])
}

fn against(candidate: Patient) -> Match {
    compare(&[patient(alice())], &candidate)
}

fn is_same(candidate: Patient) -> bool {
    matches!(against(candidate), Match::Same { .. })
}

fn unsure(candidate: Patient) -> String {
    match against(candidate) {
        Match::Unsure { because } => because.join(" "),
        other => panic!("{other:?}"),
    }
}

fn different(candidate: Patient) -> String {
    match against(candidate) {
        Match::Different { because } => because.join(" "),
        other => panic!("{other:?}"),
    }
}

#[test]
fn h3_the_same_person_in_other_spellings() {
    for name in [
        named("MUELLER", &["ALICE"]),
        named("Muller", &["Alice", "R."]),
        named("Müller", &["Renée", "Alice"]),
        named("Alice", &["Müller"]),
        named("Müller-Ames", &["Alice"]),
        json!([{"text": "Dr. Alice Mueller"}]),
        json!([{"text": "MÜLLER, Alice Renee"}]),
        json!([{"family": "Ames", "given": ["Alice"]}, {"use": "maiden", "family": "Müller", "given": ["Alice"]}]),
    ] {
        assert!(is_same(with(&[("name", name.clone())])), "{name}");
    }
    assert!(is_same(with(&[("gender", json!("unknown"))])), "a sex that is not known is no mismatch");
    assert!(is_same(with(&[("gender", Value::Null)])));
    assert!(is_same(with(&[("birthDate", json!("1961-04")), ("identifier", same_number())])));
}

#[test]
fn h3_another_birth_date_is_another_person_even_with_the_same_number() {
    let said = different(with(&[("birthDate", json!("1961-04-03")), ("identifier", same_number())]));
    assert!(said.contains("The birth date differs: 1961-04-02 here, 1961-04-03 there."), "{said}");
    different(with(&[("birthDate", json!("1962"))]));
}

#[test]
fn h3_twins_and_namesakes_are_not_the_patient() {
    different(with(&[("name", named("Müller", &["Bettina"]))]));
    different(with(&[("name", named("Müller", &["Bettina", "Renée"]))]));
    different(with(&[("name", named("Smith", &["Alice"]))]));
    different(with(&[("name", named("Smith", &["Eve"]))]));
    assert!(unsure(with(&[("name", named("Müller", &["A"]))])).contains("only an initial"));
}

#[test]
fn h3_one_family_name_without_a_first_name_is_a_doubt() {
    let family = |name: &str| json!([{"family": name}]);
    let known = |name: Value| with(&[("name", name)]);
    let doubt = |a: Value, b: Value| match compare(&[known(a.clone())], &known(b.clone())) {
        Match::Unsure { because } => because.join(" "),
        other => panic!("{a} and {b}: {other:?}"),
    };
    let said = doubt(family("Ames"), family("Ames"));
    assert!(said.contains("the first name is not stated on both sides: Ames here, Ames there."), "{said}");
    doubt(family("Ames"), named("Ames", &["Alice"]));
    doubt(family("Ames"), json!([{"text": "Alice Ames"}]));
    doubt(family("de la Cruz"), family("Delacruz"));
    doubt(family("García López"), family("García López"));
    doubt(
        named("Ames", &["Alice"]),
        json!([{"family": "Müller", "given": ["Alice"]}, {"use": "maiden", "family": "Ames"}]),
    );
    assert!(is_same(with(&[("name", family("Müller")), ("identifier", same_number())])));
    for (one, other) in [
        (family("Ames"), family("Smith")),
        (family("Ames"), named("Smith", &["Alice"])),
        (named("Ames", &["Alice"]), json!([{"family": "Ames", "given": ["Bettina"]}, {"family": "Ames"}])),
    ] {
        assert!(matches!(compare(&[known(one)], &known(other.clone())), Match::Different { .. }), "{other}");
    }
    let born =
        patient(json!({"resourceType": "Patient", "name": family("Müller"), "birthDate": "1990-01-01"}));
    assert!(matches!(against(born.clone()), Match::Different { .. }));
    assert!(record::identity::replaced(&patient(alice()), &born).is_some());
}

#[test]
fn h3_what_a_person_must_decide_says_what_differs() {
    let married = unsure(with(&[("name", named("Ames", &["Alice"])), ("identifier", same_number())]));
    assert!(
        married.contains("the family name differs: Alice Renée Müller here, Alice Ames there"),
        "{married}"
    );
    assert!(
        married.contains("birth date is the same") && married.contains("number is the same"),
        "{married}"
    );
    assert!(unsure(with(&[("gender", json!("male"))])).contains("The sex differs: female here, male there."));
    assert!(unsure(with(&[("birthDate", json!("1961"))])).contains("as far as it is stated"));
    assert!(unsure(with(&[("birthDate", Value::Null)])).contains("birth date is not stated"));
    assert!(unsure(with(&[("birthDate", json!("unknown"))])).contains("birth date is not stated"));
    assert!(unsure(with(&[("name", Value::Null)])).contains("name is not stated"));
    let other_number = json!([{"system": "http://hospital.example/mrn", "value": "00-124"}]);
    assert!(
        unsure(with(&[("identifier", other_number)]))
            .contains("numbers of one and the same authority differ")
    );
    unsure(patient(json!({"resourceType": "Patient"})));
    assert!(matches!(compare(&[], &patient(alice())), Match::Unsure { .. }));
}

#[test]
fn h3_numbers_that_are_old_temporary_or_secondary_never_match_people() {
    for usage in ["old", "temp", "secondary"] {
        let number = json!([{"use": usage, "system": "http://hospital.example/mrn", "value": "00-123"}]);
        different(with(&[("name", named("Ames", &["Alice"])), ("identifier", number)]));
    }
    let no_system = json!([{"value": "00-123"}]);
    different(with(&[("name", named("Ames", &["Alice"])), ("identifier", no_system)]));
}

#[test]
fn h3_all_known_portals_are_asked() {
    let wrong = with(&[("birthDate", json!("1990-01-01"))]);
    assert!(matches!(compare(&[with(&[]), wrong], &with(&[])), Match::Unsure { .. }));
    assert!(matches!(
        compare(&[with(&[]), with(&[("birthDate", json!("1961"))])], &with(&[])),
        Match::Same { .. }
    ));
}

#[test]
fn h3_a_patient_replaced_under_the_same_id_is_told_from_one_that_was_corrected() {
    let person = |given: &str, family: &str, born: Option<&str>| {
        let mut value = serde_json::json!({"resourceType": "Patient", "id": "p1", "name": [{"family": family, "given": [given]}]});
        if let Some(born) = born {
            value["birthDate"] = born.into();
        }
        fhir::lens::Patient::read(&value)
    };
    let held = person("Alesha", "Grant", Some("1994-02-02"));
    for (given, family, born, why) in [
        ("Alesha", "Grant", Some("1994-02-02"), "the same"),
        ("Alesha", "Okafor", Some("1994-02-02"), "a married name"),
        ("Aleesha", "Grant", Some("1994-02-02"), "a corrected spelling"),
        ("Alan", "Okafor", Some("1994-02-02"), "a new name, the birth date the same"),
        ("Alesha", "Grant", Some("1994-02-20"), "a corrected birth date"),
        ("ALESHA", "Grant-Okafor", Some("1994"), "less is stated"),
        ("Alesha", "Okafor", None, "a married name, the birth date not stated"),
        ("Alan", "Okafor", Some("1994-02"), "the birth date the same as far as it is stated"),
        ("", "", Some("1931-05-06"), "no name is stated"),
    ] {
        assert_eq!(record::identity::replaced(&held, &person(given, family, born)), None, "{why}");
    }
    for (given, family, born, why) in [
        ("Otto", "Stranger", Some("1931-05-06"), "another name and another birth date"),
        ("Marla", "Grant", Some("1996-07-01"), "a sister"),
        ("Alesha", "Stranger", Some("1931-05-06"), "a namesake"),
        ("Otto", "Stranger", None, "another name, and nothing that says it is the same"),
    ] {
        let because = record::identity::replaced(&held, &person(given, family, born)).expect(why);
        assert!(because.iter().any(|said| said.contains("differs")), "{because:?}");
    }
}
