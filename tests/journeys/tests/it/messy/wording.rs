//! What entries are called and told as: bare codes, tags, labels, texts in the place of values, and what a search finds.

use std::collections::BTreeSet;

use client::views::{Filter, Line};
use client::{Flag, Query};

use super::{Story, field, says, served};

#[tokio::test(flavor = "multi_thread")]
async fn codes_by_address_or_oid_are_named_and_a_bare_one_says_so() {
    let story = Story::begin().await;
    let bare = |code: &str| format!("Code {code}, name not stated by the portal");
    for (reference, title) in [
        ("Condition/oid", bare("195662009 (SNOMED CT)")),
        ("MedicationRequest/oid", bare("314076 (RxNorm)")),
        ("DocumentReference/note-by-visit", bare("34117-2 (LOINC)")),
        ("Observation/codes-bare-oid", bare("718-7 (LOINC)")),
        ("Observation/codes-bare-local", bare("4711 (OID 1.2.3.4.5.6.7.8.55)")),
        // The name that a person chose, of several.
        ("Observation/codes-dual", "Hemoglobin [Mass/volume] in Blood".to_owned()),
        // The tag that SNOMED CT puts at the end of its own names.
        ("Condition/resolved", "Acute bronchitis".to_owned()),
        ("Procedure/not-done", "Radiography of wrist".to_owned()),
    ] {
        assert_eq!(story.line(reference).title, title, "{reference}");
    }
    let vaccine = story.line("Immunization/oid").title;
    assert!(vaccine.contains("(CVX)"), "{vaccine}");
    assert_eq!(
        field(&story.line("Procedure/not-done"), "Procedure"),
        ["Radiography of wrist (procedure)"],
        "as it came"
    );
    assert_eq!(story.lab("pressure-oid").value.as_deref(), Some("118/76 mm[Hg]"), "known by its OID");
    let method = story.lab("method-named");
    let told: Vec<_> =
        ["Method", "Sample", "Where on the body"].iter().flat_map(|label| field(&method, label)).collect();
    assert_eq!(told, ["Immunoassay B", "Plasma, fasting", "left arm"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_labels_are_told_in_words_with_their_codes() {
    let story = Story::begin().await;
    for (reference, words) in [
        ("Observation/label-hiv", &["restricted (R)", "HIV or AIDS (HIV)"][..]),
        ("Observation/label-v", &["very restricted (V)", "psychiatric care (PSY)"]),
        ("MedicationRequest/labelled", &["restricted (R)", "sexual and reproductive health (SEX)"]),
        ("Condition/labelled", &["restricted (R)", "mental health (MH)"]),
        ("Encounter/labelled", &["restricted (R)", "sexual assault, abuse or domestic violence (SDV)"]),
        ("Observation/label-local", &["Ward seven only (W7)"]),
    ] {
        assert_eq!(field(&story.line(reference), "Privacy label"), words, "{reference}");
    }
    let nopat = story.lab("label-nopat");
    let told = field(&nopat, "Privacy label").join("; ");
    assert!(told.contains("not to show it to the patient") && told.ends_with("(NOPAT)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_in_words_shows_its_words_and_an_empty_one_says_so() {
    let story = Story::begin().await;
    for (reference, value) in [
        ("DiagnosticReport/report-text", "Heavy growth of Klebsiella."),
        ("DiagnosticReport/report-form", "FINDINGS: a 9 mm nodule. IMPRESSION: follow up."),
        ("Observation/value-narrative", "Mixed skin flora"),
        ("DiagnosticReport/report-empty", "No result stated"),
        ("Observation/value-nothing", "No result stated"),
    ] {
        assert_eq!(story.line(reference).value.as_deref(), Some(value), "{reference}");
    }
    // A notice says already that there is none, and why; a panel has its parts.
    for reference in [
        "Observation/status-registered",
        "Observation/status-cancelled",
        "DiagnosticReport/report-cancelled",
        "Observation/value-panel",
    ] {
        assert_eq!(story.line(reference).value, None, "{reference}");
    }
    let results = story.view(&Query::Results(Filter::default()));
    let empty = |line: &&Line| {
        line.value.is_none() && line.notices.is_empty() && field(line, "Part results").is_empty()
    };
    let empty: BTreeSet<&str> = results
        .groups
        .iter()
        .flat_map(|group| &group.lines)
        .filter(empty)
        .map(|line| line.reference.as_str())
        .collect();
    let has_results = |reference: &&&str| story.shown(reference).results.is_empty();
    assert_eq!(empty.iter().filter(has_results).count(), 0, "an empty line: {empty:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_a_flag_that_contradicts_its_range_asks_and_an_unreadable_entry_flags_nothing() {
    let story = Story::begin().await;
    let asks = |id: &str| says(&story.lab(id), "the lab's flag and its stated range do not agree: ask");
    for id in ["flag-contradicts-h", "flag-contradicts-n", "flag-component"] {
        assert!(asks(id), "{id}: {:?}", story.lab(id).notices);
    }
    for id in [
        "flag-hh",
        "flag-h",
        "flag-n",
        "flag-none",
        "flag-two",
        "range-several",
        "chain",
        "modifier-observation",
    ] {
        assert!(!asks(id), "{id}");
    }
    let unreadable = story.lab("modifier-observation");
    assert_eq!((unreadable.flag, unreadable.flag_text.as_deref()), (Flag::NotStated, None));
    assert_eq!(field(&unreadable, "The lab's flag, as sent"), ["Normal (N)"], "nothing of it is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn medicines_named_elsewhere_say_where_and_directions_are_told_as_rendered() {
    let story = Story::begin().await;
    for id in ["cross-server", "contained-missing", "urn", "no-type", "logical", "unresolvable"] {
        let line = story.line(&format!("MedicationRequest/{id}"));
        let told = line.notices.iter().any(|notice| notice.to_lowercase().contains("medicine"));
        assert!(told, "{id} names nothing that is held, and does not say so: {:?}", line.notices);
    }
    for id in ["contained", "by-reference", "twin-hospital"] {
        let line = story.line(&format!("MedicationRequest/{id}"));
        assert!(
            !line.notices.iter().any(|notice| notice.to_lowercase().contains("medicine")),
            "{id}: {:?}",
            line.notices
        );
    }
    let whole = "1 tablet each evening for 2 weeks, then 2 tablets each evening";
    let rendered = story.line("MedicationRequest/rendered");
    assert_eq!(rendered.value.as_deref(), Some(whole));
    assert_eq!(
        (field(&rendered, "How to take"), field(&rendered, "In coded form")),
        (vec![whole], vec!["1 tablet", "2 tablet"])
    );
    let otherwise = story.line("MedicationRequest/rendered-otherwise").value.unwrap();
    assert_eq!(otherwise, "1 tablet a day; also written as: 2 tablets a day", "neither is hidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_no_known_allergy_does_not_warn_and_one_that_is_over_reassures_nobody() {
    let story = Story::begin().await;
    for id in ["no-known-drug-words", "no-known", "no-known-oid", "no-known-over", "no-known-refuted"] {
        let line = story.line(&format!("AllergyIntolerance/{id}"));
        for contrary in ["warn", "treat as active", "no alert"] {
            assert!(!says(&line, contrary), "{id}: {:?}", line.notices);
        }
    }
    for id in ["no-known-over", "no-known-refuted"] {
        assert!(says(
            &story.line(&format!("AllergyIntolerance/{id}")),
            "does not say that there are no allergies"
        ));
    }
    let headings = story.headings(&Query::Allergies(Filter::default()));
    let under = |id: &str| headings[&format!("AllergyIntolerance/{id}")].clone();
    assert_eq!(under("no-known-oid"), "Recorded as: no known allergies");
    assert_eq!(under("no-known-over"), "Recorded as: nothing is known about allergies");
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_numbers_and_addresses_that_are_over_say_so() {
    let story = Story::begin().await;
    let profile = story.view(&Query::Profile);
    let hers = profile
        .groups
        .iter()
        .flat_map(|group| &group.lines)
        .find(|line| line.issuer == story.hospital.base_url());
    let hers = hers.unwrap();
    assert_eq!(field(hers, "Phone"), ["555-0142 (in use until 2011)", "555-0177 (mobile)"]);
    let addresses = field(hers, "Address");
    assert!(
        addresses[0].contains("1 Left St")
            && addresses[0].ends_with("(no longer in use; in use until May 2009)"),
        "{addresses:?}"
    );
    assert_eq!(addresses[1], "Flat 3 12 Ferry Lane Riverbend");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_words_and_not_the_addresses_of_lists_of_codes() {
    let story = Story::begin().await;
    let found = |words: &str| -> BTreeSet<(String, String)> {
        let hits = story.alice.client().search(words, 200).unwrap().into_iter();
        hits.filter_map(|hit| hit.line.map(|line| (line.issuer, line.reference))).collect()
    };
    for word in [
        "terminology",
        "CodeSystem",
        "StructureDefinition",
        "unitsofmeasure",
        "loinc.org",
        "riverbend.example",
    ] {
        assert_eq!(found(word), BTreeSet::new(), "{word}");
    }
    // Every one that "normal" finds says it in a word or a code of its own.
    let says_it = [&story.hospital, &story.clinics].into_iter().flat_map(|portal| {
        let own = served(portal).into_iter().filter(|one| {
            String::from_utf8_lossy(&one.bytes).to_lowercase().replace("-normal", "").contains("normal\"")
        });
        own.map(|one| (portal.base_url(), format!("{}/{}", one.resource_type, one.id))).collect::<Vec<_>>()
    });
    let says_it: BTreeSet<_> = says_it.collect();
    let normal = found("normal");
    assert!(normal.is_superset(&says_it) && normal.len() <= says_it.len() + 2, "{normal:?} {says_it:?}");
    for words in ["314076", "Immunoassay", "W7", "Klebsiella", "flora", "RB-0042"] {
        assert!(!found(words).is_empty(), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_screen_shows_steers_it_or_hides_between_letters() {
    let story = Story::begin().await;
    let inert = |what: &str, text: &str| {
        let acting: Vec<char> = text.chars().filter(|letter| !fhir::text::is_inert(*letter)).collect();
        assert!(acting.is_empty(), "{what}: {acting:?} in {text:?}");
    };
    for line in story.all() {
        let values = [Some(&line.title), line.value.as_ref(), line.when.as_ref(), line.flag_text.as_ref()];
        let texts = values.into_iter().flatten().chain(&line.ranges).chain(&line.notices);
        for text in texts.chain(line.fields.iter().map(|field| &field.label)) {
            inert(&line.reference, text);
        }
        // What a field says keeps its lines.
        for text in line.fields.iter().flat_map(|field| field.text.lines()) {
            inert(&line.reference, text);
        }
        let shown = story
            .alice
            .client()
            .show(&format!("{}|{}", line.issuer, line.reference.replacen('/', "|", 1)))
            .unwrap();
        // There a text keeps its lines.
        for text in shown.everything.iter().flat_map(|held| held.text.lines()) {
            inert(&line.reference, text);
        }
    }
}
