//! What is asked of a portal: a fixed list of searches for one patient (US Core 6.1 and 9.0, "Search"; LOINC and
//! US Core category codes), a search without a category for each type, so that everything the portal serves is reached,
//! and the further types of the Patient compartment (FHIR R4, CompartmentDefinition patient) that the portal lists.

mod table;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Scopes, cursor::Size, http};
use table::{ALWAYS, COMPARTMENT, FIXED, NAMED, PARAMETERS};

/// One search, or the one read of the Patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its stable name, the same at every portal: `Patient`, `Observation/laboratory`, `Observation`. Pages, listings,
    /// cursors and outcomes are known by it.
    pub name: String,
    /// The type that is asked for. Entries of other types may come along.
    pub resource_type: String,
    /// Below the base: `Observation?patient=1&category=laboratory&_count=100`.
    pub path: String,
    /// Asks for everything of a type whose other slots ask by category. Some portals refuse that; when the other slots
    /// worked, nothing is lost by it and nothing need be shown.
    pub catch_all: bool,
    /// Whether it is asked for less often while it gives nothing: kinds of data of which a few hours' delay harms nobody.
    pub may_rest: bool,
    /// Whether the granted scopes allow it. If not, it is not asked and its outcome is `NotGranted`.
    pub granted: bool,
}

/// The slots for this patient, the Patient first. The names and the order never depend on the scopes. `patient`: an id as
/// [`crate::Tokens::patient`] gives it.
pub fn slots(scopes: &Scopes, patient: &str) -> Vec<Slot> {
    FIXED.iter().map(|row| slot(row, scopes, patient)).collect()
}

/// What a capability statement says can be searched: search parameters by type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Searchable(BTreeMap<String, Vec<String>>);

impl Searchable {
    /// Reads a CapabilityStatement (FHIR R4). Anything else gives nothing.
    pub fn read(body: &[u8]) -> Self {
        if http::values(body) > http::MOST_VALUES {
            return Self::default();
        }
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let array =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut found = BTreeMap::new();
        for resource in array(&value, "rest").iter().flat_map(|rest| array(rest, "resource")) {
            let Some(name) = resource.get("type").and_then(Value::as_str) else { continue };
            let parameters = array(&resource, "searchParam");
            let parameters = parameters.iter().filter_map(|p| p.get("name").and_then(Value::as_str));
            found.insert(name.to_owned(), parameters.map(str::to_owned).collect());
        }
        Self(found)
    }
}

/// The slots that a capability statement adds to [`slots`].
pub(crate) fn further(searchable: &Searchable, scopes: &Scopes, patient: &str) -> Vec<Slot> {
    let listed = COMPARTMENT.iter().filter_map(|on| Some((*on, searchable.0.get(*on)?)));
    let by =
        |parameters: &[String]| PARAMETERS.iter().find(|p| parameters.iter().any(|name| name == *p)).copied();
    let further = listed.filter_map(|(on, parameters)| Some(plain(on, by(parameters)?, scopes, patient)));
    let known = |on: &str, parameter: &str| {
        searchable.0.get(on).is_some_and(|names| names.iter().any(|name| name == parameter))
    };
    let named = NAMED.iter().filter(|(on, parameter)| known(on, parameter));
    let named = named.map(|(on, parameter)| by_name(on, parameter, scopes, patient));
    further.chain(named).collect()
}

/// The slot that an earlier run had from a capability statement.
pub(crate) fn earlier(name: &str, scopes: &Scopes, patient: &str) -> Option<Slot> {
    if let Some((on, parameter)) = name.split_once('/').filter(|pair| NAMED.contains(pair)) {
        return Some(by_name(on, parameter, scopes, patient));
    }
    let on = COMPARTMENT.iter().find(|on| **on == name)?;
    Some(plain(on, "patient", scopes, patient))
}

/// Whether the slot of this name asks for everything of a type whose other slots ask by category ([`Slot::catch_all`]).
pub fn is_catch_all(name: &str) -> bool {
    FIXED.iter().any(|row| row.0 == name && !row.3.is_empty())
}

impl Slot {
    /// Whether it is a read of one resource, whose answer is no bundle.
    pub(crate) fn is_read(&self) -> bool {
        !self.path.contains('?')
    }

    pub(crate) fn in_pages(&self, size: Size) -> String {
        match size {
            Size::Usual => self.path.clone(),
            Size::Small => self.path.replace(COUNT, SMALL_COUNT),
            Size::Single => self.path.replace(COUNT, SINGLE_COUNT),
        }
    }
}

/// Page size asked for.
const COUNT: &str = "_count=100";
/// Page size where such pages are too large.
const SMALL_COUNT: &str = "_count=10";
/// Page size where even those are.
const SINGLE_COUNT: &str = "_count=1";

/// A row of the table: type, name and value of the narrowing parameter (empty for none), name within the type.
struct Row(&'static str, &'static str, &'static str, &'static str);

fn slot(row: &Row, scopes: &Scopes, patient: &str) -> Slot {
    let Row(on, parameter, value, part) = *row;
    if on == "Patient" {
        let granted = scopes.may_read(on);
        let path = format!("Patient/{patient}");
        let name = on.to_owned();
        return Slot { resource_type: name.clone(), name, path, catch_all: false, may_rest: false, granted };
    }
    if part.is_empty() {
        return Slot { catch_all: is_catch_all(on), ..plain(on, "patient", scopes, patient) };
    }
    let category = Some(value).filter(|_| parameter == "category");
    let name = format!("{on}/{part}");
    Slot {
        may_rest: !ALWAYS.contains(&name.as_str()),
        name,
        resource_type: on.to_owned(),
        path: format!("{on}?patient={patient}&{parameter}={value}&{COUNT}"),
        catch_all: false,
        granted: scopes.may_search(on, category),
    }
}

/// A search by one of the references that name the patient.
fn by_name(on: &str, parameter: &str, scopes: &Scopes, patient: &str) -> Slot {
    Slot {
        name: format!("{on}/{parameter}"),
        path: format!("{on}?{parameter}=Patient/{patient}&{COUNT}"),
        // What others send matters more than what one wrote oneself.
        may_rest: parameter == "sender",
        ..plain(on, parameter, scopes, patient)
    }
}

fn plain(on: &str, parameter: &str, scopes: &Scopes, patient: &str) -> Slot {
    Slot {
        name: on.to_owned(),
        resource_type: on.to_owned(),
        path: format!("{on}?{parameter}={patient}&{COUNT}"),
        catch_all: false,
        may_rest: !ALWAYS.contains(&on),
        granted: scopes.may_search(on, None),
    }
}
