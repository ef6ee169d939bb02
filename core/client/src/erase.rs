//! A record that is gone for good: keys first, so that what a kill leaves behind is nobody's (ADR 0008).

use std::path::Path;

use serde::Serialize;
use store::Doomed;

use crate::unlock::UNFINISHED;
use crate::{Client, Error, Platform};

/// What [`erase`] removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Keys, and access to portals, that were in the keychain.
    pub keys: u64,
    /// Files: the database, what belongs to it, and attachments.
    pub files: u64,
}

/// What came of asking one portal to forget its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revoked {
    /// The portal's name.
    pub portal: String,
    /// Whether it confirmed.
    pub confirmed: bool,
}

impl Client {
    /// Ends every connection: asks its portal to forget the tokens, and forgets them here. What cannot be reached is passed over.
    ///
    /// # Errors
    /// Those of the keychain and the store.
    pub async fn end_connections(&self) -> Result<Vec<Revoked>, Error> {
        let mut revoked = Vec::new();
        for row in self.inner.store.connections()? {
            if row.ended.is_none() {
                let confirmed = self.disconnect(&row.id.to_string()).await?;
                revoked.push(Revoked { portal: row.name, confirmed });
            }
        }
        for base in self.bases_of_apps()? {
            self.tidy_apps(&base).await?;
        }
        Ok(revoked)
    }
}

/// Removes the record in the file `database` with all its keys. No passphrase is asked for: who lost it may erase too.
///
/// A kill in between is finished by the next call: from its first step on the record counts as none, from its second on
/// nothing that is left on this device opens the database or a copy of it.
///
/// # Errors
/// [`Error::NoRecord`], [`Error::InUse`], [`Error::Locked`] when the keychain does not answer.
pub fn erase(platform: &Platform, database: &Path) -> Result<Erased, Error> {
    let keychain = &platform.keychain;
    let doomed = Doomed::at(database)?;
    let kept = keychain.names()?;
    if kept.is_empty() && !doomed.is_there() {
        doomed.remove()?;
        return Err(Error::NoRecord);
    }
    keychain.store(UNFINISHED, b"erasing")?;
    let mut keys = 0_u64;
    for name in in_order(kept) {
        keychain.remove(&name)?;
        keys = keys.saturating_add(1);
    }
    let files = doomed.remove()?;
    keychain.remove(UNFINISHED)?;
    Ok(Erased { keys, files })
}

/// The wraps of the key first: they open the database. The mark that this is going on stays to the end.
fn in_order(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| name != UNFINISHED);
    names.sort_by_key(|name| (!name.starts_with("wrap."), name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_the_database_goes_first() {
        let names = ["attempts", "device", "wrap.passphrase", "tokens.00", "unfinished", "wrap.kit"];
        let order = in_order(names.map(str::to_owned).to_vec());
        assert_eq!(order, ["wrap.kit", "wrap.passphrase", "attempts", "device", "tokens.00"]);
    }
}
