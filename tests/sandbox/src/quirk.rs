mod about;
mod acting;
mod fetching;
mod hostile;

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::portal::binary::WAYS;
pub use about::About;
pub use acting::{Acting, Often};
pub use fetching::Fetching;
pub use hostile::Hostile;

/// A misbehaviour that real portals show, as a switch. Its text form is its name, for some with a value after an
/// equals sign: `refused-type=Condition`. `QUIRKS.md` says which lesson from the field each one stands for, and which
/// test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Quirk {
    // Fetching.
    /// Every request for this resource type answers 403.
    RefusedType(String),
    /// `_lastUpdated` answers 400.
    NoLastUpdated,
    /// `link[next]` names another host, `localhost`, which is another origin and reaches the same portal.
    NextOtherHost,
    /// One access token, once, is suddenly 401 after a few requests, long before it expires.
    UnauthorizedMidSync,
    /// A search for Observations returns one resource of somebody else.
    OtherPerson,
    /// A search for Observations without `category` answers 400.
    CategoryRequired,
    /// The first request for each second page answers 429 with `Retry-After: 1`.
    Throttled,
    /// The last page has a `next` link that answers 500.
    NextFails,
    /// `link[next]` leads back to the page it stands on.
    NextLoops,
    /// A resource that is no longer returned answers 410 to a read, not 404.
    Gone,
    /// Each answer carries another `meta.versionId` and `meta.lastUpdated`: as many as there are answers.
    Restamped,
    /// A Binary comes as JSON whatever was asked for (`json`), with another media type (`type`), not at all to one who asks for
    /// FHIR (`strict`), as a redirect to another host (`redirect`), late (`slow`), never (`refused`: 403,
    /// `missing`: 404), or three in a day and then 429 until tomorrow (`limited`).
    Binary(String),
    /// More of fetching.
    Fetching(Fetching),
    /// Attacks.
    Hostile(Hostile),
    /// What is sent.
    Acting(Acting),

    // Discovery.
    /// There is no SMART configuration, only the OAuth addresses in the capability statement (SMART 1.0).
    OldDiscovery,
    /// The methods of PKCE are not announced.
    PkceUnannounced,
    /// Only `plain` is announced.
    PkcePlain,
    /// Scopes with a wildcard are refused; discovery lists the types one by one.
    WildcardRefused,
    /// There is no revocation endpoint.
    NoRevocation,
    /// Revocation answers 503.
    RevocationFails,
    /// The portal's clock is ahead of the real one by so many seconds, or behind it.
    ClockSkew(i64),

    // The way through the browser.
    /// The authorization endpoint sends the browser back with `server_error`.
    AuthorizeError,
    /// The authorization endpoint shows a page of its own, and the browser never comes back.
    AuthorizePage,
    /// The browser comes back with another `state`.
    StateWrong,
    /// The browser comes back without `state`.
    StateMissing,
    /// The browser comes back with another `iss`.
    IssWrong,
    /// The browser comes back without the `iss` that discovery promises.
    IssMissing,
    /// Discovery does not promise an `iss`, and the browser comes back without.
    IssUnpromised,

    // Tokens.
    /// The token endpoint answers any client with `invalid_client` and not one word more.
    SilentInvalidClient,
    /// What the token endpoint refuses, it refuses with status 200.
    TokenErrorOk,
    /// The token endpoint answers 200 with a page for people.
    TokenHtml,
    /// The first token request answers 503 with `Retry-After: 1`.
    TokenBusy,
    /// The token endpoint answers 307 to another origin.
    TokenRedirects,
    /// No token answer names the patient; `fhirUser` does.
    PatientByUser,
    /// No token answer names the patient at all.
    PatientMissing,
    /// There is never a refresh token.
    NoRefreshToken,
    /// A refresh token is good for ever, and a refresh gives no new one.
    RefreshNotRotated,
    /// A refresh moves the end of the access token but not that of the connection, which the portal names.
    FixedEnd,
    /// The same, and the portal does not say when.
    FixedEndUnsaid,
    /// The refresh response names neither the patient nor the scopes.
    RefreshOmitsPatient,
    /// Access tokens are said to live for one second. They live as long as ever.
    ExpiresAtOnce,

    // Scopes.
    /// No token answer names the scopes.
    ScopeOmitted,
    /// Only a refresh names the scopes.
    ScopeLate,
    /// Less is granted than the person allowed: a few types.
    ScopeNarrower,
    /// A refresh narrows the grant to two types.
    ScopeNarrowerLater,
    /// Scopes of version 2 are answered in the form of version 1.
    ScopeV1,
    /// `offline_access` is granted and not echoed.
    OfflineUnechoed,
    /// `offline_access` is passed over unless the app asks with `prompt=consent` (OpenID Connect Core 1.0, section 11).
    OfflineNeedsConsent,

    // Registration.
    /// Registration answers with this status.
    RegistrationRefused(u16),
    /// Registration makes something else of it: `secret`, `method`, `grants`, `scopes`, `redirect`.
    RegistrationChanges(String),
    /// Only who brings an access token may register; the new client renews by its key, without a refresh token.
    RegistrationProtected,
    /// Only RSA keys are registered.
    RsaOnly,
}

const REFUSED_BY_DEFAULT: &str = "CarePlan";
const SKEWED_BY_DEFAULT: i64 = 600;
const STATUS_BY_DEFAULT: u16 = 400;
const CHANGE_BY_DEFAULT: &str = "secret";

impl Quirk {
    /// One of each; those with a value with the one that the bare name stands for.
    pub fn all() -> Vec<Quirk> {
        let fetching = Fetching::all().into_iter().map(Quirk::Fetching);
        let acting = Acting::all().into_iter().map(Quirk::Acting);
        let hostile = Hostile::ALL.iter().copied().map(Quirk::Hostile);
        let mut all = vec![
            Quirk::RefusedType(REFUSED_BY_DEFAULT.to_owned()),
            Quirk::NoLastUpdated,
            Quirk::NextOtherHost,
            Quirk::UnauthorizedMidSync,
            Quirk::OtherPerson,
            Quirk::CategoryRequired,
            Quirk::Throttled,
            Quirk::NextFails,
            Quirk::NextLoops,
            Quirk::Gone,
            Quirk::Restamped,
            Quirk::Binary("json".to_owned()),
            Quirk::OldDiscovery,
            Quirk::PkceUnannounced,
            Quirk::PkcePlain,
            Quirk::WildcardRefused,
            Quirk::NoRevocation,
            Quirk::RevocationFails,
            Quirk::ClockSkew(SKEWED_BY_DEFAULT),
            Quirk::AuthorizeError,
            Quirk::AuthorizePage,
            Quirk::StateWrong,
            Quirk::StateMissing,
            Quirk::IssWrong,
            Quirk::IssMissing,
            Quirk::IssUnpromised,
            Quirk::SilentInvalidClient,
            Quirk::TokenErrorOk,
            Quirk::TokenHtml,
            Quirk::TokenBusy,
            Quirk::TokenRedirects,
            Quirk::PatientByUser,
            Quirk::PatientMissing,
            Quirk::NoRefreshToken,
            Quirk::RefreshNotRotated,
            Quirk::FixedEnd,
            Quirk::FixedEndUnsaid,
            Quirk::RefreshOmitsPatient,
            Quirk::ExpiresAtOnce,
            Quirk::ScopeOmitted,
            Quirk::ScopeLate,
            Quirk::ScopeNarrower,
            Quirk::ScopeNarrowerLater,
            Quirk::ScopeV1,
            Quirk::OfflineUnechoed,
            Quirk::OfflineNeedsConsent,
            Quirk::RegistrationRefused(STATUS_BY_DEFAULT),
            Quirk::RegistrationChanges(CHANGE_BY_DEFAULT.to_owned()),
            Quirk::RegistrationProtected,
            Quirk::RsaOnly,
        ];
        all.extend(fetching.chain(hostile).chain(acting));
        all
    }

    /// The value behind the equals sign.
    fn value(&self) -> Option<String> {
        match self {
            Quirk::RefusedType(value) | Quirk::RegistrationChanges(value) | Quirk::Binary(value) => {
                Some(value.clone())
            }
            Quirk::Fetching(fetching) => fetching.value(),
            Quirk::Acting(acting) => acting.value(),
            Quirk::RegistrationRefused(status) => Some(status.to_string()),
            Quirk::ClockSkew(seconds) => Some(seconds.to_string()),
            _ => None,
        }
    }

    fn with_value(self, value: &str) -> Option<Quirk> {
        match self {
            Quirk::RefusedType(_) => Some(Quirk::RefusedType(value.to_owned())),
            Quirk::Binary(_) => WAYS.contains(&value).then(|| Quirk::Binary(value.to_owned())),
            Quirk::Fetching(fetching) => fetching.with_value(value).map(Quirk::Fetching),
            Quirk::Acting(acting) => acting.with_value(value).map(Quirk::Acting),
            Quirk::RegistrationChanges(_) => Some(Quirk::RegistrationChanges(value.to_owned())),
            Quirk::RegistrationRefused(_) => value.parse().ok().map(Quirk::RegistrationRefused),
            Quirk::ClockSkew(_) => value.parse().ok().map(Quirk::ClockSkew),
            _ => None,
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(value) => write!(out, "{}={value}", self.about().name),
            None => out.write_str(self.about().name),
        }
    }
}

impl FromStr for Quirk {
    type Err = Error;

    fn from_str(text: &str) -> Result<Quirk, Error> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let known = Quirk::all().into_iter().find(|quirk| quirk.about().name == name);
        let quirk = match value {
            None => known,
            Some(value) => known.and_then(|quirk| quirk.with_value(value)),
        };
        quirk.ok_or_else(|| Error::Unknown(text.to_owned()))
    }
}

impl From<Fetching> for Quirk {
    fn from(fetching: Fetching) -> Quirk {
        Quirk::Fetching(fetching)
    }
}

impl From<Acting> for Quirk {
    fn from(acting: Acting) -> Quirk {
        Quirk::Acting(acting)
    }
}

impl From<Hostile> for Quirk {
    fn from(hostile: Hostile) -> Quirk {
        Quirk::Hostile(hostile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_found_by_its_own_text() {
        for quirk in Quirk::all() {
            assert_eq!(quirk.to_string().parse::<Quirk>().unwrap(), quirk);
            assert_eq!(quirk.about().name.parse::<Quirk>().unwrap(), quirk);
        }
        for (text, quirk) in [
            ("refused-type=Condition", Quirk::RefusedType("Condition".to_owned())),
            ("answers=Goal:404", Fetching::Answers("Goal".to_owned(), 404).into()),
            ("binary=slow", Quirk::Binary("slow".to_owned())),
            ("clock-skew=-90", Quirk::ClockSkew(-90)),
            ("answer-lost=3", Acting::AnswerLost(Often::Every(3)).into()),
            ("answer-lost=once", Acting::AnswerLost(Often::Once).into()),
            ("slow-commit=202", Acting::SlowCommit(202).into()),
            ("registration-refused=403", Quirk::RegistrationRefused(403)),
        ] {
            assert_eq!(text.parse::<Quirk>().unwrap(), quirk);
        }
        for unknown in
            ["friendly", "gone=1", "binary=backwards", "clock-skew=soon", "answer-lost=0", "no-write=200", ""]
        {
            assert!(unknown.parse::<Quirk>().is_err(), "{unknown}");
        }
    }
}
