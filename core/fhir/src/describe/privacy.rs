//! Privacy labels in plain words, the code beside them.

use std::sync::LazyLock;

use crate::lens::{CodeableConcept, Coding};

const TABLE: &str = include_str!("../../data/privacy-labels.tsv");

static LABELS: LazyLock<Vec<Label>> = LazyLock::new(|| rows().filter_map(|row| Label::read(&row)).collect());

#[derive(Clone, Copy)]
struct Label {
    system: &'static str,
    code: &'static str,
    words: &'static str,
}

/// `HIV or AIDS (HIV)`; the sender's own words too where they say something else. A code without words as it came.
pub(super) fn words(coding: &Coding) -> Option<String> {
    let said = coding.label()?;
    let Some(words) = known(coding) else {
        let code = coding.code.as_deref().filter(|code| *code != said);
        return Some(code.map_or_else(|| said.to_owned(), |code| format!("{said} ({code})")));
    };
    let code = coding.code.as_deref().unwrap_or_default();
    let told = |display: &str| display.eq_ignore_ascii_case(words) || display.eq_ignore_ascii_case(code);
    Some(match coding.display.as_deref().filter(|display| !told(display)) {
        Some(display) => format!("{words} ({code}, \"{display}\")"),
        None => format!("{words} ({code})"),
    })
}

/// The labels of one concept.
pub(super) fn of(concept: &CodeableConcept) -> Option<String> {
    let words: Vec<String> = concept.codings.iter().filter_map(words).collect();
    let own = concept.text.clone().filter(|text| !words.iter().any(|told| told.contains(text.as_str())));
    crate::json::joined(own.into_iter().chain(words), "; ")
}

fn known(coding: &Coding) -> Option<&'static str> {
    let code = coding.code.as_deref()?;
    let system = coding.system.as_deref().map(list);
    let fits = |label: &&Label| label.code == code && system.is_none_or(|system| label.is_in(system));
    LABELS.iter().find(fits).map(|label| label.words)
}

/// The last word of the address of a code system; the HL7 v3 ones by their OIDs too.
fn list(system: &str) -> &str {
    match system.trim().trim_start_matches("urn:oid:") {
        "2.16.840.1.113883.5.4" => "ActCode",
        "2.16.840.1.113883.5.25" => "Confidentiality",
        other => {
            let last = other.trim_end_matches('/').rsplit('/').next().unwrap_or(other);
            last.strip_prefix("v3-").unwrap_or(last)
        }
    }
}

impl Label {
    fn read(row: &[&'static str]) -> Option<Self> {
        match row {
            [system, code, words, ..] => Some(Self { system, code, words }),
            _ => None,
        }
    }

    /// Some older labels of ActCode stood under Confidentiality.
    fn is_in(&self, list: &str) -> bool {
        let own = self.system.strip_prefix("v3-").unwrap_or(self.system);
        own == list || (list == "Confidentiality" && matches!(self.code, "ETH" | "HIV" | "PSY" | "SDV"))
    }
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn told(system: Option<&str>, code: &str, display: Option<&str>) -> Option<String> {
        words(&Coding {
            system: system.map(str::to_owned),
            code: Some(code.to_owned()),
            display: display.map(str::to_owned),
            user_selected: false,
        })
    }

    #[test]
    fn h16_every_label_has_words_a_source_and_a_certainty_once() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(row.iter().all(|cell| !cell.trim().is_empty()), "{row:?}");
            assert_eq!(row[4], "read");
            assert!(
                ["v3-ActCode", "v3-Confidentiality", "AB352HealthSensitivityCs"].contains(&row[0]),
                "{row:?}"
            );
            assert!(seen.insert((row[0], row[1])), "twice: {row:?}");
            let soothing = ["normal", "none", "negative"];
            assert!(!soothing.iter().any(|word| row[2].contains(word)), "{row:?}");
        }
        assert_eq!(seen.len(), 56);
        assert!(TABLE.lines().nth(2).unwrap().starts_with("# review-by 20"));
    }

    #[test]
    fn h16_a_label_says_in_words_what_it_is_about_and_keeps_its_code() {
        let act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        assert_eq!(
            told(Some(act), "SDV", None).as_deref(),
            Some("sexual assault, abuse or domestic violence (SDV)")
        );
        assert_eq!(
            told(Some("urn:oid:2.16.840.1.113883.5.4"), "HIV", None).as_deref(),
            Some("HIV or AIDS (HIV)")
        );
        assert_eq!(
            told(Some("http://hl7.org/fhir/v3/Confidentiality"), "PSY", None).as_deref(),
            Some("psychiatric care (PSY)")
        );
        assert_eq!(told(None, "R", Some("restricted")).as_deref(), Some("restricted (R)"));
        assert_eq!(
            told(Some(act), "MH", Some("Part 2 program")).as_deref(),
            Some("mental health (MH, \"Part 2 program\")")
        );
    }

    #[test]
    fn h16_a_label_that_nobody_knows_stays_as_it_came() {
        assert_eq!(told(Some("urn:example:labels"), "HIV", None).as_deref(), Some("HIV"));
        assert_eq!(
            told(Some("urn:example:labels"), "X", Some("Ward only")).as_deref(),
            Some("Ward only (X)")
        );
        assert_eq!(
            words(&Coding { display: Some("Ward only".to_owned()), ..Coding::default() }).as_deref(),
            Some("Ward only")
        );
    }
}
