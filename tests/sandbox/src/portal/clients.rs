//! The apps that the portal knows: one from the start, the others registered themselves (RFC 7591, RFC 7592).

use std::collections::{BTreeMap, BTreeSet};

use oauth2::basic::BasicErrorResponseType;
use serde_json::Value;
use url::Url;

use super::assertion;
use super::grants::Denied;
use crate::{CLIENT_ID, Error, shell};

/// `client_assertion_type` (RFC 7523 section 2.2).
const BY_SIGNATURE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How an app shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Nothing,
    Signature,
}

/// One app.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) method: Method,
    /// The keys of its JWK Set (RFC 7517).
    pub(super) keys: Vec<Value>,
    /// What it may ask for; everything where that was not said.
    pub(super) scopes: Option<BTreeSet<String>>,
    /// The grant whose access paid for the registration: it is renewed by the key.
    pub(super) grant: Option<u64>,
    /// What the app shows to have it forgotten.
    pub(super) management: Option<String>,
}

/// All of them, and which signed words were used.
#[derive(Debug)]
pub(crate) struct Clients {
    known: BTreeMap<String, Client>,
    used: BTreeSet<(String, String)>,
}

impl Clients {
    /// With the app that is there from the start; it signs when there are keys.
    pub(super) fn new(redirect_uris: Vec<String>, keys: Option<&Value>) -> Clients {
        let client = Client {
            id: CLIENT_ID.to_owned(),
            redirect_uris,
            method: if keys.is_some() { Method::Signature } else { Method::Nothing },
            keys: keys.map(assertion::keys).unwrap_or_default(),
            scopes: None,
            grant: None,
            management: None,
        };
        Clients { known: BTreeMap::from([(client.id.clone(), client)]), used: BTreeSet::new() }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Client> {
        self.known.get(id)
    }

    /// Takes in an app under a new name.
    pub(super) fn register(&mut self, client: Client) -> Result<String, Error> {
        let id = shell::random_name()?;
        self.known.insert(id.clone(), Client { id: id.clone(), ..client });
        Ok(id)
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.known.remove(id);
    }

    /// The names of the apps that registered themselves.
    pub(crate) fn registered(&self) -> Vec<String> {
        self.known.keys().filter(|id| *id != CLIENT_ID).cloned().collect()
    }

    /// Who sends this form, if the app shows it as it must (RFC 6749 section 3.2.1).
    pub(super) fn sender(
        &mut self,
        form: &[(String, String)],
        audience: &str,
        now: i64,
    ) -> Result<Client, Denied> {
        let one = |name| super::answer::single(form, name);
        let assertion = one("client_assertion");
        let named = one("client_id").map(str::to_owned).or_else(|| assertion.and_then(assertion::subject));
        let Some(client) = named.and_then(|id| self.known.get(&id)).cloned() else {
            return denied("unknown client");
        };
        if client.method == Method::Nothing {
            return if assertion.is_some() { denied("this client has no key") } else { Ok(client) };
        }
        if one("client_assertion_type") != Some(BY_SIGNATURE) {
            return denied("client_assertion_type is missing or unknown");
        }
        let Some(assertion) = assertion else { return denied("client_assertion is missing") };
        self.signed(&client, assertion, audience, now)
            .map_err(|why| (BasicErrorResponseType::InvalidClient, why))?;
        Ok(client)
    }

    /// Whether the client signed this, for this address, for now, and for the first time.
    pub(super) fn signed(
        &mut self,
        client: &Client,
        assertion: &str,
        audience: &str,
        now: i64,
    ) -> Result<(), &'static str> {
        let word = assertion::check(assertion, &client.keys)?;
        if word.iss != client.id || word.sub != client.id {
            return Err("iss and sub must be the client_id");
        }
        if word.aud != audience {
            return Err("aud must be the token endpoint");
        }
        if word.exp <= now {
            return Err("the assertion has expired");
        }
        if word.exp > now.saturating_add(300) {
            return Err("exp is more than five minutes ahead");
        }
        if !self.used.insert((client.id.clone(), word.jti)) {
            return Err("jti was used before");
        }
        Ok(())
    }
}

impl Client {
    /// Exactly a registered one, but for the port of a loopback address (RFC 8252 section 7.3).
    pub(super) fn returns_to(&self, uri: &str) -> bool {
        let Ok(asked) = Url::parse(uri) else { return false };
        let loopback = matches!(asked.host_str(), Some("127.0.0.1" | "[::1]")) && asked.scheme() == "http";
        self.redirect_uris.iter().any(|known| {
            let portless = |url: &Url| {
                let mut url = url.clone();
                let _loopback_urls_have_ports = url.set_port(None);
                url
            };
            known == uri
                || (loopback && Url::parse(known).is_ok_and(|known| portless(&known) == portless(&asked)))
        })
    }
}

fn denied<T>(why: &'static str) -> Result<T, Denied> {
    Err((BasicErrorResponseType::InvalidClient, why))
}
