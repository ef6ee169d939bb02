use super::coded::CodeableConcept;
use super::quantity::Quantity;
use super::value::Value;
use crate::modifiers;

/// The sign of a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
    /// A sign that is not one of these four, as it came: the number is not the value, and more is not known.
    Other(String),
}

/// A value of which only a limit is known: `<0.1`, `GT 45`. Never to be drawn, joined or compared as if it were its
/// number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// On which side of the number the value lies.
    pub comparator: Comparator,
    /// The number with its digits, as it came; may be no plain number (`1:10`, `1.5 x 10^5`).
    pub number: String,
    /// The unit, as it came.
    pub unit: Option<String>,
}

/// Signs and words before a number; longer ones before those that begin them.
const BEFORE: [(&str, Comparator); 30] = [
    ("<=", Comparator::AtMost),
    ("=<", Comparator::AtMost),
    ("\u{2264}", Comparator::AtMost),
    (">=", Comparator::AtLeast),
    ("=>", Comparator::AtLeast),
    ("\u{2265}", Comparator::AtLeast),
    ("<", Comparator::Less),
    (">", Comparator::Greater),
    ("less than or equal to", Comparator::AtMost),
    ("greater than or equal to", Comparator::AtLeast),
    ("not less than", Comparator::AtLeast),
    ("no less than", Comparator::AtLeast),
    ("not more than", Comparator::AtMost),
    ("no more than", Comparator::AtMost),
    ("less than", Comparator::Less),
    ("lower than", Comparator::Less),
    ("greater than", Comparator::Greater),
    ("higher than", Comparator::Greater),
    ("more than", Comparator::Greater),
    ("at least", Comparator::AtLeast),
    ("at most", Comparator::AtMost),
    ("up to", Comparator::AtMost),
    ("below", Comparator::Less),
    ("under", Comparator::Less),
    ("above", Comparator::Greater),
    ("over", Comparator::Greater),
    ("lte", Comparator::AtMost),
    ("gte", Comparator::AtLeast),
    ("lt", Comparator::Less),
    ("gt", Comparator::Greater),
];

/// Words after a number and its unit.
const AFTER: [(&str, Comparator); 6] = [
    ("or more", Comparator::AtLeast),
    ("or greater", Comparator::AtLeast),
    ("or higher", Comparator::AtLeast),
    ("or less", Comparator::AtMost),
    ("or lower", Comparator::AtMost),
    ("or fewer", Comparator::AtMost),
];

/// Signs that say "not exactly", and no more.
const VAGUE: [&str; 7] = ["~", "\u{2248}", "\u{b1}", "approximately ", "approx. ", "approx ", "about "];

impl Bound {
    /// The bound that a value states: by the comparator of a quantity, or in the words of a text, a concept or a number
    /// that came as text. Nothing when it states none.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Quantity(quantity) => Self::of_quantity(quantity),
            Value::Concept(concept) => Self::of_concept(concept),
            Value::Text(text) | Value::Number(text) | Value::Other(text) => Self::in_text(text),
            _ => None,
        }
    }

    /// The bound that a text is, if it is one as a whole: a sign or its words, a number, perhaps a unit.
    pub fn in_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 80 {
            return None;
        }
        let before = BEFORE.iter().find_map(|(sign, comparator)| Some((after_sign(text, sign)?, comparator)));
        if let Some((rest, comparator)) = before {
            return Some(numbered(text, rest, comparator));
        }
        let after =
            AFTER.iter().find_map(|(words, comparator)| Some((before_words(text, words)?, comparator)));
        if let Some((rest, comparator)) = after.filter(|(rest, _)| starts_number(rest)) {
            return Some(numbered(text, rest, comparator));
        }
        let vague = VAGUE.iter().find(|sign| after_sign(text, sign).is_some())?;
        Some(Self {
            comparator: Comparator::Other(vague.trim().to_owned()),
            number: after_sign(text, vague)?.to_owned(),
            unit: None,
        })
    }

    /// For people: `more than 45 mg/dL`; the words of the sign stand in the table of modifiers.
    pub fn display(&self) -> String {
        let number = match &self.unit {
            Some(unit) => format!("{} {unit}", self.number),
            None => self.number.clone(),
        };
        match self.comparator.sign() {
            Some(sign) => format!("{} {number}", modifiers::comparator(sign).unwrap_or(sign)),
            None => self.comparator.text().to_owned() + " " + &number,
        }
    }

    fn of_quantity(quantity: &Quantity) -> Option<Self> {
        let number = quantity.rendered.as_deref().or(quantity.value.as_deref())?;
        let unit = quantity.shown_unit().map(str::to_owned);
        let Some(sign) = quantity.comparator.as_deref() else {
            let texts = [quantity.rendered.as_deref(), quantity.value.as_deref()];
            let bound = texts.into_iter().flatten().find_map(Self::in_text)?;
            return Some(Self { unit: bound.unit.clone().or(unit), ..bound });
        };
        let number = quantity.value.as_deref().unwrap_or(number);
        Some(Self { comparator: Comparator::read(sign), number: number.to_owned(), unit })
    }

    fn of_concept(concept: &CodeableConcept) -> Option<Self> {
        let displays = concept.codings.iter().filter_map(|coding| coding.display.as_deref());
        concept.text.as_deref().into_iter().chain(displays).find_map(Self::in_text)
    }
}

impl Comparator {
    /// The sign as R4 `quantity-comparator` has it; nothing for another one.
    pub fn sign(&self) -> Option<&'static str> {
        match self {
            Self::Less => Some("<"),
            Self::AtMost => Some("<="),
            Self::AtLeast => Some(">="),
            Self::Greater => Some(">"),
            Self::Other(_) => None,
        }
    }

    fn read(sign: &str) -> Self {
        match sign.trim() {
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">=" => Self::AtLeast,
            ">" => Self::Greater,
            other => Self::Other(other.to_owned()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Other(text) => text,
            known => known.sign().unwrap_or_default(),
        }
    }
}

/// What follows `sign`, if a number does.
fn after_sign<'t>(text: &'t str, sign: &str) -> Option<&'t str> {
    let head = text.get(..sign.len())?;
    let rest = text.get(sign.len()..)?;
    let rest = rest.strip_prefix('.').filter(|rest| rest.starts_with(' ')).unwrap_or(rest).trim_start();
    (head.eq_ignore_ascii_case(sign) && starts_number(rest)).then_some(rest)
}

fn before_words<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(words.len())?;
    let (head, tail) = (text.get(..at)?, text.get(at..)?);
    (tail.eq_ignore_ascii_case(words) && head.ends_with(' ')).then_some(head.trim_end())
}

fn starts_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let text = text.strip_prefix('.').unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The number and the unit in `rest`. One that goes on with a power, or a text with a second sign, is kept whole: what
/// cannot be read for certain is no number.
fn numbered(text: &str, rest: &str, comparator: &Comparator) -> Bound {
    if rest.contains(['<', '>', '\u{2264}', '\u{2265}']) {
        return Bound { comparator: Comparator::Other(String::new()), number: text.to_owned(), unit: None };
    }
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '/' | '-' | '+');
    let end = rest.find(|c| !digits(c)).unwrap_or(rest.len());
    let (number, unit) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let goes_on = |c: char| matches!(c, '^' | '*' | '\u{d7}' | 'x' | 'X' | 'e' | 'E') || c.is_ascii_digit();
    let unit = unit.trim();
    if unit.starts_with(goes_on) && unit.contains(|c: char| c.is_ascii_digit()) {
        return Bound { comparator: comparator.clone(), number: rest.to_owned(), unit: None };
    }
    // `45/hpf`: the slash is the unit's.
    let kept = number.trim_end_matches(['.', ',', ':', '/', '-', '+']);
    let unit = match number.strip_prefix(kept) {
        Some("/") => format!("/{unit}"),
        _ => unit.to_owned(),
    };
    Bound {
        comparator: comparator.clone(),
        number: kept.to_owned(),
        unit: Some(unit).filter(|unit| !unit.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Comparator, String, Option<String>)> {
        Bound::in_text(text).map(|bound| (bound.comparator, bound.number, bound.unit))
    }

    fn bound(
        comparator: Comparator,
        number: &str,
        unit: Option<&str>,
    ) -> Option<(Comparator, String, Option<String>)> {
        Some((comparator, number.to_owned(), unit.map(str::to_owned)))
    }

    #[test]
    fn h9_a_sign_hidden_in_a_text_is_a_bound() {
        assert_eq!(read("<0.1"), bound(Comparator::Less, "0.1", None));
        assert_eq!(read("< 0.10 ng/mL"), bound(Comparator::Less, "0.10", Some("ng/mL")));
        assert_eq!(read("GT 45"), bound(Comparator::Greater, "45", None));
        assert_eq!(read("LT. 5"), bound(Comparator::Less, "5", None));
        assert_eq!(read("\u{2265}90 mL/min"), bound(Comparator::AtLeast, "90", Some("mL/min")));
        assert_eq!(read("Less than 5 mg/L"), bound(Comparator::Less, "5", Some("mg/L")));
        assert_eq!(read("greater than or equal to 60"), bound(Comparator::AtLeast, "60", None));
        assert_eq!(read(">50/hpf"), bound(Comparator::Greater, "50", Some("/hpf")));
        assert_eq!(read(">1,000"), bound(Comparator::Greater, "1,000", None));
        assert_eq!(read("< -2.5"), bound(Comparator::Less, "-2.5", None));
        assert_eq!(read("<.5"), bound(Comparator::Less, ".5", None));
        assert_eq!(read("5 mg or less"), bound(Comparator::AtMost, "5", Some("mg")));
        assert_eq!(read("<1:10"), bound(Comparator::Less, "1:10", None));
    }

    #[test]
    fn h9_what_cannot_be_read_for_certain_is_no_plain_number() {
        assert_eq!(read(">1.5 x 10^5 copies/mL"), bound(Comparator::Greater, "1.5 x 10^5 copies/mL", None));
        assert_eq!(read(">10^5 CFU/mL"), bound(Comparator::Greater, "10^5 CFU/mL", None));
        assert_eq!(read("<1e3"), bound(Comparator::Less, "1e3", None));
        assert_eq!(read("<5 or >10"), bound(Comparator::Other(String::new()), "<5 or >10", None));
        assert_eq!(read("~5"), bound(Comparator::Other("~".to_owned()), "5", None));
        assert_eq!(read("about 5"), bound(Comparator::Other("about".to_owned()), "5", None));
    }

    #[test]
    fn a_text_that_is_no_bound_is_none() {
        for text in [
            "5",
            "5.4 mg/dL",
            "3+",
            "1-5",
            "Negative",
            "<b>5</b>",
            "GTT 75 g",
            "over",
            "LE 20/40",
            "",
            "<",
            "\u{2264}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn h9_the_sign_of_a_quantity_is_found_wherever_it_stands() {
        let quantity = |value: &str, comparator: Option<&str>| Quantity {
            value: Some(value.to_owned()),
            comparator: comparator.map(str::to_owned),
            unit: Some("mg/L".to_owned()),
            ..Quantity::default()
        };
        let shown = |quantity| Bound::of(&Value::Quantity(quantity)).map(|bound| bound.display());
        assert_eq!(shown(quantity("5.0", Some("<"))).as_deref(), Some("less than 5.0 mg/L"));
        assert_eq!(shown(quantity("<5.0", None)).as_deref(), Some("less than 5.0 mg/L"));
        assert_eq!(shown(quantity("5.0", Some("ad"))).as_deref(), Some("ad 5.0 mg/L"));
        assert_eq!(shown(quantity("5.0", None)), None);
        let concept = CodeableConcept { text: Some("GT 45".to_owned()), ..CodeableConcept::default() };
        assert_eq!(
            Bound::of(&Value::Concept(concept)).map(|bound| bound.display()).as_deref(),
            Some("more than 45")
        );
    }
}
