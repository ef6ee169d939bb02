//! The modifier elements of data types: what a name, a number or an address is for, and the sign before a quantity.

use serde_json::{Map, Value};

use super::elements;
use super::notes::{Notes, Trail};
use super::table;
use super::{Effect, Notice, Reach, words};

/// A data type whose `use` is a modifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// `Identifier.use`: never match people on a temporary, old or secondary one.
    Identifier,
    /// `HumanName.use`: an old one is not shown as the name.
    Name,
    /// `Address.use`: never send to an old one.
    Address,
    /// `ContactPoint.use`: never call an old one.
    Contact,
}

/// What the `use` of one identifier, name, address or telephone says of it; `None` where it has none.
/// An [`Effect::Past`] or [`Effect::NotCurrent`] one is shown with these words and used for nothing.
pub fn usage(kind: Usage, value: &Value) -> Option<Notice> {
    let name = match kind {
        Usage::Identifier => "Identifier",
        Usage::Name => "HumanName",
        Usage::Address => "Address",
        Usage::Contact => "ContactPoint",
    };
    let stated = value.get("use").filter(|stated| !stated.is_null())?;
    let element = table::get().of(name).first()?;
    let (row, shown) = elements::judge(element, stated)?;
    let mut trail = Trail::new(name);
    let mut notes = Notes::default();
    trail.within("use", |trail| notes.say(trail, Reach::Part, row, &shown));
    notes.into_reading().notices.pop()
}

/// The words of a `Quantity.comparator`: `<` is "less than". `None` for a sign that R4 does not have.
pub fn comparator(sign: &str) -> Option<&'static str> {
    table::get().find("Quantity.comparator", sign).map(|row| row.plain().trim_end_matches(" the number"))
}

/// The effect and the words of a quantity with a sign: "less than 5.0 mg/L".
pub(super) fn signed(quantity: &Map<String, Value>, sign: &Value) -> (Effect, String) {
    let text = |key: &str| quantity.get(key).filter(|value| !value.is_null()).map(words::received);
    let amount = match (text("value"), text("unit").or_else(|| text("code"))) {
        (Some(value), Some(unit)) => format!("{value} {unit}"),
        (Some(value), None) => value,
        (None, _) => "a number that is not given".to_owned(),
    };
    match sign.as_str().and_then(comparator) {
        Some(plain) => (Effect::Value, format!("{plain} {amount}")),
        None => {
            let row = table::get().any("(other)");
            (row.effect, format!("{} ({amount})", row.words(&words::received(sign))))
        }
    }
}
