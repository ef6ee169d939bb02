//! Decimal numbers as texts, compared exactly: no number of a record ever becomes a floating point number.

use std::cmp::Ordering;

/// More digits than any laboratory writes; a longer number is not compared.
const MOST_DIGITS: usize = 60;

/// A number as FHIR writes one: an optional `-`, digits, perhaps a fraction and an exponent. Nothing that could be read in
/// two ways (`1,5`, `.5`, `1.`).
pub fn is_decimal(text: &str) -> bool {
    read(text).is_some()
}

/// How `one` compares with `other`; nothing where one of them is no such number, or has too many digits.
pub fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (read(one)?.digits()?, read(other)?.digits()?);
    Some(match (one.negative, other.negative) {
        (false, false) => one.size(&other),
        (true, true) => other.size(&one),
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
    })
}

struct Parts<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i32,
}

/// 0.d1d2d3... x 10^scale, without zeros at either end; no digits for zero.
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    scale: i32,
}

fn read(text: &str) -> Option<Parts<'_>> {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(n, e)| (n, Some(e)));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(w, f)| (w, Some(f)));
    let exponent = match exponent {
        None => 0,
        Some(text) => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            all_digits(digits).then(|| text.parse().ok()).flatten()?
        }
    };
    let right = all_digits(whole) && fraction.is_none_or(all_digits);
    right.then_some(Parts { negative, whole, fraction: fraction.unwrap_or_default(), exponent })
}

impl Parts<'_> {
    fn digits(&self) -> Option<Digits> {
        if self.whole.len() + self.fraction.len() > MOST_DIGITS || self.exponent.unsigned_abs() > 1_000 {
            return None;
        }
        let mut digits: Vec<u8> = self.whole.bytes().chain(self.fraction.bytes()).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        let scale = i32::try_from(self.whole.len()).ok()? - i32::try_from(zeros).ok()? + self.exponent;
        let zero = digits.is_empty();
        Some(Digits { negative: self.negative && !zero, digits, scale: if zero { i32::MIN } else { scale } })
    }
}

impl Digits {
    fn size(&self, other: &Self) -> Ordering {
        self.scale.cmp(&other.scale).then_with(|| self.digits.cmp(&other.digits))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn h8_only_what_can_be_read_in_one_way_is_a_number() {
        for number in ["5", "-5.40", "0.1", "1.5e3", "1E-2", "00.50"] {
            assert!(is_decimal(number), "{number}");
        }
        for other in [
            "",
            "-",
            "1,5",
            "1.",
            ".5",
            "1e",
            "<5",
            "1 000",
            "NaN",
            "5 mg",
            "1.2.3",
            "+5",
            "1e99999999999",
            "٥",
        ] {
            assert!(!is_decimal(other), "{other}");
        }
    }

    #[test]
    fn h8_numbers_compare_by_their_digits() {
        let equal = [
            ("5", "5.0"),
            ("0", "-0.00"),
            ("1.5e3", "1500"),
            ("0.0", "0e5"),
            ("00.50", "5e-1"),
            ("1200", "12e2"),
        ];
        for (one, other) in equal {
            assert_eq!(compare(one, other), Some(Ordering::Equal), "{one} {other}");
        }
        let less = [
            ("4.99", "5"),
            ("-5", "4"),
            ("-5", "-4.9"),
            ("0.1", "0.10000000000000000001"),
            ("0", "0.001"),
            ("-1", "0"),
            ("99", "100"),
        ];
        for (one, other) in less {
            assert_eq!(compare(one, other), Some(Ordering::Less), "{one} {other}");
            assert_eq!(compare(other, one), Some(Ordering::Greater), "{other} {one}");
        }
        assert_eq!(compare("5", "<5"), None);
        assert_eq!(compare(&"9".repeat(100), "5"), None);
    }

    proptest! {
        #[test]
        fn whole_numbers_and_thousandths_compare_as_numbers_do(one in -100_000_000i64..100_000_000, other in -100_000_000i64..100_000_000) {
            let text = |n: i64| format!("{}{}.{:03}", if n < 0 { "-" } else { "" }, n.abs() / 1_000, n.abs() % 1_000);
            prop_assert_eq!(compare(&text(one), &text(other)), Some(one.cmp(&other)));
            prop_assert_eq!(compare(&one.to_string(), &format!("{other}e0")), Some(one.cmp(&other)));
        }
    }
}
