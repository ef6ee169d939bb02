use fhir::describe::{NO_RESULT, Summary, describe};
use fhir::{Resource, ResourceKey};
use serde_json::json;

use super::{Prior, State};

/// What changed since the prior revision, or why the value is not shown.
pub(super) fn changed(
    state: State,
    summary: &Summary,
    status: Option<&str>,
    prior: Option<&Prior>,
) -> Option<String> {
    match state {
        State::Retracted => Some("Withdrawn by the provider: it was recorded by mistake.".to_owned()),
        State::NotHeld if prior.is_none() => Some("It has not arrived on this device yet.".to_owned()),
        State::NotHeld => Some("A newer version exists and has not arrived on this device yet.".to_owned()),
        State::Unreadable if prior.is_none() => Some("What arrived cannot be read.".to_owned()),
        State::Unreadable => Some("A newer version arrived and cannot be read.".to_owned()),
        State::Purged => Some("Removed at your wish; it had been recorded by mistake.".to_owned()),
        State::Current => prior.map(|prior| corrected(summary, status, prior)),
    }
}

fn corrected(summary: &Summary, status: Option<&str>, prior: &Prior) -> String {
    if prior.retracted {
        return "It had been withdrawn as recorded by mistake, and is stated again.".to_owned();
    }
    let Some(title) = &prior.title else {
        return "It changed; the version before is not on this device.".to_owned();
    };
    let status = status_changed(status, prior.status.as_deref());
    let (was, is) = (stated(prior.value.as_ref()), stated(summary.value.as_ref()));
    let value = match (was, is) {
        (Some(before), Some(now)) if before != now => {
            Some(format!("The value changed from {before} to {now}."))
        }
        (Some(before), None) => Some(format!("The value was {before}; none is stated now.")),
        (None, Some(now)) => Some(format!("The value {now} was added.")),
        _ => None,
    };
    let name = (*title != summary.title).then(|| format!("It was called {title}."));
    let same =
        (status.is_some() && value.is_none() && is.is_some()).then(|| "The value is the same.".to_owned());
    let said: Vec<_> = [value, status, same, name].into_iter().flatten().collect();
    if said.is_empty() {
        "Details other than the value and the status changed.".to_owned()
    } else {
        said.join(" ")
    }
}

/// A value: that none is stated is none.
fn stated(value: Option<&String>) -> Option<&String> {
    value.filter(|value| value.as_str() != NO_RESULT)
}

fn status_changed(now: Option<&str>, before: Option<&str>) -> Option<String> {
    match (before, now) {
        (Some(before), Some(now)) if before != now => {
            Some(format!("The status changed from {before} to {now}."))
        }
        (Some(before), None) => Some(format!("The status was {before}; none is stated now.")),
        (None, Some(now)) => Some(format!("The status {now} was added.")),
        _ => None,
    }
}

/// Of what cannot be read: its type, and nothing said.
pub(super) fn nothing_known_of(key: &ResourceKey) -> Summary {
    let bare = json!({ "resourceType": key.resource_type, "id": key.id }).to_string();
    let bare = Resource::parse(bare.as_bytes());
    let summary = bare.map_or_else(|_| nothing_said(&key.resource_type), |resource| describe(&resource));
    // That no result is stated is not known either.
    Summary { value: None, ..summary }
}

/// Its type and nothing else; also of a key whose type no resource could have.
pub(super) fn nothing_said(resource_type: &str) -> Summary {
    let title = if resource_type.trim().is_empty() { "Unnamed" } else { resource_type };
    Summary { title: title.to_owned(), ..Summary::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(before: Option<&str>, now: Option<&str>) -> String {
        let prior = Prior {
            digest: fhir::Digest::of(b""),
            when_seen: 0,
            title: Some("Potassium".to_owned()),
            value: before.map(str::to_owned),
            status: Some("registered".to_owned()),
            retracted: false,
        };
        let summary =
            Summary { title: "Potassium".to_owned(), value: now.map(str::to_owned), ..Summary::default() };
        corrected(&summary, Some("registered"), &prior)
    }

    #[test]
    fn h5_that_no_result_was_stated_is_no_value_that_changed() {
        assert_eq!(said(Some(NO_RESULT), Some("4.1 mmol/L")), "The value 4.1 mmol/L was added.");
        assert_eq!(
            said(Some("4.1 mmol/L"), Some(NO_RESULT)),
            "The value was 4.1 mmol/L; none is stated now."
        );
        assert_eq!(said(Some("4.1"), Some("4.2")), "The value changed from 4.1 to 4.2.");
    }

    #[test]
    fn h5_a_status_that_changed_without_a_result_says_nothing_of_a_value() {
        let now = Summary {
            title: "Potassium".to_owned(),
            value: Some(NO_RESULT.to_owned()),
            ..Summary::default()
        };
        let prior = Prior {
            digest: fhir::Digest::of(b""),
            when_seen: 0,
            title: Some("Potassium".to_owned()),
            value: Some(NO_RESULT.to_owned()),
            status: Some("registered".to_owned()),
            retracted: false,
        };
        assert_eq!(
            corrected(&now, Some("preliminary"), &prior),
            "The status changed from registered to preliminary."
        );
    }
}
