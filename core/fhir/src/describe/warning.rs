use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, name_of, numbers, state, titled};
use crate::json;
use crate::lens::{Flag, Period};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let warning = Flag::read(value);
    fields.told(&["identifier", "status", "category", "code", "period", "encounter", "author"]);
    let status = state("Flag.status", warning.status.as_ref());
    let span = warning.period.as_ref().and_then(Period::display);
    fields.concept("Warning", warning.code.as_ref());
    fields.put("Status", Some(status.clone()));
    fields.put("Holds", span.clone());
    fields.concepts("Kind", &warning.categories);
    fields.reference("Written by", warning.author.as_ref());
    fields.reference("Visit", warning.encounter.as_ref());
    numbers(fields, &warning.identifiers);
    let start = warning.period.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    Draft {
        title: titled("Warning", name_of(warning.code.as_ref()).or_else(|| all(&warning.categories))),
        codes: codes(warning.code.as_ref()),
        when: moment([start.flatten()]),
        value: json::joined([status].into_iter().chain(span), "; "),
        ..Draft::default()
    }
}
