use std::cmp::Ordering;

/// More digits than any measurement has.
const MOST: usize = 64;

/// A plain decimal with all its digits: compared exactly, never rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// Without leading zeros.
    whole: String,
    /// Without trailing zeros.
    fraction: String,
}

impl Decimal {
    /// Reads an optional sign, digits, and perhaps a fraction; nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > MOST || !plain(whole) || !fraction.is_none_or(plain) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.unwrap_or_default().trim_end_matches('0').to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole, fraction })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |one: &Self, other: &Self| {
            let whole = one.whole.len().cmp(&other.whole.len()).then_with(|| one.whole.cmp(&other.whole));
            // Digits after the point compare like letters, as trailing zeros are gone.
            whole.then_with(|| one.fraction.cmp(&other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::read(text).unwrap()
    }

    #[test]
    fn digits_after_the_point_count_by_their_place() {
        assert!(read("5.10") == read("5.1") && read("005") == read("5") && read("-0.0") == read("0"));
        assert!(read("5.09") < read("5.1") && read("-2") < read("-1.5") && read("10") > read("9.99"));
        assert!(read("0.30000000000000001") > read("0.3"), "a binary fraction would not see it");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        for text in
            ["", "-", "1,5", "1.", ".5", "1e3", "+5", "<5", "1 000", "1.2.3", "\u{664}", &"9".repeat(65)]
        {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_numbers(one in -100_000_i64..100_000, other in -100_000_i64..100_000) {
            let text = |n: i64| format!("{}{}.{:03}", if n < 0 { "-" } else { "" }, n.abs() / 1000, n.abs() % 1000);
            prop_assert_eq!(read(&text(one)).cmp(&read(&text(other))), one.cmp(&other));
        }
    }
}
