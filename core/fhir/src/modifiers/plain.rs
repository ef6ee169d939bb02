//! The words of the tables for one state.

use super::table;

/// What `code` of `element` (`Appointment.status`) means in plain words, from the tables. A missing one and one that is
/// not in the tables say so.
pub(crate) fn plain(element: &str, code: Option<&str>) -> String {
    let table = table::get();
    let found = match code {
        Some(code) => table.find(element, code).or_else(|| table.find(element, "(other)")),
        None => table.find(element, "(missing)"),
    };
    let row = found.unwrap_or_else(|| table.any(if code.is_some() { "(other)" } else { "(missing)" }));
    row.words(&super::words::clean(code.unwrap_or(""), 120))
}
