use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::tables::{ABOUT, CODES, LABELS, SNOMED, SYSTEMS, rows, strength_named};
use super::*;

fn of(value: Value) -> Vec<(Category, Strength)> {
    let found = findings(&Resource::parse(value.to_string().as_bytes()).unwrap());
    found.into_iter().map(|finding| (finding.category, finding.strength)).collect()
}

fn coded(system: &str, code: &str) -> Vec<(Category, Strength)> {
    of(
        json!({"resourceType": "Condition", "id": "1", "code": {"coding": [{"system": system, "code": code}]}}),
    )
}

const ICD: &str = "http://hl7.org/fhir/sid/icd-10-cm";
use Category::*;
use Strength::*;

#[test]
fn every_row_of_the_tables_is_well_formed() {
    let systems: BTreeSet<_> = rows(SYSTEMS).map(|row| row[0]).collect();
    let files = CODES.iter().copied().chain([SNOMED]);
    let mut known = BTreeSet::new();
    for row in files.flat_map(rows) {
        let [category, label, system, how, code, display, strength, source, certainty] = row[..] else {
            panic!("{row:?} has {} cells", row.len())
        };
        assert!(Category::named(category).is_some() && strength_named(strength).is_some(), "{row:?}");
        assert!(["read", "recalled"].contains(&certainty) && !source.is_empty(), "{row:?}");
        assert!(![label, display, code].contains(&""), "{row:?}");
        assert_eq!(row.iter().map(|cell| cell.trim()).collect::<Vec<_>>(), row, "no blanks around");
        match how {
            "exact" | "prefix" => assert!(systems.contains(system), "{row:?}"),
            "name" | "word" => assert!(code.len() > 2 && code.is_ascii(), "{row:?}"),
            _ => panic!("{row:?}"),
        }
        assert!(how != "word" || strength == "weak", "a word alone withholds nothing: {row:?}");
        assert!(certainty == "read" || how == "name" || how == "word", "{row:?}");
        // SNOMED CT is in the list twice when its feature is on.
        let again = !known.insert((category, system, how, code));
        assert!(!again || system == "SNOMED CT", "{row:?} is there twice");
    }
    assert_eq!(known.iter().filter(|(_, _, how, _)| *how == "name").count(), 210);
}

#[test]
fn every_label_and_address_is_well_formed() {
    let mut known = BTreeSet::new();
    for row in rows(LABELS) {
        let [category, _, system, code, _, level, effect, source, certainty] = row[..] else {
            panic!("{row:?} has {} cells", row.len())
        };
        assert!(Category::named(category).is_some() && !source.is_empty() && certainty == "read", "{row:?}");
        assert!(["withhold", "none"].contains(&effect) && level.len() == 1, "{row:?}");
        assert!(known.insert((system, code)), "{row:?} is there twice");
    }
    let mut addresses = BTreeSet::new();
    for row in rows(SYSTEMS) {
        let [_, address, source, certainty] = row[..] else { panic!("{row:?}") };
        assert!(address.starts_with("http://") || address.starts_with("urn:oid:"), "{row:?}");
        assert!(addresses.insert(address) && !source.is_empty() && certainty == "read", "{row:?}");
    }
}

#[test]
fn the_tables_have_a_version_and_a_day_by_which_they_are_looked_over_again() {
    let day = |key| {
        let text = about(key).unwrap();
        let parts: Vec<u32> = text.split('-').map(|part| part.parse().unwrap()).collect();
        assert!(text.len() == 10 && parts.len() == 3, "{text}");
        assert!((1..=12).contains(&parts[1]) && (1..=31).contains(&parts[2]), "{text}");
        parts
    };
    assert!(day("review-by") > day("made"));
    assert_eq!(about("version").and_then(|version| version.parse::<u32>().ok()), Some(1));
    assert!(version().starts_with(about("version").unwrap()));
    assert_eq!(rows(ABOUT).count(), 3);
}

#[test]
fn h16_codes_match_exactly_or_by_prefix_with_and_without_the_dot_under_every_address_of_the_system() {
    for code in ["Z97.5", "Z975", "z97.5", " Z97.5 "] {
        assert_eq!(coded(ICD, code), [(Reproductive, Strong)], "{code}");
    }
    for code in ["F32.9", "F329", "F3"] {
        assert_eq!(coded(ICD, code), [(Mental, Strong)], "{code}");
    }
    for system in [
        "https://hl7.org/fhir/sid/icd-10-cm",
        "urn:oid:2.16.840.1.113883.6.90",
        "URN:OID:2.16.840.1.113883.6.90",
    ] {
        assert_eq!(coded(system, "F32.9"), [(Mental, Strong)], "{system}");
    }
    assert_eq!(coded("http://local.example/codes", "F32.9"), []);
    assert_eq!(coded(ICD, "I10"), []);
    assert_eq!(coded("http://loinc.org", "44261-66"), [], "numbers of LOINC have no hierarchy");
    assert_eq!(coded("http://loinc.org", "44261-6"), [(Mental, Screen)]);
}

#[test]
fn h16_all_categories_count_and_an_exact_row_decides_the_strength() {
    assert_eq!(coded(ICD, "O99.324"), [(Reproductive, Strong), (Substance, Strong)]);
    assert_eq!(coded(ICD, "O98.713"), [(Reproductive, Strong), (Hiv, Strong)]);
    assert_eq!(coded(ICD, "R45.1"), [(Mental, Weak)]);
    assert_eq!(coded(ICD, "R45.851"), [(Mental, Strong)]);
    assert_eq!(coded(ICD, "Z13.31"), [(Mental, Screen)]);
}

#[test]
fn h16_every_coding_of_a_claim_is_looked_at() {
    let claim = json!({"resourceType": "Claim", "id": "1", "diagnosis": [{"diagnosisCodeableConcept": {"coding": [
        {"system": ICD, "code": "Z30.430"}]}}], "item": [{"productOrService": {"coding": [
        {"system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "G0444"}]}}]});
    assert_eq!(of(claim), [(Reproductive, Strong), (Mental, Screen)]);
    let drug = json!({"resourceType": "Claim", "id": "1", "item": [{"productOrService": {"text": "Methylphenidate 10 MG Oral Tablet"}}]});
    assert_eq!(of(drug), [(Mental, Strong)]);
}

#[test]
fn h16_a_medicine_is_known_by_its_ingredient_as_a_whole_word() {
    let medicine = |text: &str| {
        of(
            json!({"resourceType": "MedicationRequest", "id": "1", "medicationCodeableConcept": {"text": text}}),
        )
    };
    assert_eq!(medicine("NORETHINDRONE 0.35 mg oral tablet"), [(Reproductive, Strong)]);
    assert_eq!(medicine("levonorgestrel/ethinyl estradiol"), [(Reproductive, Strong), (Gender, Weak)]);
    assert_eq!(medicine("Lithiumcarbonate"), []);
    assert_eq!(medicine("aspirin 81 mg"), []);
    let named = json!({"resourceType": "MedicationRequest", "id": "1",
        "medicationReference": {"reference": "Medication/9", "display": "Truvada (emtricitabine, tenofovir)"}});
    assert_eq!(of(named), [(Hiv, Strong)]);
    let note =
        json!({"resourceType": "MedicationRequest", "id": "1", "note": [{"text": "Never give lithium"}]});
    assert_eq!(of(note), [], "a note is not the name of a medicine");
    let level = json!({"resourceType": "Observation", "id": "1", "code": {"text": "Lithium level"}});
    assert_eq!(of(level), [], "names of medicines count where medicines are named");
    let drug = json!({"resourceType": "CarePlan", "id": "1", "activity": [{"detail": {"code": {"coding": [{
        "system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "0", "display": "Sertraline 50 MG"}]}}}]});
    assert_eq!(of(drug), [(Mental, Strong)]);
}

#[test]
fn words_are_weak_and_begin_where_a_word_begins() {
    let called = |text: &str| of(json!({"resourceType": "Encounter", "id": "1", "type": [{"text": text}]}));
    assert_eq!(called("Contraceptive counselling"), [(Reproductive, Weak)]);
    assert_eq!(called("Transvaginal ultrasound"), []);
    assert_eq!(called("Étude (HIV)"), [(Hiv, Weak)]);
    assert_eq!(called("Archive"), [], "hiv stands inside a word");
    assert_eq!(called("Intimate partner violence screen"), [(Violence, Weak)]);
    let kept = json!({"resourceType": "Encounter", "id": "1", "text": {"div": "<div>abortion</div>"},
        "note": [{"text": "abortion"}], "reasonCode": [{"text": "cough"}]});
    assert_eq!(of(kept), []);
    let long = format!("{}é syphilis", "a".repeat(1_999));
    assert_eq!(called(&long), [], "a long text is not read to its end");
}

#[test]
fn h16_labels_of_the_portal_withhold_whatever_they_are_about() {
    let labelled = |labels: Value| {
        of(
            json!({"resourceType": "Observation", "id": "1", "meta": {"security": labels}, "code": {"text": "x"}}),
        )
    };
    let act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    let level = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    assert_eq!(labelled(json!([{"system": act, "code": "PSY"}])), [(Mental, Strong)]);
    assert_eq!(labelled(json!([{"system": level, "code": "R"}])), [(Other, Strong)]);
    assert_eq!(labelled(json!([{"code": "V"}])), [(Other, Strong)]);
    assert_eq!(
        labelled(json!({"system": level, "code": "HIV"})),
        [(Hiv, Strong)],
        "a bare object, an old code"
    );
    assert_eq!(
        labelled(json!([{"system": "urn:oid:2.16.840.1.113883.5.25", "code": "R"}])),
        [(Other, Strong)]
    );
    let state = "http://shift.example/CodeSystem/AB352HealthSensitivityCs";
    assert_eq!(labelled(json!([{"system": state, "code": "CONTRACEPTION"}])), [(Reproductive, Strong)]);
    assert_eq!(labelled(json!([{"system": act, "code": "NOPAT"}])), [(Other, Strong)]);
    for code in ["N", "U", "DIS", "EMP", "unknown"] {
        assert_eq!(
            labelled(json!([{"code": code}, {"system": level, "code": code}, {"system": act, "code": code}])),
            [],
            "{code}"
        );
    }
}

#[test]
fn a_finding_says_by_what_and_the_strongest_counts() {
    let found = findings(
        &Resource::parse(
            json!({"resourceType": "Condition", "id": "1", "code": {"text": "Depression",
        "coding": [{"system": ICD, "code": "F32.9", "display": "Depression"}]}})
            .to_string()
            .as_bytes(),
        )
        .unwrap(),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].strength, Strong);
    assert!(!found[0].by.contains("word"), "{found:?}");
    let weak = Finding { strength: Weak, by: "the word \"depression\"".to_owned(), ..found[0].clone() };
    assert_eq!(joined(vec![weak.clone()], &found), found);
    assert_eq!(joined(found.clone(), &[weak]), found);
    let other = Finding { category: Hiv, ..found[0].clone() };
    assert_eq!(joined(vec![other.clone()], &found), [found[0].clone(), other]);
}

#[test]
fn the_patients_settings_decide_what_a_finding_does() {
    let finding = |category, strength| vec![Finding { category, strength, by: String::new() }];
    let usual = Settings::default();
    assert!(usual.withhold(&finding(Mental, Strong)) && usual.withhold(&finding(Mental, Screen)));
    assert!(!usual.withhold(&finding(Mental, Weak)) && !usual.withhold(&[]));
    let screening = Settings { screening_open: true, ..Settings::default() };
    assert!(screening.withhold(&finding(Mental, Strong)) && !screening.withhold(&finding(Mental, Screen)));
    let shut = Settings { withheld: [Mental].into(), ..screening.clone() };
    assert!(shut.withhold(&finding(Mental, Screen)) && !shut.withhold(&finding(Hiv, Screen)));
    let open = Settings { open: [Mental].into(), ..Settings::default() };
    assert!(!open.withhold(&finding(Mental, Strong)) && open.withhold(&finding(Hiv, Strong)));
    assert!(open.withhold(&[finding(Mental, Strong), finding(Hiv, Strong)].concat()));
}

#[test]
fn categories_are_known_by_their_names() {
    for category in Category::ALL {
        assert_eq!(Category::named(category.name()), Some(*category));
        assert_eq!(serde_json::to_value(category).unwrap(), category.name());
        assert!(!category.words().is_empty());
    }
    assert_eq!(Category::ALL.len(), 9);
}
