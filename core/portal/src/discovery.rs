//! Where and how a portal lets apps sign in (SMART App Launch 2.2, "Conformance").

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use crate::{Alg, Base, ClientAuth, Error, http};

const OAUTH_URIS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

/// What sign-in needs to know of a portal.
#[derive(Clone)]
pub(crate) struct Configuration {
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub revocation_endpoint: Option<Url>,
    /// As the portal wrote it; only who wants to register looks at it.
    pub registration_endpoint: Option<String>,
    pub issuer: Option<String>,
    /// RFC 9207: every answer names its issuer.
    pub names_issuer: bool,
    /// `code_challenge_methods_supported`, absent when the portal does not say.
    pub pkce: Option<BTreeSet<String>>,
    pub capabilities: BTreeSet<String>,
    /// Absent when the portal does not say.
    pub scopes: Option<BTreeSet<String>>,
    /// `token_endpoint_auth_methods_supported`, absent when the portal does not say.
    pub auth_methods: Option<BTreeSet<String>>,
    /// `token_endpoint_auth_signing_alg_values_supported`, absent when the portal does not say.
    pub algs: Option<BTreeSet<String>>,
}

impl Configuration {
    /// Where to register.
    pub fn registration(&self, base: &Base) -> Result<Url, Error> {
        let text = self.registration_endpoint.as_deref().ok_or(Error::NoRegistration)?;
        endpoint(base, Some(text), "registration address")
    }

    /// Whether the portal says that it takes signatures of this kind in place of a password.
    pub fn takes(&self, alg: Alg) -> bool {
        let method = match &self.auth_methods {
            Some(methods) => methods.contains(ClientAuth::PrivateKeyJwt.name()),
            None => self.capabilities.contains("client-confidential-asymmetric"),
        };
        method && self.algs.as_ref().is_none_or(|algs| algs.contains(alg.name()))
    }
}

/// Reads `.well-known/smart-configuration`; nothing when it is none.
pub(crate) fn smart(base: &Base, body: &[u8]) -> Option<Result<Configuration, Error>> {
    let value = parsed(body)?;
    value.get("authorization_endpoint").or_else(|| value.get("token_endpoint"))?;
    Some(from_smart(base, &value))
}

/// Reads the OAuth addresses of a capability statement (`CapabilityStatement.rest.security`, the form of SMART 1.0);
/// nothing when it has none.
pub(crate) fn metadata(base: &Base, body: &[u8]) -> Option<Result<Configuration, Error>> {
    let value = parsed(body)?;
    let rest = value.get("rest")?.as_array()?.iter();
    let extensions = rest.filter_map(|rest| rest.pointer("/security/extension")?.as_array()).flatten();
    let uris = extensions
        .filter(|extension| text(extension, "url") == Some(OAUTH_URIS))
        .find_map(|extension| extension.get("extension")?.as_array())?;
    let named = |name: &str| {
        uris.iter().find(|uri| text(uri, "url") == Some(name)).and_then(|uri| text(uri, "valueUri"))
    };
    let mut found = from_uris(base, named("authorize"), named("token"), named("revoke"));
    if let Ok(found) = &mut found {
        found.registration_endpoint = named("register").map(str::to_owned);
    }
    Some(found)
}

/// JSON of no more values than are taken; serde_json takes none that is deeper than 128.
fn parsed(body: &[u8]) -> Option<Value> {
    if http::values(body) > http::MOST_VALUES {
        return None;
    }
    serde_json::from_slice(body).ok()
}

fn from_smart(base: &Base, value: &Value) -> Result<Configuration, Error> {
    let names_issuer = value.get("authorization_response_iss_parameter_supported").and_then(Value::as_bool);
    let mut found = from_uris(
        base,
        text(value, "authorization_endpoint"),
        text(value, "token_endpoint"),
        text(value, "revocation_endpoint"),
    )?;
    found.issuer = text(value, "issuer").map(str::to_owned);
    found.names_issuer = names_issuer.unwrap_or(false);
    found.pkce = texts(value, "code_challenge_methods_supported");
    found.capabilities = texts(value, "capabilities").unwrap_or_default();
    found.scopes = texts(value, "scopes_supported");
    found.registration_endpoint = text(value, "registration_endpoint").map(str::to_owned);
    found.auth_methods = texts(value, "token_endpoint_auth_methods_supported");
    found.algs = texts(value, "token_endpoint_auth_signing_alg_values_supported");
    Ok(found)
}

fn from_uris(
    base: &Base,
    authorize: Option<&str>,
    token: Option<&str>,
    revoke: Option<&str>,
) -> Result<Configuration, Error> {
    Ok(Configuration {
        authorization_endpoint: endpoint(base, authorize, "sign-in page")?,
        token_endpoint: endpoint(base, token, "token address")?,
        revocation_endpoint: revoke
            .map(|text| endpoint(base, Some(text), "revocation address"))
            .transpose()?,
        issuer: None,
        names_issuer: false,
        pkce: None,
        capabilities: BTreeSet::new(),
        scopes: None,
        registration_endpoint: None,
        auth_methods: None,
        algs: None,
    })
}

fn endpoint(base: &Base, text: Option<&str>, name: &'static str) -> Result<Url, Error> {
    let url = text.and_then(|text| Url::parse(text).ok()).ok_or(Error::Malformed(name))?;
    if base.secure(&url) && url.fragment().is_none() { Ok(url) } else { Err(Error::InsecureEndpoint(name)) }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn texts(value: &Value, key: &str) -> Option<BTreeSet<String>> {
    let list = value.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
