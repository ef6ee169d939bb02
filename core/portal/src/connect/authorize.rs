//! The way through the browser: the address to open, the address that comes back, the code turned into tokens.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier};
use url::Url;
use zeroize::Zeroizing;

use super::Options;
use crate::{Base, Error, Request, Scopes, base::loopback_http, discovery::Configuration, granted};

/// The secrets of one attempt.
pub(super) struct Attempt {
    redirect: Url,
    redirect_text: String,
    verifier: PkceCodeVerifier,
    state: CsrfToken,
}

/// A return address whose `state` is right.
pub(super) struct Answer {
    code: Option<Zeroizing<String>>,
    error: Option<(String, Option<String>)>,
    issuer: Option<String>,
}

impl Attempt {
    pub fn new(redirect_uri: &str, random: &[u8; 64]) -> Result<Self, Error> {
        let redirect = return_address(redirect_uri)?;
        let (verifier, state) = random.split_at(32);
        Ok(Self {
            redirect,
            redirect_text: redirect_uri.to_owned(),
            verifier: PkceCodeVerifier::new(BASE64URL_NOPAD.encode(verifier)),
            state: CsrfToken::new(BASE64URL_NOPAD.encode(state)),
        })
    }

    /// Another one, with secrets that whoever saw those of this one cannot know.
    pub fn another(&self) -> Self {
        let secret = |name: &str| {
            let from = PkceCodeVerifier::new(format!("{}-{name}", self.verifier.secret()));
            PkceCodeChallenge::from_code_verifier_sha256(&from).as_str().to_owned()
        };
        Self {
            redirect: self.redirect.clone(),
            redirect_text: self.redirect_text.clone(),
            verifier: PkceCodeVerifier::new(secret("verifier")),
            state: CsrfToken::new(secret("state")),
        }
    }

    /// The address to open and the scopes it asks for.
    pub fn address(&self, base: &Base, options: &Options, configuration: &Configuration) -> (Url, Scopes) {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&self.verifier);
        let scopes = options.scopes.clone().unwrap_or_else(|| wanted(configuration));
        let mut url = configuration.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &options.client_id)
            .append_pair("redirect_uri", &self.redirect_text)
            .append_pair("scope", &scopes)
            .append_pair("state", self.state.secret())
            .append_pair("aud", base.as_str())
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str());
        let scopes = Scopes::parse(&scopes);
        // Without it, a server may pass over the wish to stay (OpenID Connect Core 1.0, section 11); who does not know it
        // ignores it (RFC 6749, section 3.1).
        if scopes.contains("offline_access") {
            url.query_pairs_mut().append_pair("prompt", "consent");
        }
        (url, scopes)
    }

    /// Reads the address that came back. Errors: [`Error::NotForUs`], [`Error::WrongState`].
    pub fn answer(&self, address: &str) -> Result<Answer, Error> {
        let url = Some(address).filter(|text| text.len() <= 64 << 10).and_then(|text| Url::parse(text).ok());
        let url = url.filter(|url| self.is_ours(url)).ok_or(Error::NotForUs)?;
        let one = |name: &str| {
            let mut values =
                url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            let first = values.next();
            if values.next().is_some() { Err(Error::WrongState) } else { Ok(first) }
        };
        if one("state")?.as_ref() != Some(self.state.secret()) {
            return Err(Error::WrongState);
        }
        let description = one("error_description")?;
        Ok(Answer {
            code: one("code")?.map(Zeroizing::new),
            error: one("error")?.map(|code| (code, description)),
            issuer: one("iss")?,
        })
    }

    /// RFC 6749, section 4.1.3, with the verifier of RFC 7636. `now`: by the portal's clock.
    pub fn token_request(
        &self,
        configuration: &Configuration,
        options: &Options,
        code: &str,
        now: i64,
    ) -> Result<Request, Error> {
        let url = &configuration.token_endpoint;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_text),
            ("client_id", &options.client_id),
            ("code_verifier", self.verifier.secret()),
        ];
        let signer = options.key.as_ref();
        let assertion = signer.map(|key| key.assertion(&options.client_id, url, now)).transpose()?;
        Ok(Request::signed_form(url.clone(), &fields, assertion.as_deref().map(String::as_str)))
    }

    fn is_ours(&self, url: &Url) -> bool {
        let ours = &self.redirect;
        let parts = |url: &Url| {
            (
                url.scheme().to_owned(),
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
                url.path().to_owned(),
            )
        };
        parts(url) == parts(ours) && url.username().is_empty() && url.password().is_none()
    }
}

impl Answer {
    /// Whether the portal said that it does not give these scopes (RFC 6749, section 4.1.2.1).
    pub fn asked_too_much(&self) -> bool {
        self.error.as_ref().is_some_and(|(code, _)| code == "invalid_scope")
    }

    /// The code, when the issuer is right and the portal gave one.
    pub fn code(self, configuration: &Configuration) -> Result<Zeroizing<String>, Error> {
        // A refusal often names no issuer, and nothing is sent on it: its words are worth more than the rule.
        if !self.issuer_is_right(configuration) && (self.error.is_none() || self.issuer.is_some()) {
            return Err(Error::WrongIssuer);
        }
        if let Some((code, description)) = self.error {
            return Err(Error::Denied { reason: granted::words(&code, description.as_deref()) });
        }
        self.code.filter(|code| !code.is_empty()).ok_or(Error::Malformed("the sign-in answer"))
    }

    /// RFC 9207, section 2.4. A portal that does not say who its issuer is can only be held to the hosts it named.
    fn issuer_is_right(&self, configuration: &Configuration) -> bool {
        match (&self.issuer, &configuration.issuer) {
            (None, _) => !configuration.names_issuer,
            (Some(named), Some(issuer)) => named == issuer,
            (Some(named), None) => Url::parse(named).is_ok_and(|url| {
                let origin = url.origin();
                origin == configuration.token_endpoint.origin()
                    || origin == configuration.authorization_endpoint.origin()
            }),
        }
    }
}

/// RFC 8252, section 7.
pub(crate) fn return_address(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::BadRedirectUri)?;
    let scheme = url.scheme() == "https" || loopback_http(&url) || url.scheme().contains('.');
    let plain = url.query().is_none() && url.fragment().is_none();
    if !scheme || !plain || !url.username().is_empty() || url.password().is_some() {
        return Err(Error::BadRedirectUri);
    }
    Ok(url)
}

/// Kinds of resource that an act makes or changes.
const WRITTEN: [&str; 5] = ["Appointment", "Communication", "DocumentReference", "MedicationRequest", "Task"];
/// What is only ever created: a file that goes with a message.
const NEVER_CHANGED: &str = "DocumentReference";

/// What to ask for: everything of the patient that can be read, in the form that the portal understands; and the right to
/// act, where the portal lists it.
pub(crate) fn wanted(configuration: &Configuration) -> String {
    let has = |capability: &str, scope: &str| {
        configuration.scopes.as_ref().is_none_or(|list| list.contains(scope))
            || configuration.capabilities.contains(capability)
    };
    let mut scopes = vec!["launch/patient".to_owned()];
    if has("sso-openid-connect", "openid") {
        scopes.push("openid".to_owned());
        scopes.push("fhirUser".to_owned());
    }
    if has("permission-offline", "offline_access") {
        scopes.push("offline_access".to_owned());
    }
    let right = if speaks_v2(configuration) { "rs" } else { "read" };
    let types = configuration.scopes.as_ref().map(types).unwrap_or_default();
    if types.is_empty() || types.contains("*") {
        scopes.push(format!("patient/*.{right}"));
    } else {
        scopes.extend(types.iter().map(|on| format!("patient/{on}.{right}")));
    }
    scopes.extend(configuration.scopes.iter().flat_map(|list| writing(list, right == "rs")));
    scopes.join(" ")
}

/// The right to act where it is listed. `v2`: the form that is asked for where both are.
fn writing(list: &BTreeSet<String>, v2: bool) -> impl Iterator<Item = String> {
    let listed: Vec<(&str, &str)> = list.iter().filter_map(|scope| on(scope)).collect();
    WRITTEN.into_iter().filter_map(move |on| {
        let fits = listed.iter().filter(|(other, _)| *other == on || *other == "*");
        let rights: Vec<&str> = fits.map(|(_, right)| *right).collect();
        let by_letters = rights.iter().filter(|right| letters(right));
        let letters: String = ["c", "u"]
            .into_iter()
            .filter(|one| *one == "c" || on != NEVER_CHANGED)
            .filter(|one| by_letters.clone().any(|right| right.contains(one)))
            .collect();
        let by_word = rights.iter().any(|right| matches!(*right, "write" | "*"));
        match (letters.is_empty(), by_word) {
            (true, false) => None,
            (false, word) if v2 || !word => Some(format!("patient/{on}.{letters}")),
            _ => Some(format!("patient/{on}.write")),
        }
    })
}

/// Type and rights of a scope for one patient's data.
fn on(scope: &str) -> Option<(&str, &str)> {
    let (on, right) = scope.strip_prefix("patient/")?.split_once('.')?;
    Some((on, right.split('?').next().unwrap_or_default()))
}

fn letters(right: &str) -> bool {
    !right.is_empty() && right.bytes().all(|b| b"cruds".contains(&b))
}

fn speaks_v2(configuration: &Configuration) -> bool {
    let says = |name: &str| configuration.capabilities.contains(name);
    let lists = |end: &str| {
        configuration
            .scopes
            .iter()
            .flatten()
            .any(|scope| scope.starts_with("patient/") && scope.ends_with(end))
    };
    says("permission-v2") || (!says("permission-v1") && lists(".rs") && !lists(".read"))
}

/// The types that the portal lists, `*` among them.
fn types(list: &BTreeSet<String>) -> BTreeSet<String> {
    let writes = |right: &str| right == "write" || (letters(right) && !right.contains(['r', 's']));
    list.iter()
        .filter_map(|scope| on(scope))
        .filter(|(on, right)| !writes(right) && (*on == "*" || crate::base::valid_type(on)))
        .map(|(on, _)| on.to_owned())
        .collect()
}
