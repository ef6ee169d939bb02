//! Token and error answers of the token endpoint (RFC 6749, sections 5.1 and 5.2), read with tolerance.

use data_encoding::BASE64URL_NOPAD;
use oauth2::{
    AccessToken, ExtraTokenFields, StandardTokenResponse, TokenResponse,
    basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{Error, Response, Scopes, clean, text};

/// No token is taken to live longer than ten years.
const LONGEST: u64 = 10 * 366 * 86_400;

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
}

impl Granted {
    pub fn read(body: &[u8]) -> Result<Self, Error> {
        let mut value: Value =
            serde_json::from_slice(body).map_err(|_| Error::Malformed("the token answer"))?;
        tame(&mut value);
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
        Ok(Self {
            access: secret(AccessToken::secret(answer.access_token()))?,
            refresh: answer.refresh_token().map(|token| secret(token.secret())).transpose()?,
            lives: answer.expires_in().and_then(|lives| i64::try_from(lives.as_secs()).ok()),
            scopes: answer.scopes().map(|list| {
                Scopes::parse(&list.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
            }),
            patient: answer.extra_fields().patient.clone(),
            user: user.or_else(|| answer.extra_fields().id_token.as_deref().and_then(fhir_user)),
        })
    }
}

/// What the token endpoint said instead of tokens.
pub(crate) struct Rejection {
    pub reason: String,
    /// These credentials will not do again, as opposed to a passing or unclear failure.
    pub credentials: bool,
}

impl Rejection {
    pub fn read(answer: &Response) -> Self {
        let Ok(error) = serde_json::from_slice::<BasicErrorResponse>(&answer.body) else {
            return Self { reason: text::outcome(&answer.body), credentials: answer.status == 401 };
        };
        use BasicErrorResponseType as Kind;
        let lasting =
            matches!(error.error(), Kind::InvalidGrant | Kind::InvalidClient | Kind::UnauthorizedClient)
                || error.error().as_ref() == "access_denied";
        let reason = words(error.error().as_ref(), error.error_description().map(String::as_str));
        Self { reason, credentials: lasting || answer.status == 401 }
    }
}

/// An OAuth error code and its description as a person can read them (RFC 6749, sections 4.1.2.1 and 5.2).
pub(crate) fn words(code: &str, description: Option<&str>) -> String {
    let plain = match code {
        "access_denied" => "access was not allowed",
        "invalid_grant" => "the sign-in is no longer valid",
        "invalid_client" => "the portal does not know this app",
        "unauthorized_client" => "the portal does not allow this app to sign in like this",
        "invalid_scope" => "the portal does not offer what was asked for",
        "invalid_request" => "the portal did not understand the request",
        "unsupported_response_type" | "unsupported_grant_type" => {
            "the portal does not support this kind of sign-in"
        }
        "server_error" => "the portal had an error",
        "temporarily_unavailable" => "the portal is busy",
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
    let claims = BASE64URL_NOPAD.decode(id_token.split('.').nth(1)?.as_bytes()).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims.get("fhirUser")?.as_str().map(str::to_owned)
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
}
