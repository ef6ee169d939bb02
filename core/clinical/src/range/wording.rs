//! Whether the words beside the limits say anything more than the limits do.

use fhir::describe::MeasuredRange;

use fhir::decimal::Decimal;

/// What the words of a range add to its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// Nothing.
    Same,
    /// That a limit itself is no longer within.
    Strict,
    /// Something that this code does not understand, or that contradicts them.
    More,
}

const FILLERS: [&str; 9] = ["to", "and", "or", "between", "normal", "reference", "range", "ref", "value"];
const DOWNWARDS: [&str; 6] = ["<", "\u{2264}", "less", "below", "under", "up"];
const UPWARDS: [&str; 6] = [">", "\u{2265}", "more", "greater", "above", "over"];
const STRICT: [&str; 8] = ["<", ">", "less", "below", "under", "more", "greater", "above"];

/// Holds the words of a range against its limits.
pub(super) fn of(range: &MeasuredRange, low: Option<&Decimal>, high: Option<&Decimal>) -> Wording {
    let Some(text) = range.text.as_deref() else { return Wording::Same };
    let words = words(&without_units(text, range));
    let mut strict = false;
    let mut or_equal = false;
    for word in &words {
        if let Some(number) = Decimal::plain(word) {
            if Some(&number) != low && Some(&number) != high {
                return Wording::More;
            }
            continue;
        }
        let word = word.as_str();
        let downwards = DOWNWARDS.contains(&word);
        let upwards = UPWARDS.contains(&word);
        // "< 5" says nothing of a lower limit, and so "3 to 5" is not what it says.
        if (downwards && low.is_some()) || (upwards && high.is_some()) {
            return Wording::More;
        }
        strict |= STRICT.contains(&word);
        or_equal |= matches!(word, "=" | "equal");
        if !(downwards || upwards || FILLERS.contains(&word) || matches!(word, "=" | "equal" | "than")) {
            return Wording::More;
        }
    }
    if strict && !or_equal { Wording::Strict } else { Wording::Same }
}

fn without_units(text: &str, range: &MeasuredRange) -> String {
    let limits = range.low.iter().chain(&range.high);
    let mut units: Vec<&str> =
        limits.flat_map(|limit| [limit.unit.as_deref(), limit.code.as_deref()]).flatten().collect();
    units.retain(|unit| unit.chars().any(char::is_alphabetic) || *unit == "%");
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    units.into_iter().fold(text.to_owned(), |text, unit| text.replace(unit, " ")).to_lowercase()
}

/// Numbers, signs and words, without what only stands between them.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in text.chars() {
        let joins = |one: char| one.is_alphanumeric() || one == '.';
        let sign = matches!(letter, '<' | '>' | '=' | '\u{2264}' | '\u{2265}');
        if joins(letter) && joins(last) && letter.is_alphabetic() == last.is_alphabetic() {
            if let Some(word) = found.last_mut() {
                word.push(letter);
            }
        } else if joins(letter) || sign || !is_between(letter) {
            found.push(letter.to_string());
        }
        last = letter;
    }
    found
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2013}' | '\u{2014}' | ':' | '(' | ')' | '[' | ']')
}
