//! What a portal made of the registration, which may be other than what was asked (RFC 7591, section 3.2.1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    Base, ClientAuth, Error, Scopes, Signer, Tokens, base::loopback_http, connect, granted::visible,
};

/// A client id that belongs to this device alone, kept by the caller. It holds a token of the portal's, so it is sealed
/// like tokens; it has no `Debug`.
#[derive(ZeroizeOnDrop)]
pub struct Registered {
    client_id: String,
    #[zeroize(skip)]
    base: Base,
    redirect_uri: String,
    #[zeroize(skip)]
    auth: ClientAuth,
    kid: Option<String>,
    scopes: String,
    by_signature: bool,
    /// Where and with which token it is given back.
    #[zeroize(skip)]
    pub(super) management: Option<(Url, Zeroizing<String>)>,
    #[zeroize(skip)]
    answered: Answered,
}

/// What was asked.
pub(super) struct Asked {
    pub base: Base,
    pub endpoint: Url,
    pub redirect_uri: String,
    pub auth: ClientAuth,
    pub kid: Option<String>,
    pub scopes: String,
    pub by_signature: bool,
}

/// What only the check needs.
#[derive(Default)]
struct Answered {
    auth: Option<String>,
    secret: bool,
    grants: Option<BTreeSet<String>>,
    responses: Option<BTreeSet<String>>,
    returns: Option<BTreeSet<String>>,
}

impl Registered {
    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The portal's FHIR base address.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// How the app shows who it is from now on.
    pub fn auth(&self) -> ClientAuth {
        self.auth
    }

    /// The name of the registered key.
    pub fn key(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What to ask for at sign-in: what was registered, without what this app never asks for.
    pub fn scopes(&self) -> &str {
        &self.scopes
    }

    /// Whether one signs in with it; if not, it renews the access that it was made within.
    pub fn signs_in(&self) -> bool {
        !self.by_signature
    }

    /// Whether the browser may return there: where it was registered to, on this machine at any port (RFC 8252, section 7.3).
    pub fn returns_to(&self, redirect_uri: &str) -> bool {
        let portless = |text: &str| {
            let mut url = Url::parse(text).ok()?;
            if loopback_http(&url) {
                url.set_port(None).ok()?;
            }
            Some(url)
        };
        portless(&self.redirect_uri).is_some_and(|own| portless(redirect_uri) == Some(own))
    }

    /// Whether the portal forgets it when asked ([`super::give_back`]).
    pub fn can_be_given_back(&self) -> bool {
        self.management.is_some()
    }

    /// How to sign in with it. `signer`: of the registered key. Errors: [`Error::CannotSign`] when it is needed and
    /// missing, or of another key.
    pub fn options(&self, signer: Option<Signer>) -> Result<connect::Options, Error> {
        let key = match self.auth {
            ClientAuth::None => None,
            ClientAuth::PrivateKeyJwt => {
                Some(signer.filter(|signer| Some(signer.kid()) == self.key()).ok_or(Error::CannotSign)?)
            }
        };
        Ok(connect::Options {
            key,
            scopes: Some(self.scopes.clone()),
            ..connect::Options::new(self.client_id.clone(), self.redirect_uri.clone())
        })
    }

    /// After [`super::Register::within`]: the same access, from here on renewed by the device's key. The access that paid
    /// is used up, so the first thing that a session does with these is to renew. Errors: [`Error::Unusable`] for a
    /// registration that was made otherwise or elsewhere.
    pub fn take_over(&self, tokens: &Tokens) -> Result<Tokens, Error> {
        if !self.by_signature || tokens.base() != &self.base {
            return Err(Error::Unusable("it is not for this access"));
        }
        let mut tokens = tokens.copy();
        tokens.refresh = None;
        tokens.about.client_id = self.client_id.clone();
        tokens.about.auth = self.auth;
        tokens.about.kid = self.kid.clone();
        tokens.about.by_signature = true;
        tokens.about.expires_at = Some(tokens.about.obtained_at);
        Ok(tokens)
    }

    /// JSON, to be sealed before it is written anywhere.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let kept = Kept {
            version: VERSION,
            base: self.base.as_str().to_owned(),
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            auth: self.auth.name().to_owned(),
            kid: self.kid.clone(),
            scopes: self.scopes.clone(),
            by_signature: self.by_signature,
            management_uri: self.management.as_ref().map(|(url, _)| url.to_string()),
            management_token: self.management.as_ref().map(|(_, token)| token.to_string()),
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
        let written = serde_json::to_writer(&mut *bytes, &kept);
        debug_assert!(written.is_ok());
        bytes
    }

    /// Reads what [`Self::encode`] wrote. The addresses in it are checked as at registration.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| Error::BadRegistration)?;
        let base = Base::parse(&kept.base).map_err(|_| Error::BadRegistration)?;
        let auth = ClientAuth::named(Some(&kept.auth)).ok_or(Error::BadRegistration)?;
        let sound = kept.version == VERSION
            && visible(&kept.client_id)
            && connect::authorize::return_address(&kept.redirect_uri).is_ok()
            && (auth == ClientAuth::None || kept.kid.is_some());
        if !sound {
            return Err(Error::BadRegistration);
        }
        let management = match (&kept.management_uri, &kept.management_token) {
            (Some(uri), Some(token)) => {
                let url = Url::parse(uri).ok().filter(|url| base.secure(url) && visible(token));
                Some((url.ok_or(Error::BadRegistration)?, Zeroizing::new(token.clone())))
            }
            (None, None) => None,
            _ => return Err(Error::BadRegistration),
        };
        Ok(Self {
            client_id: kept.client_id.clone(),
            base,
            redirect_uri: kept.redirect_uri.clone(),
            auth,
            kid: kept.kid.clone(),
            scopes: kept.scopes.clone(),
            by_signature: kept.by_signature,
            management,
            answered: Answered::default(),
        })
    }

    /// Reads a client information response (RFC 7591, section 3.2.1), with tolerance.
    pub(super) fn read(body: &[u8], asked: &Asked) -> Result<Self, Error> {
        const WHAT: Error = Error::Malformed("the registration");
        let value: Value = serde_json::from_slice(body).map_err(|_| WHAT)?;
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let client_id = text("client_id").filter(|id| visible(id) && id.len() <= 4096).ok_or(WHAT)?;
        let answered = Answered {
            auth: text("token_endpoint_auth_method"),
            secret: text("client_secret").is_some_and(|secret| !secret.is_empty()),
            grants: list(&value, "grant_types"),
            responses: list(&value, "response_types"),
            returns: list(&value, "redirect_uris"),
        };
        let auth = ClientAuth::named(answered.auth.as_deref().or(Some(asked.auth.name())));
        let keyed = auth == Some(ClientAuth::PrivateKeyJwt) || asked.by_signature;
        Ok(Self {
            client_id,
            base: asked.base.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            auth: auth.unwrap_or_default(),
            kid: asked.kid.clone().filter(|_| keyed),
            scopes: to_ask(text("scope").as_deref(), &asked.scopes, answered.grants.as_ref()),
            by_signature: asked.by_signature,
            management: management(&value, asked),
            answered,
        })
    }

    /// Whether this app can sign in with what the portal made of it.
    pub(super) fn usable(&self, asked: &Asked) -> Result<(), Error> {
        let answered = &self.answered;
        let has = |list: &Option<BTreeSet<String>>, wanted: &str| {
            list.as_ref().is_none_or(|list| list.contains(wanted))
        };
        // Without a word about the method, a secret means that one is expected (RFC 7591, section 2: the default).
        let secret = answered.auth.is_none() && answered.secret;
        if secret || answered.auth.as_deref().is_some_and(|auth| ClientAuth::named(Some(auth)).is_none()) {
            return Err(Error::Unusable("it insists on a shared secret"));
        }
        if self.auth == ClientAuth::PrivateKeyJwt && asked.kid.is_none() {
            return Err(Error::Unusable("it expects a key that was not registered"));
        }
        if asked.by_signature {
            let renews = has(&answered.grants, "urn:ietf:params:oauth:grant-type:jwt-bearer");
            return if renews {
                Ok(())
            } else {
                Err(Error::Unusable("it does not renew by the device's key"))
            };
        }
        if !has(&answered.grants, "authorization_code") || !has(&answered.responses, "code") {
            return Err(Error::Unusable("it does not allow to sign in with a browser"));
        }
        if !has(&answered.returns, &asked.redirect_uri) {
            return Err(Error::Unusable("it leads back to another address"));
        }
        if !Scopes::parse(&self.scopes).reads_a_patient() {
            return Err(Error::Unusable("it allows to read nothing"));
        }
        Ok(())
    }
}

const VERSION: u16 = 1;

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Kept {
    version: u16,
    base: String,
    client_id: String,
    redirect_uri: String,
    auth: String,
    kid: Option<String>,
    scopes: String,
    by_signature: bool,
    management_uri: Option<String>,
    management_token: Option<String>,
}

/// What to ask for at sign-in. `registered`: what the portal says; `asked`: what it was asked for.
fn to_ask(registered: Option<&str>, asked: &str, grants: Option<&BTreeSet<String>>) -> String {
    let renews = grants.is_none_or(|grants| grants.contains("refresh_token"));
    let wanted = |scope: &&str| {
        let lasting = *scope != "offline_access" || renews;
        let known = asked.split(' ').any(|one| one == *scope) || Scopes::parse(scope).reads_a_patient();
        lasting && known
    };
    let words: Vec<&str> =
        registered.unwrap_or(asked).split_whitespace().take(1_000).filter(wanted).collect();
    words.join(" ")
}

/// The way to give the registration back: at the host that it was made at, or not at all.
fn management(value: &Value, asked: &Asked) -> Option<(Url, Zeroizing<String>)> {
    let url = Url::parse(value.get("registration_client_uri")?.as_str()?).ok()?;
    let token = value.get("registration_access_token")?.as_str().filter(|token| visible(token))?;
    let same = url.origin() == asked.endpoint.origin() && asked.base.secure(&url);
    same.then(|| (url, Zeroizing::new(token.to_owned())))
}

fn list(value: &Value, key: &str) -> Option<BTreeSet<String>> {
    let list = value.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
