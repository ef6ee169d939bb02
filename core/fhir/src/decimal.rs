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
    Some(Decimal::read(one)?.cmp(&Decimal::read(other)?))
}

/// A number with all its digits, ordered as numbers are: `5`, `5.0` and `50e-1` are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// 0.d1d2d3... x 10^scale, without zeros at either end; none for zero.
    digits: Vec<u8>,
    scale: i32,
}

impl Decimal {
    /// A number by [`is_decimal`]; nothing for another text, and for one with too many digits.
    pub fn read(text: &str) -> Option<Self> {
        read(text)?.digits()
    }

    /// The same without an exponent, as people and laboratories write numbers.
    pub fn plain(text: &str) -> Option<Self> {
        Some(text).filter(|text| !text.contains(['e', 'E'])).and_then(Self::read)
    }

    fn size(&self, other: &Self) -> Ordering {
        self.scale.cmp(&other.scale).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.size(other),
            (true, true) => other.size(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Parts<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i32,
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
    fn digits(&self) -> Option<Decimal> {
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
        Some(Decimal { negative: self.negative && !zero, digits, scale: if zero { i32::MIN } else { scale } })
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

    #[test]
    fn h8_a_plain_number_has_no_exponent_and_is_read_in_one_way() {
        let plain = |text: &str| Decimal::plain(text).unwrap();
        assert!(plain("5.10") == plain("5.1") && plain("005") == plain("5") && plain("-0.0") == plain("0"));
        assert!(plain("5.09") < plain("5.1") && plain("-2") < plain("-1.5") && plain("10") > plain("9.99"));
        assert!(plain("0.30000000000000001") > plain("0.3"), "a binary fraction would not see it");
        let many = "9".repeat(61);
        for text in ["", "-", "1,5", "1.", ".5", "1e3", "1E3", "+5", "<5", "1 000", "1.2.3", "\u{664}", &many]
        {
            assert_eq!(Decimal::plain(text), None, "{text}");
        }
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
