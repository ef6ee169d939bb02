//! Token and error answers of the token endpoint (RFC 6749, sections 5.1 and 5.2), read with tolerance.

use data_encoding::BASE64URL_NOPAD;
use oauth2::{
    AccessToken, ExtraTokenFields, StandardTokenResponse, TokenResponse,
    basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{ClientAuth, Error, Response, Scopes, clean, text};

/// No token is taken to live longer than ten years.
const LONGEST: u64 = 10 * 366 * 86_400;
/// Names under which portals say for how long they renew; none is in a standard.
const RENEWABLE: [&str; 2] = ["refresh_token_expires_in", "refresh_expires_in"];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Smart {
    patient: Option<String>,
    #[serde(rename = "fhirUser")]
    fhir_user: Option<String>,
    id_token: Option<String>,
}

impl ExtraTokenFields for Smart {}

/// A token answer.
pub(crate) struct Granted {
    pub access: Zeroizing<String>,
    pub refresh: Option<Zeroizing<String>>,
    /// Seconds; absent when missing, zero, negative or unreadable.
    pub lives: Option<i64>,
    pub scopes: Option<Scopes>,
    pub patient: Option<String>,
    /// The `fhirUser` of the answer or of its id_token, which came straight from the token endpoint over TLS
    /// (OpenID Connect Core 1.0, section 3.1.3.7, item 6: no signature needed then).
    pub user: Option<String>,
    /// Seconds until renewing ends for good, as the portal says.
    renewable_for: Option<i64>,
    /// The same as an instant, as the refresh token itself says where it can be read. Not checked, and only ever shown.
    renewable_until: Option<i64>,
}

impl Granted {
    pub fn read(body: &[u8]) -> Result<Self, Error> {
        let mut value: Value =
            serde_json::from_slice(body).map_err(|_| Error::Malformed("the token answer"))?;
        tame(&mut value);
        let for_seconds = |key: &str| {
            let lives = value.get(key).and_then(seconds).filter(|lives| *lives > 0)?;
            i64::try_from(lives.min(LONGEST)).ok()
        };
        let renewable_for = RENEWABLE.iter().find_map(|key| for_seconds(key));
        let answer: StandardTokenResponse<Smart, BasicTokenType> =
            serde_json::from_value(value).map_err(|_| Error::Malformed("the token answer"))?;
        if answer.token_type() != &BasicTokenType::Bearer {
            return Err(Error::Malformed("the kind of token"));
        }
        let secret = |text: &String| {
            Some(Zeroizing::new(text.clone()))
                .filter(|text| visible(text))
                .ok_or(Error::Malformed("the token"))
        };
        let user = answer.extra_fields().fhir_user.clone();
        let refresh = answer.refresh_token().map(|token| secret(token.secret())).transpose()?;
        Ok(Self {
            access: secret(AccessToken::secret(answer.access_token()))?,
            renewable_for,
            renewable_until: refresh.as_ref().and_then(|token| claims(token)?.get("exp")?.as_i64()),
            refresh,
            lives: answer.expires_in().and_then(|lives| i64::try_from(lives.as_secs()).ok()),
            scopes: answer.scopes().map(|list| {
                Scopes::parse(&list.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
            }),
            patient: answer.extra_fields().patient.clone(),
            user: user.or_else(|| answer.extra_fields().id_token.as_deref().and_then(fhir_user)),
        })
    }
}

impl Granted {
    /// When renewing ends for good, where this answer says so.
    pub fn renewable_until(&self, now: i64) -> Option<i64> {
        let said = self.renewable_for.map(|lives| now.saturating_add(lives));
        said.or_else(|| self.renewable_until.filter(|end| *end > now))
    }
}

/// What the token endpoint said instead of tokens.
pub(crate) struct Rejection {
    pub reason: String,
    /// These credentials will not do again, as opposed to a passing or unclear failure.
    pub credentials: bool,
    /// The portal did not accept that it is this client.
    pub client: bool,
}

impl Rejection {
    /// What the answer refuses, if it does: by its status, or in words under a status of success.
    /// `auth`: how the client showed who it is.
    pub fn of(answer: &Response, auth: ClientAuth) -> Option<Self> {
        if answer.ok() && !says_error(&answer.body) { None } else { Some(Self::read(answer, auth)) }
    }

    fn read(answer: &Response, auth: ClientAuth) -> Self {
        let unauthorised = answer.status == 401;
        let Ok(error) = serde_json::from_slice::<BasicErrorResponse>(&answer.body) else {
            let reason = text::outcome(&answer.body);
            return Self { reason, credentials: unauthorised, client: unauthorised };
        };
        use BasicErrorResponseType as Kind;
        let lasting =
            matches!(error.error(), Kind::InvalidGrant | Kind::InvalidClient | Kind::UnauthorizedClient)
                || error.error().as_ref() == "access_denied";
        let client = error.error() == &Kind::InvalidClient;
        let code = if client && auth == ClientAuth::PrivateKeyJwt { KEY } else { error.error().as_ref() };
        let reason = words(code, error.error_description().map(String::as_str));
        Self { reason, credentials: lasting || unauthorised, client }
    }
}

/// In place of `invalid_client`, where a key was used.
const KEY: &str = "invalid_client by key";

fn says_error(body: &[u8]) -> bool {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = value.get("error").and_then(Value::as_str).is_some_and(|error| !error.is_empty());
    error && value.get("access_token").is_none()
}

/// An OAuth error code and its description as a person can read them (RFC 6749, sections 4.1.2.1 and 5.2).
pub(crate) fn words(code: &str, description: Option<&str>) -> String {
    let plain = match code {
        "access_denied" => "access was not allowed",
        "invalid_grant" => "the sign-in is no longer valid",
        "invalid_client" => "the portal does not know this app",
        KEY => "the portal does not accept this device's key, or not yet",
        "unauthorized_client" => "the portal does not allow this app to sign in like this",
        "invalid_scope" => "the portal does not offer what was asked for",
        "invalid_request" => "the portal did not understand the request",
        "unsupported_response_type" | "unsupported_grant_type" => {
            "the portal does not support this kind of sign-in"
        }
        "server_error" => "the portal had an error",
        "temporarily_unavailable" => "the portal is busy",
        "invalid_client_metadata" => "the portal does not take what the app says of itself",
        "invalid_redirect_uri" => "the portal does not take the app's return address",
        "invalid_software_statement" | "unapproved_software_statement" => {
            "the portal takes only apps that somebody vouches for"
        }
        "login_required" | "interaction_required" | "consent_required" => "the portal wants you to sign in",
        other => other,
    };
    match description.map(str::trim).filter(|text| !text.is_empty()) {
        Some(description) => clean(&format!("{plain}: {description}")),
        None => clean(plain),
    }
}

/// Printable ASCII, as RFC 6749 appendix A says of tokens, and safe in a header.
pub(crate) fn visible(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 << 10 && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Brings what portals are known to send into the form of the standard.
fn tame(value: &mut Value) {
    let Some(members) = value.as_object_mut() else { return };
    members.entry("token_type").or_insert_with(|| Value::from("bearer"));
    let lives = members.get("expires_in").and_then(seconds).filter(|lives| *lives > 0);
    members
        .insert("expires_in".to_owned(), lives.map_or(Value::Null, |lives| Value::from(lives.min(LONGEST))));
    if let Some(list) = members.get("scope").and_then(Value::as_array) {
        let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let joined = Value::from(list.join(" "));
        members.insert("scope".to_owned(), joined);
    }
    for key in ["refresh_token", "scope", "patient", "fhirUser", "id_token"] {
        if members.get(key).is_some_and(|value| value.as_str().is_none_or(str::is_empty)) {
            members.remove(key);
        }
    }
}

/// A whole number, a fraction or a text of either.
fn seconds(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    // `as` saturates: NaN and negative become 0, infinite becomes the largest.
    text.parse::<u64>().ok().or_else(|| text.parse::<f64>().ok().map(|number| number as u64))
}

fn fhir_user(id_token: &str) -> Option<String> {
    claims(id_token)?.get("fhirUser")?.as_str().map(str::to_owned)
}

/// What a signed token says, its signature unchecked (RFC 7515, section 7.1).
fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_lifetimes_are_tamed() {
        let lives = |text: &str| {
            Granted::read(
                format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":{text}}}"#).as_bytes(),
            )
            .map(|granted| granted.lives)
        };
        assert_eq!(lives("3600"), Ok(Some(3600)));
        assert_eq!(lives("\"3600\""), Ok(Some(3600)));
        assert_eq!(lives("3600.5"), Ok(Some(3600)));
        for none in ["0", "-1", "-9223372036854775809", "null", "\"soon\"", "{}", "[]"] {
            assert_eq!(lives(none), Ok(None), "{none}");
        }
        for huge in ["99999999999999999999999999", "18446744073709551615", "1e300"] {
            assert_eq!(lives(huge), Ok(Some(LONGEST as i64)), "{huge}");
        }
    }

    #[test]
    fn a_token_that_would_break_a_header_is_refused() {
        for token in ["", "a b", "a\\r\\nx: y", "é"] {
            let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer"}}"#);
            assert!(Granted::read(body.as_bytes()).is_err(), "{token}");
        }
        assert!(Granted::read(br#"{"access_token":"a","token_type":"DPoP"}"#).is_err());
        assert!(Granted::read(br#"{"access_token":"a"}"#).is_ok());
    }

    #[test]
    fn an_error_without_a_word_is_no_error() {
        let refused = |body: &str| {
            let answer = Response { status: 200, headers: vec![], body: body.as_bytes().to_vec() };
            Rejection::of(&answer, ClientAuth::None).is_some()
        };
        assert!(refused(r#"{"error":"invalid_grant"}"#));
        for tokens in [
            r#"{"access_token":"a","error":""}"#,
            r#"{"error":""}"#,
            r#"{"access_token":"a","error":"x"}"#,
            "{}",
            "<html>",
        ] {
            assert!(!refused(tokens), "{tokens}");
        }
    }

    /// Names that portals use, and what a refresh token says of itself where it can be read.
    #[test]
    fn the_end_of_renewing_is_read_where_it_is_said() {
        let until = |members: &str| {
            let body = format!(r#"{{"access_token":"a","token_type":"Bearer"{members}}}"#);
            Granted::read(body.as_bytes()).unwrap().renewable_until(1_000)
        };
        assert_eq!(until(r#","refresh_token_expires_in":3600"#), Some(4_600));
        assert_eq!(until(r#","refresh_expires_in":"3600""#), Some(4_600));
        let readable = |claims: &str| {
            format!(r#","refresh_token":"e30.{}.c2ln""#, BASE64URL_NOPAD.encode(claims.as_bytes()))
        };
        assert_eq!(until(&readable(r#"{"exp":5000}"#)), Some(5_000));
        assert_eq!(
            until(&format!(r#","refresh_expires_in":60{}"#, readable(r#"{"exp":5000}"#))),
            Some(1_060)
        );
        for none in [
            readable(r#"{"exp":999}"#),
            readable(r#"{"exp":"soon"}"#),
            readable("[]"),
            r#","refresh_token":"opaque""#.to_owned(),
            r#","refresh_token":"e30.!.c2ln""#.to_owned(),
            r#","refresh_expires_in":0"#.to_owned(),
            r#","refresh_expires_in":-1"#.to_owned(),
            String::new(),
        ] {
            assert_eq!(until(&none), None, "{none}");
        }
    }
}
