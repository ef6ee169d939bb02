use serde_json::Value as Json;

use crate::json;

/// Money: an amount with the digits that it came with, and its currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// The amount, with its digits: `129.10` is not `129.1`.
    pub amount: Option<String>,
    /// The currency's code (ISO 4217), as it came.
    pub currency: Option<String>,
}

impl Money {
    /// Reads Money; the older form with `unit` or `code`, and a bare number, are tolerated.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|amount| Self { amount: Some(amount), currency: None });
        }
        let currency = ["currency", "code", "unit"].iter().find_map(|key| json::text(value, key));
        let money = Self { amount: json::said(value, "value"), currency };
        (money != Self::default()).then_some(money)
    }

    /// Reads the member `key` of `parent`.
    pub fn member(parent: &Json, key: &str) -> Option<Self> {
        json::list(parent, key).find_map(Self::read)
    }

    /// For people: `129.10 USD`. An amount without a currency says so.
    pub fn display(&self) -> Option<String> {
        let amount = self.amount.as_ref()?;
        Some(match &self.currency {
            Some(currency) => format!("{amount} {currency}"),
            None => format!("{amount} (currency not stated)"),
        })
    }
}
