//! Connections: what this device knows of each portal, and what it keeps secret about it.

use std::collections::{BTreeMap, BTreeSet};

use portal::Tokens;
use portal::abilities::Abilities;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use statement::ConnectionId;
use store::{Commit, ConnectionRow};
use vault::seal;

use crate::{Client, Error};

/// What a connection row carries of the client's own, as JSON. No token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The client id used at this portal.
    pub client_id: String,
    /// The granted scopes, as the portal gave them.
    pub scopes: String,
    /// When the access that was given ends for good, where that is known (Unix seconds).
    pub ends: Option<i64>,
    /// Whether the portal asked for a new sign-in.
    #[serde(default)]
    pub sign_in_again: bool,
    /// Whether the client id comes of a registration of this device's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub registered: bool,
    /// Whether this device shows with a key of its own who it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signs: bool,
    /// What the portal said that it takes; nothing until it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abilities: Option<Abilities>,
    /// Types of which this portal does not keep our identifiers: it cannot be asked for what may have been sent.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub drops_identifiers: BTreeSet<String>,
    /// The fewest bytes of files within a message that this portal refused as too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_files: Option<usize>,
}

/// The names of what this version knows.
const KNOWN: [&str; 9] = [
    "client_id",
    "scopes",
    "ends",
    "sign_in_again",
    "registered",
    "signs",
    "abilities",
    "drops_identifiers",
    "refused_files",
];

impl Settings {
    pub(crate) fn of(row: &ConnectionRow) -> Self {
        serde_json::from_str(&row.settings).unwrap_or_default()
    }

    /// Whether it takes a new sign-in to go on. Where the end is known, nobody has to be asked.
    pub(crate) fn asks(&self, now: i64) -> bool {
        self.sign_in_again || self.ends.is_some_and(|end| end <= now)
    }

    pub(crate) fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same in the place of what was kept before, with what a later version wrote there beside it.
    pub(crate) fn encode_beside(&self, before: &str) -> String {
        let map = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
        let mut all = map(&self.encode());
        all.extend(map(before).into_iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())));
        serde_json::to_string(&all).unwrap_or_default()
    }
}

impl Client {
    /// The names of all connections that this device knows, by connection.
    pub(crate) fn portal_names(&self) -> Result<BTreeMap<ConnectionId, String>, Error> {
        Ok(self.inner.store.connections()?.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// A connection as it is kept now.
    pub(crate) fn connection_row(&self, id: &ConnectionId) -> Result<Option<ConnectionRow>, Error> {
        Ok(self.inner.store.connections()?.into_iter().find(|row| row.id == *id))
    }

    /// From now on the person has to sign in again.
    pub(crate) fn must_sign_in(&self, connection: &ConnectionRow) -> Result<(), Error> {
        self.change_settings(&connection.id, |settings| settings.sign_in_again = true)
    }

    /// Changes what is kept with a connection, as it is kept now: whoever read it earlier undoes nothing that came since.
    pub(crate) fn change_settings(
        &self,
        connection: &ConnectionId,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), Error> {
        let Some(row) = self.connection_row(connection)? else { return Ok(()) };
        let held = Settings::of(&row);
        let mut settings = held.clone();
        change(&mut settings);
        if settings == held {
            return Ok(());
        }
        let row = ConnectionRow { settings: settings.encode_beside(&row.settings), ..row };
        let touched = self.inner.store.commit(Commit { connection: Some(row), ..Commit::default() })?;
        self.wake(&touched);
        Ok(())
    }

    /// The connection of this name, address or id (or the start of one); the newest when several fit equally.
    pub(crate) fn connection_named(&self, name: &str) -> Result<ConnectionRow, Error> {
        let wanted = name.trim().to_lowercase();
        let mut rows = self.inner.store.connections()?;
        rows.sort_by_key(|row| (row.ended.is_some(), std::cmp::Reverse(row.created)));
        let exact = |row: &&ConnectionRow| {
            row.name.to_lowercase() == wanted
                || row.issuer.to_lowercase() == wanted
                || row.id.to_string() == wanted
        };
        let begins = |row: &&ConnectionRow| row.name.to_lowercase().starts_with(&wanted);
        rows.iter().find(exact).or_else(|| rows.iter().find(begins)).cloned().ok_or(Error::NotFound)
    }

    pub(crate) fn keep_tokens(&self, connection: &ConnectionId, tokens: &Tokens) -> Result<(), Error> {
        let name = Self::token_name(connection);
        let sealed =
            seal::seal(&self.inner.device_key, &name, self.inner.platform.random()?, &tokens.encode())?;
        Ok(self.inner.platform.keychain.store(&name, &sealed)?)
    }

    /// `None` when the person has to sign in: no tokens are kept, or they cannot be read.
    pub(crate) fn kept_tokens(&self, connection: &ConnectionId) -> Result<Option<Tokens>, Error> {
        let name = Self::token_name(connection);
        let Some(sealed) = self.inner.platform.keychain.load(&name)? else { return Ok(None) };
        let Ok(plain) = seal::open(&self.inner.device_key, &name, &sealed) else { return Ok(None) };
        Ok(Tokens::decode(plain.expose()).ok())
    }

    pub(crate) fn forget_tokens(&self, connection: &ConnectionId) -> Result<(), Error> {
        Ok(self.inner.platform.keychain.remove(&Self::token_name(connection))?)
    }
}

#[cfg(test)]
mod tests {
    use portal::Scopes;

    use super::*;

    #[test]
    fn the_kept_settings_of_a_connection_are_read_for_ever() {
        let frozen = include_str!("../../../tests/vectors/client/connection-settings.json").trim();
        let settings: Settings = serde_json::from_str(frozen).unwrap();
        assert_eq!(settings.client_id, "wellkept");
        assert_eq!(settings.scopes, "launch/patient offline_access patient/*.rs");
        assert_eq!((settings.ends, settings.sign_in_again), (Some(1_795_305_600), true));
        assert_eq!(settings.encode(), frozen);
    }

    #[test]
    fn c14_what_a_later_version_keeps_of_a_connection_survives_this_one() {
        let later = r#"{"client_id":"old","scopes":"a","ends":1,"registered":true,"paused_until":17,"palette":{"hue":"teal"}}"#;
        let settings = Settings { client_id: "new".to_owned(), ..Settings::default() };
        let kept = settings.encode_beside(later);
        let read: Settings = serde_json::from_str(&kept).unwrap();
        assert_eq!(read, settings, "what this version knows is as it was set: {kept}");
        assert!(kept.ends_with(r#""paused_until":17,"palette":{"hue":"teal"}}"#), "{kept}");
        let abilities = Abilities::of(br#"{"resourceType":"CapabilityStatement"}"#, &Scopes::default(), 1);
        let all = Settings {
            ends: Some(1),
            sign_in_again: true,
            registered: true,
            signs: true,
            abilities: Some(abilities.unwrap()),
            drops_identifiers: ["Task".to_owned()].into(),
            refused_files: Some(1),
            ..settings
        };
        let names: Vec<String> = serde_json::from_str::<Map<String, Value>>(&all.encode())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, KNOWN);
        assert_eq!(all.encode_beside("nonsense"), all.encode());
    }
}
