use serde_json::Value;

/// The most characters of a reason.
const MAX: usize = 300;
/// A longer body is not searched for words.
const WORDY: usize = 128 << 10;

/// Makes words from outside plain and safe to show: control characters, line breaks and invisible or direction-changing
/// characters become one space, and no more than 300 characters stay.
pub fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || invisible(c) {
            space = count > 0;
            continue;
        }
        let needed = if space { 2 } else { 1 };
        if count + needed >= MAX {
            out.push('…');
            break;
        }
        if space {
            out.push(' ');
        }
        out.push(c);
        count += needed;
        space = false;
    }
    out
}

/// What an OperationOutcome says (FHIR R4, OperationOutcome), cleaned; empty when it is none or says nothing.
pub(crate) fn outcome(body: &[u8]) -> String {
    if body.len() > WORDY {
        return String::new();
    }
    serde_json::from_slice::<Value>(body).map(|value| outcome_value(&value)).unwrap_or_default()
}

pub(crate) fn outcome_value(value: &Value) -> String {
    if value.get("resourceType").and_then(Value::as_str) != Some("OperationOutcome") {
        return String::new();
    }
    let issues = value.get("issue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let words: Vec<&str> = issues.iter().take(5).filter_map(issue).collect();
    clean(&words.join("; "))
}

/// Whether an OperationOutcome says that the answer it came with lacks something for now (FHIR R4, IssueSeverity and
/// IssueType). `suppressed` is not among them: some portals say it with every answer, and it is for good.
pub(crate) fn outcome_says_partial(value: &Value) -> bool {
    const CODES: [&str; 7] =
        ["incomplete", "timeout", "transient", "throttled", "too-costly", "lock-error", "no-store"];
    let issues = value.get("issue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    issues.iter().any(|issue| {
        let text = |key: &str| issue.get(key).and_then(Value::as_str).unwrap_or_default();
        matches!(text("severity"), "error" | "fatal") || CODES.contains(&text("code"))
    })
}

fn issue(issue: &Value) -> Option<&str> {
    [
        issue.pointer("/details/text"),
        issue.get("diagnostics"),
        issue.pointer("/details/coding/0/display"),
        issue.get("code"),
    ]
    .into_iter()
    .flatten()
    .filter_map(Value::as_str)
    .find(|text| !text.trim().is_empty())
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_a_portal_are_made_plain() {
        assert_eq!(clean("  no\r\n\u{1b}[31m access\u{202e}txt\0 "), "no [31m access txt");
        assert_eq!(clean(&"x".repeat(10_000)).chars().count(), 300);
        assert_eq!(clean(""), "");
    }

    #[test]
    fn an_outcome_gives_its_words() {
        let body = br#"{"resourceType":"OperationOutcome","issue":[{"diagnostics":"first"},{"details":{"text":"second"}}]}"#;
        assert_eq!(outcome(body), "first; second");
        assert_eq!(outcome(b"<html>"), "");
        assert_eq!(outcome(br#"{"resourceType":"Patient","issue":[{"diagnostics":"x"}]}"#), "");
    }
}
