//! Flags, ranges, bounds, units and values as they came, and how a result goes its way.

use std::collections::BTreeSet;

use client::views::{Filter, Standing};
use client::{Flag, NamedResult, Query};
use harness::lines;
use sandbox::Running;

use super::{Story, field, says, show};

#[tokio::test(flavor = "multi_thread")]
async fn h7_h8_the_flag_is_the_labs_and_nothing_else_is_normal() {
    let story = Story::begin().await;
    let wanted = [
        ("flag-hh", Flag::Critical, Some("Critical high")),
        ("flag-ll", Flag::Critical, Some("Critically low (LL)")),
        ("flag-h", Flag::Outside, Some("High")),
        ("flag-v2", Flag::Outside, Some("Low (L)")),
        ("flag-n", Flag::Inside, Some("Normal")),
        ("flag-text", Flag::NotStated, Some("HIGH - see comment")),
        ("flag-text-normal", Flag::NotStated, Some("Normal")),
        ("flag-local", Flag::NotStated, Some("Panic")),
        ("flag-no-system", Flag::NotStated, Some("N")),
        ("flag-none", Flag::NotStated, None),
        ("flag-two", Flag::NotStated, Some("Normal (N), Significant change up")),
        // Against the range beside it: the lab's word, and the lab's range, both shown.
        ("flag-contradicts-h", Flag::Outside, Some("High (H)")),
        ("flag-contradicts-n", Flag::Inside, Some("Normal (N)")),
    ];
    for (id, flag, words) in wanted {
        let line = story.lab(id);
        assert_eq!((line.flag, line.flag_text.as_deref()), (flag, words), "{id}");
    }
    assert_eq!(story.lab("flag-contradicts-n").ranges, ["0.6 to 1.2 mg/dL"]);
    let all = lines(story.alice.client(), Query::Results, &Filter::default());
    let inside: BTreeSet<&str> =
        all.iter().filter(|line| line.flag == Flag::Inside).map(|line| line.reference.as_str()).collect();
    assert_eq!(inside, BTreeSet::from(["Observation/flag-n", "Observation/flag-contradicts-n"]));
    let screen = story.view(&Query::Results(Filter::default()));
    let unflagged = all.iter().filter(|line| line.resource_type == "Observation");
    let unflagged = unflagged
        .filter(|line| line.flag == Flag::NotStated && !matches!(line.standing, Standing::Withdrawn { .. }));
    assert_eq!(screen.without_flag, u64::try_from(unflagged.count()).unwrap(), "what has no flag is counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_ranges_of_every_form_are_shown_as_stated() {
    let story = Story::begin().await;
    assert_eq!(story.lab("range-low").ranges, ["40 mg/dL or more"]);
    assert_eq!(story.lab("range-high").ranges, ["0.41 mg/dL or less"]);
    assert_eq!(story.lab("range-text").ranges, ["< 0.41 negative; see lab handbook p. 12"]);
    let several = story.lab("range-several").ranges;
    assert_eq!(several.len(), 4, "{several:?}");
    for (range, words) in several.iter().zip(["women", "pregnant", "6 months", "Treatment"]) {
        assert!(range.contains(words), "{range} is for {words}");
    }
    assert!(several[0].contains("18 years"), "{several:?}");
    assert_eq!(story.lab("range-report-only").ranges, Vec::<String>::new());
    let report = story.line("DiagnosticReport/range-report");
    assert!(report.value.unwrap().contains("below 200 mg/dL"), "the only range there is");
    for id in ["range-low", "range-high", "range-several", "range-text", "bound-straddles"] {
        assert_eq!(story.lab(id).flag, Flag::NotStated, "no flag of ours: {id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_bounds_and_units_stay_as_they_came() {
    let story = Story::begin().await;
    let wanted = [
        ("bound-below", "<3 ng/L"),
        ("bound-above", ">=300 mg/g"),
        ("bound-text", "<0.1"),
        ("bound-concept", "GT 45"),
        ("bound-straddles", "<=100 ng/mL"),
        ("unit-missing", "2.5"),
        ("unit-null-text", "4.6"),
        ("unit-json-null", "91"),
        ("unit-free-text", "17 RR"),
        ("unit-other-display", "2.43 millimoles each litre"),
        ("unit-mass", "97 mg/L"),
        ("unit-number-as-text", "70.50 kg"),
        ("range-high", "0.40 mg/dL"),
    ];
    for (id, value) in wanted {
        assert_eq!(story.lab(id).value.as_deref(), Some(value), "{id}");
    }
    assert!(story.lab("unit-hl7v2").value.unwrap().starts_with("6.40 "), "its digits");
    for id in ["bound-below", "bound-above", "bound-straddles"] {
        assert!(!story.lab(id).notices.is_empty(), "told in words as well: {id}");
    }
    let everything = story.shown("Observation/unit-other-display").everything;
    assert!(everything.iter().any(|line| line.text == "mmol/L"), "the UCUM code is in reach");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_every_kind_are_told() {
    let story = Story::begin().await;
    let wanted = [
        ("value-concept", "Not detected"),
        ("value-string", "Mixed growth, probable contamination. Repeat."),
        ("value-boolean", "No"),
        ("value-integer", "0"),
        ("value-range", "5 to 10 /HPF"),
        ("value-ratio", "1:>160"),
        ("value-time", "22:30:00"),
        ("value-datetime", "March 2011"),
        ("value-components", "151/88 mm[Hg]"),
        ("value-absent", "No result: Sample clotted"),
        ("value-rendered", "1/2 (0.5) tablet"),
        ("value-two", "5.50 ng/mL"),
    ];
    for (id, value) in wanted {
        assert_eq!(story.lab(id).value.as_deref(), Some(value), "{id}");
    }
    for (id, part) in [
        ("value-quantity", " %"),
        ("value-sampled", "0.1 0.2 E L U 0.30"),
        ("value-period", "1 August 2026 20:00"),
        ("value-component-absent", "No result: Not Performed"),
        ("value-absent-primitive", "No result"),
    ] {
        let value = story.lab(id).value.unwrap_or_else(|| panic!("{id}"));
        assert!(value.contains(part), "{id}: {value}");
    }
    assert!(field(&story.lab("value-two"), "Value").contains(&"see note"), "the second value too");
    assert_eq!(story.lab("value-components").flag, Flag::Outside, "one part is high");
    assert_eq!(story.lab("value-nothing").value.as_deref(), Some("No result stated"));
    let members = story.shown("Observation/value-panel").results;
    let nowhere = NamedResult::NotHere {
        title: "Observation/gone-before-you-came".to_owned(),
        because: "Named here, and not in this record yet".to_owned(),
    };
    assert_eq!((members.len(), &members[1].named), (2, &nowhere), "one that is nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h10_a_result_goes_its_way_and_its_twin_stays_as_it_was() {
    let story = Story::begin().await;
    let twin = |portal: &Running, id: &str| show(&story.alice, portal, &format!("Observation/{id}"));
    let at_first = twin(&story.hospital, "twin-hospital").line.value;
    assert_eq!(at_first, twin(&story.clinics, "twin-clinic").line.value, "one sample, told by two portals");
    story.a_day_later(1).await;
    let chain = story.lab("chain");
    assert_eq!(chain.value.as_deref(), Some("5.2 mmol/L"));
    assert!(!says(&chain, "may change"), "{:?}", chain.notices);
    let corrected = twin(&story.hospital, "twin-hospital").line;
    assert!(says(&corrected, "corrected"), "{:?}", corrected.notices);
    assert!(matches!(&corrected.standing, Standing::Changed { from, .. } if *from == at_first));
    let other = twin(&story.clinics, "twin-clinic").line;
    assert_eq!(other.value, at_first, "the clinics have not corrected theirs: both are shown");
    assert_ne!(corrected.value, other.value);

    story.a_day_later(2).await;
    let chain = story.shown("Observation/chain");
    let history: Vec<_> = chain.history.iter().map(|r| (r.status.as_deref(), r.value.as_deref())).collect();
    assert_eq!(
        history,
        [
            (Some("amended"), Some("4.6 mmol/L")),
            (Some("final"), Some("5.2 mmol/L")),
            (Some("preliminary"), Some("5.9 mmol/L"))
        ]
    );
    assert_eq!(chain.line.flag, Flag::Inside, "the flag is that of the value shown");
    let stripped = story.shown("Observation/to-be-stripped");
    assert_eq!((stripped.line.title.as_str(), &stripped.line.value), ("Alkaline phosphatase", &None));
    assert!(stripped.referred_to_by.iter().any(|(by, _)| by == "DiagnosticReport/relies-on-stripped"));
    assert!(story.alice.client().search("431", 50).unwrap().is_empty(), "its value is not found any more");
    let cancelled = story.lab("to-be-cancelled");
    assert_eq!(cancelled.value, None);
    assert!(says(&cancelled, "not measured"), "{:?}", cancelled.notices);
}
