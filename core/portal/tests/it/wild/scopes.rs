use portal::{Error, connect::Options, fetch::Outcome};
use sandbox::Quirk;

use super::{Phone, hospital, public};

const ASKED: &str = "launch/patient offline_access patient/*.rs";

/// The granted scopes after sign-in and after a renewal, and whether the portal may then be asked for conditions.
async fn granted(quirks: impl IntoIterator<Item = Quirk>) -> (String, String, bool) {
    let portal = hospital(quirks);
    let mut phone = Phone::default();
    let options = Options { scopes: Some(ASKED.to_owned()), ..public() };
    let connected = phone.connect(&portal, options).await.unwrap();
    let first = connected.tokens.scopes().to_string();
    portal.advance(3_700);
    let fetched = phone.fetch(&portal, connected.tokens, None).await;
    assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0), "renewed once");
    assert!(fetched.is_ok("Observation/laboratory"));
    let refused =
        fetched.outcomes.values().filter(|outcome| matches!(outcome, Outcome::Refused { .. })).count();
    assert_eq!(refused, 0, "nothing is asked for that was not granted");
    (first, fetched.tokens.scopes().to_string(), fetched.is_ok("Condition"))
}

#[tokio::test]
async fn scopes_that_are_never_named_are_those_that_were_asked_for() {
    let (first, later, conditions) = granted([Quirk::ScopeOmitted]).await;
    assert_eq!((first.as_str(), later.as_str(), conditions), (ASKED, ASKED, true));
}

#[tokio::test]
async fn access_lasts_where_consent_has_to_be_asked_for() {
    let (first, later, conditions) = granted([Quirk::OfflineNeedsConsent]).await;
    assert_eq!((first.as_str(), later.as_str(), conditions), (ASKED, ASKED, true));
}

#[tokio::test]
async fn scopes_that_are_named_late_count_from_then_on() {
    let (first, later, conditions) = granted([Quirk::ScopeLate, Quirk::ScopeNarrowerLater]).await;
    assert_eq!(first, ASKED);
    assert_eq!(later, "launch/patient offline_access patient/Observation.rs patient/Patient.rs");
    assert!(!conditions);
}

#[tokio::test]
async fn fewer_scopes_than_allowed_are_read_back_and_kept_to() {
    let (first, later, conditions) = granted([Quirk::ScopeNarrower]).await;
    let few = "launch/patient offline_access patient/Condition.rs patient/Immunization.rs patient/Observation.rs patient/Patient.rs";
    assert_eq!((first.as_str(), later.as_str(), conditions), (few, few, true));
    let (first, later, conditions) = granted([Quirk::ScopeNarrowerLater]).await;
    assert_eq!((first.as_str(), conditions), (ASKED, false));
    assert_eq!(later, "launch/patient offline_access patient/Observation.rs patient/Patient.rs");
}

#[tokio::test]
async fn scopes_of_the_old_form_are_as_good() {
    let (first, _, conditions) = granted([Quirk::ScopeV1]).await;
    assert_eq!((first.as_str(), conditions), ("launch/patient offline_access patient/*.read", true));
}

#[tokio::test]
async fn a_renewal_does_not_depend_on_what_is_echoed() {
    let (first, _, conditions) = granted([Quirk::OfflineUnechoed]).await;
    assert_eq!((first.as_str(), conditions), ("launch/patient patient/*.rs", true));
}

#[tokio::test]
async fn a_renewal_that_names_nothing_takes_nothing_away() {
    let (first, later, conditions) = granted([Quirk::RefreshOmitsPatient]).await;
    assert_eq!((first.as_str(), later.as_str(), conditions), (ASKED, ASKED, true));
}

#[tokio::test]
async fn types_are_asked_for_one_by_one_where_wildcards_are_refused() {
    let portal = hospital([Quirk::WildcardRefused]);
    let mut phone = Phone::default();
    let wild = Options { scopes: Some(ASKED.to_owned()), ..public() };
    let error = phone.connect(&portal, wild).await.err().unwrap();
    assert!(
        matches!(&error, Error::Denied { reason } if reason.starts_with("the portal does not offer what was asked for"))
    );
    let connected = phone.connect(&portal, public()).await.unwrap();
    assert!(connected.tokens.scopes().contains("patient/Observation.rs"));
    assert!(!connected.tokens.scopes().contains("patient/*.rs"));
    assert!(phone.fetch(&portal, connected.tokens, None).await.is_ok("Observation/laboratory"));
}
