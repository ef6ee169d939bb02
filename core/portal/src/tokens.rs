use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Base, ClientAuth, Error, Scopes, base::valid_id, granted::visible};

/// What a portal gave this device: access to one patient. It is sealed and kept by the device that got it and goes nowhere
/// else. Wiped from memory when dropped; it has no `Debug` and no `Display`.
#[derive(ZeroizeOnDrop)]
pub struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    #[zeroize(skip)]
    pub(crate) about: About,
}

/// All of it that is no secret.
#[derive(Clone, PartialEq)]
pub(crate) struct About {
    pub base: Base,
    pub client_id: String,
    pub auth: ClientAuth,
    /// The key that was used, and must be used again.
    pub kid: Option<String>,
    /// New access comes for the device's signature (RFC 7523, section 2.1) instead of a refresh token.
    pub by_signature: bool,
    pub token_endpoint: Url,
    pub revocation_endpoint: Option<Url>,
    pub patient: String,
    pub scopes: Scopes,
    pub obtained_at: i64,
    pub expires_at: Option<i64>,
    /// When renewing ends for good.
    pub renewable_until: Option<i64>,
}

impl Tokens {
    /// The portal's FHIR base address.
    pub fn base(&self) -> &Base {
        &self.about.base
    }

    /// The patient's id at the portal.
    pub fn patient(&self) -> &str {
        &self.about.patient
    }

    /// What was granted, which may be less than what was asked.
    pub fn scopes(&self) -> &Scopes {
        &self.about.scopes
    }

    /// When these tokens came (Unix seconds, the device's clock).
    pub fn obtained_at(&self) -> i64 {
        self.about.obtained_at
    }

    /// When the access token ends, as the portal said (Unix seconds, the device's clock). This is not the end of the
    /// connection when [`Self::can_refresh`].
    pub fn expires_at(&self) -> Option<i64> {
        self.about.expires_at
    }

    /// Whether access can be renewed, by a refresh token or by the device's key: if not, the person signs in again when
    /// the access token ends.
    pub fn can_refresh(&self) -> bool {
        self.refresh.is_some() || self.about.by_signature
    }

    /// When the connection ends for good, as far as the portal said (Unix seconds, the device's clock). Renewing does not
    /// move it where the person at the portal chose it.
    pub fn ends(&self) -> Option<i64> {
        if self.can_refresh() { self.about.renewable_until } else { self.about.expires_at }
    }

    /// The name of the device's key that renewing and revoking need ([`crate::session::Session::signing`]).
    pub fn key(&self) -> Option<&str> {
        self.about.kid.as_deref()
    }

    /// The client id at the portal.
    pub fn client_id(&self) -> &str {
        &self.about.client_id
    }

    /// JSON, to be sealed before it is written anywhere.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let about = &self.about;
        let kept = Kept {
            version: if about.kid.is_some() { WITH_KEY } else { PUBLIC },
            base: about.base.as_str().to_owned(),
            client_id: about.client_id.clone(),
            token_endpoint: about.token_endpoint.to_string(),
            revocation_endpoint: about.revocation_endpoint.as_ref().map(Url::to_string),
            patient: about.patient.clone(),
            scopes: about.scopes.to_string(),
            obtained_at: about.obtained_at,
            expires_at: about.expires_at,
            access: self.access.clone(),
            refresh: self.refresh.clone(),
            auth: Some(about.auth.name().to_owned()).filter(|_| about.kid.is_some()),
            kid: about.kid.clone(),
            by_signature: about.by_signature,
            renewable_until: about.renewable_until,
        };
        // Room enough that writing does not move the secret about in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096 + 8 * self.access.len()));
        let written = serde_json::to_writer(&mut *bytes, &kept);
        debug_assert!(written.is_ok());
        bytes
    }

    /// Reads what [`Self::encode`] wrote. The addresses in it are checked as at sign-in.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut kept: Kept = serde_json::from_slice(bytes).map_err(|_| Error::BadTokens)?;
        let base = Base::parse(&kept.base).map_err(|_| Error::BadTokens)?;
        let endpoint =
            |text: &str| Url::parse(text).ok().filter(|url| base.secure(url)).ok_or(Error::BadTokens);
        let keyed = match (kept.version, &kept.kid) {
            (PUBLIC, None) => !kept.by_signature && kept.auth.is_none(),
            (WITH_KEY, Some(_)) => true,
            _ => false,
        };
        let auth = ClientAuth::named(kept.auth.as_deref()).ok_or(Error::BadTokens)?;
        let sound = keyed && visible(&kept.access) && valid_id(&kept.patient);
        if !sound || !kept.refresh.as_deref().is_none_or(visible) {
            return Err(Error::BadTokens);
        }
        let about = About {
            client_id: kept.client_id.clone(),
            auth,
            kid: kept.kid.clone(),
            by_signature: kept.by_signature,
            renewable_until: kept.renewable_until,
            token_endpoint: endpoint(&kept.token_endpoint)?,
            revocation_endpoint: kept.revocation_endpoint.as_deref().map(endpoint).transpose()?,
            patient: kept.patient.clone(),
            scopes: Scopes::parse(&kept.scopes),
            obtained_at: kept.obtained_at,
            expires_at: kept.expires_at,
            base,
        };
        Ok(Self { access: std::mem::take(&mut kept.access), refresh: kept.refresh.take(), about })
    }

    pub(crate) fn copy(&self) -> Self {
        Self { access: self.access.clone(), refresh: self.refresh.clone(), about: self.about.clone() }
    }
}

/// Tokens that the app's name is enough for.
const PUBLIC: u16 = 1;
/// Tokens that the device's key belongs to: who does not know of it must not use them.
const WITH_KEY: u16 = 2;

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Kept {
    version: u16,
    base: String,
    client_id: String,
    token_endpoint: String,
    revocation_endpoint: Option<String>,
    patient: String,
    scopes: String,
    obtained_at: i64,
    expires_at: Option<i64>,
    access: String,
    refresh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_signature: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewable_until: Option<i64>,
}
