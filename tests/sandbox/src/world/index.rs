//! What a search can ask of a resource.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime};
use serde_json::Value;

/// The search parameters that take a token, and the elements they look at.
const TOKENS: &[(&str, &[&str])] = &[
    ("category", &["category"]),
    ("class", &["class"]),
    ("clinical-status", &["clinicalStatus"]),
    ("code", &["code", "medicationCodeableConcept", "vaccineCode"]),
    ("identifier", &["identifier"]),
    ("intent", &["intent"]),
    ("status", &["status", "lifecycleStatus"]),
    ("type", &["type"]),
    ("vaccine-code", &["vaccineCode"]),
    ("verification-status", &["verificationStatus"]),
];

/// The elements that `date` looks at: the first that is there.
const DATES: &[&str] = &[
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "performedDateTime",
    "performedPeriod",
    "occurrenceDateTime",
    "occurrencePeriod",
    "period",
    "started",
    "start",
    "authoredOn",
    "recordedDate",
    "onsetDateTime",
    "date",
    "created",
    "recorded",
    "sent",
    "startDate",
];

/// When a resource was written down, for `meta.lastUpdated`: the first that is there.
const RECORDED: &[&str] = &[
    "issued",
    "recordedDate",
    "authoredOn",
    "recorded",
    "date",
    "created",
    "effectiveDateTime",
    "performedDateTime",
    "performedPeriod",
    "occurrenceDateTime",
    "started",
    "period",
];

/// The indexed tokens (system, code) by parameter, and the dates of a resource as [start, end) in Unix seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    tokens: BTreeMap<&'static str, Vec<(String, String)>>,
    date: Option<(i64, i64)>,
}

impl Index {
    pub(crate) fn of(resource: &Value) -> Index {
        let mut tokens = BTreeMap::new();
        for (name, paths) in TOKENS {
            let found: Vec<_> =
                paths.iter().flat_map(|path| at(resource, path)).flat_map(tokens_of).collect();
            if !found.is_empty() {
                tokens.insert(*name, found);
            }
        }
        Index { tokens, date: DATES.iter().find_map(|path| range_of(resource.get(path)?)) }
    }

    /// Whether the parameter `name` is one that takes a token.
    pub(crate) fn is_token(name: &str) -> bool {
        TOKENS.iter().any(|(known, _)| *known == name)
    }

    /// Whether the resource has one of these tokens (`code`, `system|code`, `|code`, `system|`; a comma is "or").
    pub(crate) fn has(&self, name: &str, wanted: &str) -> bool {
        let tokens = self.tokens.get(name).map(Vec::as_slice).unwrap_or_default();
        wanted.split(',').any(|wanted| tokens.iter().any(|token| token_matches(token, wanted)))
    }

    pub(crate) fn date(&self) -> Option<(i64, i64)> {
        self.date
    }
}

/// A search by date: `ge2024-03`, `lt2024-01-01T00:00:00Z`, `2024`. None if it cannot be read.
pub(crate) fn date_matches(range: (i64, i64), wanted: &str) -> Option<bool> {
    let (prefix, text) = match wanted.split_at_checked(2) {
        Some((prefix, rest)) if prefix.bytes().all(|byte| byte.is_ascii_lowercase()) => (prefix, rest),
        _ => ("eq", wanted),
    };
    let ((start, end), (from, to)) = (range, date_range(text)?);
    match prefix {
        "eq" => Some(start >= from && end <= to),
        "ne" => Some(start < from || end > to),
        "gt" => Some(end > to),
        "ge" => Some(end > from),
        "lt" => Some(start < from),
        "le" => Some(start < to),
        "sa" => Some(start >= to),
        "eb" => Some(end <= from),
        _ => None,
    }
}

/// When the resource was written down, in Unix seconds.
pub(super) fn recorded(resource: &Value) -> Option<i64> {
    RECORDED.iter().find_map(|path| range_of(resource.get(path)?)).map(|(start, _)| start)
}

/// A FHIR date or dateTime as [start, end) in Unix seconds; without a zone it is taken as UTC.
pub(crate) fn date_range(text: &str) -> Option<(i64, i64)> {
    if text.contains('T') {
        let with_seconds = DateTime::parse_from_rfc3339(text);
        let moment = with_seconds.or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z")).ok()?;
        return Some((moment.timestamp(), moment.timestamp().checked_add(1)?));
    }
    let (first, after) = match text.len() {
        4 => (day(&format!("{text}-01-01"))?, Months::new(12)),
        7 => (day(&format!("{text}-01"))?, Months::new(1)),
        _ => {
            let first = day(text)?;
            return Some((midnight(first), midnight(first.checked_add_days(Days::new(1))?)));
        }
    };
    Some((midnight(first), midnight(first.checked_add_months(after)?)))
}

/// A moment as FHIR writes it, in UTC with whole seconds.
pub(crate) fn stamp_text(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The values at a dotted path, through every array on the way.
pub(crate) fn at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for name in path.split('.') {
        found = found.into_iter().filter_map(|value| value.get(name)).flat_map(each).collect();
    }
    found
}

fn each(value: &Value) -> Vec<&Value> {
    value.as_array().map(|list| list.iter().collect()).unwrap_or_else(|| vec![value])
}

/// The tokens of a code, a Coding, an Identifier or a CodeableConcept.
fn tokens_of(value: &Value) -> Vec<(String, String)> {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(code) = value.as_str() {
        return vec![(String::new(), code.to_owned())];
    }
    if let Some(codings) = value.get("coding").and_then(Value::as_array) {
        return codings.iter().map(|coding| (text(coding, "system"), text(coding, "code"))).collect();
    }
    let code = if value.get("value").is_some() { text(value, "value") } else { text(value, "code") };
    if code.is_empty() { Vec::new() } else { vec![(text(value, "system"), code)] }
}

fn token_matches((system, code): &(String, String), wanted: &str) -> bool {
    match wanted.split_once('|') {
        None => code == wanted,
        Some((wanted_system, "")) => system == wanted_system,
        Some((wanted_system, wanted_code)) => system == wanted_system && code == wanted_code,
    }
}

fn range_of(value: &Value) -> Option<(i64, i64)> {
    if let Some(text) = value.as_str() {
        return date_range(text);
    }
    let side = |name: &str| value.get(name).and_then(Value::as_str).and_then(date_range);
    match (side("start"), side("end")) {
        (None, None) => None,
        (start, end) => Some((start.map_or(i64::MIN, |start| start.0), end.map_or(i64::MAX, |end| end.1))),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn midnight(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_date_is_the_whole_of_its_time() {
        let march = date_range("2024-03").unwrap();
        assert_eq!(stamp_text(march.0), "2024-03-01T00:00:00Z");
        assert_eq!(stamp_text(march.1), "2024-04-01T00:00:00Z");
        assert_eq!(date_range("2024-03-14T09:30:00+01:00"), date_range("2024-03-14T08:30:00Z"));
        assert_eq!(date_range("the day before yesterday"), None);
    }

    #[test]
    fn prefixes_compare_as_the_search_page_says() {
        let noon = date_range("2024-03-14T12:00:00Z").unwrap();
        for (wanted, hit) in [
            ("2024", true),
            ("ge2024-03-14", true),
            ("gt2024-03-14", false),
            ("lt2024-03-14T12:00:00Z", false),
            ("le2024-03-14T12:00:00Z", true),
            ("gt2024-03-14T12:00:00Z", false),
            ("sa2024-03-13", true),
            ("eb2024-03-14", false),
        ] {
            assert_eq!(date_matches(noon, wanted), Some(hit), "{wanted}");
        }
        assert_eq!(date_matches(noon, "xx2024"), None);
    }

    #[test]
    fn tokens_match_with_and_without_a_system() {
        let index = Index::of(&serde_json::json!({
            "category": [{"coding": [{"system": "urn:s", "code": "laboratory"}]}], "status": "final"
        }));
        assert!(index.has("category", "laboratory"));
        assert!(index.has("category", "other,urn:s|laboratory"));
        assert!(!index.has("category", "urn:t|laboratory"));
        assert!(!index.has("category", "|laboratory"));
        assert!(index.has("status", "final"));
    }
}
