//! What the portal remembers of OAuth: codes, grants, access and refresh tokens.

use std::collections::BTreeMap;

use oauth2::basic::BasicErrorResponseType;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

use crate::{Error, shell};

/// Which app may see which patient, and what of her.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) id: u64,
    pub(crate) patient: String,
    pub(crate) scopes: Vec<String>,
    /// Who signed in.
    pub(crate) user: String,
    pub(crate) client_id: String,
    revoked: bool,
    /// When no refresh helps any more.
    pub(super) ends: Option<i64>,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) client_id: String,
    pub(super) user: String,
    pub(super) patient: String,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) expires: i64,
}

/// A fresh pair of tokens.
pub(super) struct Issued {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) patient: String,
    /// When the connection ends, where that is fixed.
    pub(super) ends: Option<i64>,
}

/// Why no token is given.
pub(super) type Denied = (BasicErrorResponseType, &'static str);

#[derive(Debug, Default)]
pub(crate) struct Grants {
    grants: BTreeMap<u64, Grant>,
    /// Each code with the grant that it was redeemed for.
    codes: BTreeMap<String, (Code, Option<u64>)>,
    /// Access token: grant, the second it ends, its scopes.
    access: BTreeMap<String, (u64, i64, Vec<String>)>,
    /// Refresh token: grant, and whether it was used.
    refresh: BTreeMap<String, (u64, bool)>,
}

impl Grants {
    pub(super) fn issue_code(&mut self, code: Code) -> Result<String, Error> {
        let name = shell::random_name()?;
        self.codes.insert(name.clone(), (code, None));
        Ok(name)
    }

    /// `lifetime`: of the connection, where it has a fixed end. Redeems a code, once; a second try ends the grant that the first one made (RFC 6749 section 4.1.2).
    pub(super) fn redeem(
        &mut self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: &str,
        now: i64,
        lifetime: Option<i64>,
    ) -> Result<u64, Denied> {
        let invalid = |why| Err((BasicErrorResponseType::InvalidGrant, why));
        let Some((code, redeemed)) = self.codes.get_mut(code) else { return invalid("unknown code") };
        if let Some(grant) = *redeemed {
            self.end(grant);
            return invalid("the code was used before; the grant is ended");
        }
        if now >= code.expires {
            return invalid("the code has expired");
        }
        if code.client_id != client_id || code.redirect_uri != redirect_uri {
            return invalid("the code was given to another client or redirect URI");
        }
        if !(43..=128).contains(&verifier.len()) || challenge_of(verifier) != code.challenge {
            return invalid("the code verifier does not fit the code challenge");
        }
        let id = u64::try_from(self.grants.len()).unwrap_or(u64::MAX);
        *redeemed = Some(id);
        let grant = Grant {
            id,
            patient: code.patient.clone(),
            scopes: code.scopes.clone(),
            user: code.user.clone(),
            client_id: client_id.to_owned(),
            revoked: false,
            ends: lifetime.map(|lifetime| now.saturating_add(lifetime)),
        };
        self.grants.insert(id, grant);
        Ok(id)
    }

    /// Uses a refresh token, once; a second try ends the grant (RFC 9700 section 4.14.2).
    /// With `for_ever` the same token is good again.
    pub(super) fn rotate(
        &mut self,
        token: &str,
        client_id: &str,
        now: i64,
        for_ever: bool,
    ) -> Result<u64, Denied> {
        let invalid = |why| Err((BasicErrorResponseType::InvalidGrant, why));
        let Some((id, used)) = self.refresh.get(token).copied() else {
            return invalid("unknown refresh token");
        };
        let Some(grant) = self.grants.get(&id) else { return invalid("unknown refresh token") };
        if grant.client_id != client_id {
            return invalid("the refresh token was given to another client");
        }
        if grant.revoked || grant.ends.is_some_and(|end| now >= end) {
            return invalid("the grant is ended");
        }
        if used {
            self.end(id);
            return invalid("the refresh token was used before; the grant is ended");
        }
        self.refresh.insert(token.to_owned(), (id, !for_ever));
        Ok(id)
    }

    /// The grant, if it has not ended.
    pub(super) fn alive(&self, id: u64, now: i64) -> Option<&Grant> {
        let alive = |grant: &&Grant| !grant.revoked && grant.ends.is_none_or(|end| now < end);
        self.grants.get(&id).filter(alive)
    }

    /// New tokens for a grant; `narrowed` are the scopes asked for in a refresh. A refresh token only with
    /// `offline_access` or `online_access`, and where it is `renewable`.
    pub(super) fn issue(
        &mut self,
        id: u64,
        narrowed: Option<Vec<String>>,
        expires: i64,
        renewable: bool,
    ) -> Result<Option<Issued>, Error> {
        let Some(grant) = self.grants.get(&id) else { return Ok(None) };
        let (patient, scopes) = (grant.patient.clone(), narrowed.unwrap_or_else(|| grant.scopes.clone()));
        let lasting = grant.scopes.iter().any(|scope| scope == "offline_access" || scope == "online_access");
        let (expires, ends) = (expires.min(grant.ends.unwrap_or(i64::MAX)), grant.ends);
        let access = shell::random_name()?;
        self.access.insert(access.clone(), (id, expires, scopes.clone()));
        let refresh = if lasting && renewable { Some(shell::random_name()?) } else { None };
        if let Some(refresh) = &refresh {
            self.refresh.insert(refresh.clone(), (id, false));
        }
        Ok(Some(Issued { access, refresh, scopes, patient, ends }))
    }

    pub(super) fn scopes(&self, id: u64) -> &[String] {
        self.grants.get(&id).map(|grant| grant.scopes.as_slice()).unwrap_or_default()
    }

    /// The grant of an access token that is good now, with the scopes of this token.
    pub(super) fn check(&self, access: &str, now: i64) -> Option<Grant> {
        let (id, expires, scopes) = self.access.get(access)?;
        let grant = self.grants.get(id).filter(|grant| !grant.revoked && now < *expires)?;
        Some(Grant { scopes: scopes.clone(), ..grant.clone() })
    }

    /// Makes one access token worthless; the grant goes on.
    pub(super) fn forget_access(&mut self, access: &str) {
        self.access.remove(access);
    }

    /// RFC 7009: ends the grant of an access or refresh token. An unknown token is no error.
    pub(super) fn revoke(&mut self, token: &str) {
        let of_access = self.access.get(token).map(|(id, _, _)| *id);
        if let Some(id) = of_access.or_else(|| self.refresh.get(token).map(|(id, _)| *id)) {
            self.end(id);
        }
    }

    /// Ends every grant of a client.
    pub(super) fn revoke_client(&mut self, client_id: &str) {
        let own = self.grants.values_mut().filter(|grant| grant.client_id == client_id);
        own.for_each(|grant| grant.revoked = true);
    }

    pub(crate) fn revoke_all(&mut self) {
        self.grants.values_mut().for_each(|grant| grant.revoked = true);
    }

    fn end(&mut self, id: u64) {
        if let Some(grant) = self.grants.get_mut(&id) {
            grant.revoked = true;
        }
    }
}

fn challenge_of(verifier: &str) -> String {
    PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned()))
        .as_str()
        .to_owned()
}
