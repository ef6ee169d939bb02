//! Reading files, and what became of their addresses.

use std::collections::BTreeSet;

use fhir::{Digest, ResourceKey};
use rusqlite::{Connection, OptionalExtension, Row, params};
use statement::ConnectionId;
use zeroize::Zeroizing;

use super::log::limit_of;
use crate::error::{Error, Result};
use crate::file::{Address, Came, FileRow, HeldFile, UnreadFile, WantedFile};
use crate::store::Store;

impl Store {
    /// What is known of a file.
    pub fn file(&self, digest: &Digest) -> Result<Option<FileRow>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT kind, length, inline, name, text IS NOT NULL, used FROM file WHERE digest = ?1",
        )?;
        let mut rows = statement.query([digest.as_bytes()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let name: Option<String> = row.get(3)?;
        Ok(Some(FileRow {
            digest: *digest,
            kind: row.get(0)?,
            length: super::counted(row.get(1)?)?,
            inline: row.get(2)?,
            held: name.is_some_and(|name| self.folder().holds(&name)),
            has_text: row.get(4)?,
            used: row.get(5)?,
        }))
    }

    /// A file's sealed bytes and their key; `None` when it is not in the folder. [`Store::lose_file`] when they do not unseal.
    pub fn file_bytes(&self, digest: &Digest) -> Result<Option<HeldFile>> {
        let found = {
            let reader = self.reader();
            let mut statement = reader.db.prepare_cached(
                "SELECT name, key, length FROM file WHERE digest = ?1 AND name IS NOT NULL AND key IS NOT NULL",
            )?;
            let read = |row: &Row<'_>| {
                let length: i64 = row.get(2)?;
                Ok((row.get::<_, String>(0)?, Zeroizing::new(row.get::<_, [u8; 32]>(1)?), length))
            };
            statement.query_row([digest.as_bytes()], read).optional()?
        };
        let Some((name, key, length)) = found else { return Ok(None) };
        let bytes = self.folder().get(&name, super::counted(length)?);
        Ok(bytes.map(|bytes| HeldFile { key, bytes }))
    }

    /// The words that were got out of a file.
    pub fn file_text(&self, digest: &Digest) -> Result<Option<String>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached("SELECT text FROM file WHERE digest = ?1")?;
        let text: Option<Vec<u8>> =
            statement.query_row([digest.as_bytes()], |row| row.get(0)).optional()?.flatten();
        text.map(|text| words(&text)).transpose()
    }

    /// Plain bytes of all files in the folder.
    pub fn files_length(&self) -> Result<u64> {
        let reader = self.reader();
        let mut statement =
            reader.db.prepare_cached("SELECT coalesce(sum(length), 0) FROM file WHERE name IS NOT NULL")?;
        super::counted(statement.query_row([], |row| row.get(0))?)
    }

    /// What became of every address that a connection was asked for, sorted.
    pub fn addresses(&self, connection: &ConnectionId) -> Result<Vec<Address>> {
        let reader = self.reader();
        let sql = format!("{ADDRESS} WHERE connection = ?1 ORDER BY address");
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query([connection.as_bytes()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(address(row)?);
        }
        Ok(found)
    }

    /// What became of one address at a connection; `None` when it was never asked for.
    pub fn address(&self, connection: &ConnectionId, text: &str) -> Result<Option<Address>> {
        let reader = self.reader();
        let sql = format!("{ADDRESS} WHERE connection = ?1 AND address = ?2");
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params![connection.as_bytes(), text])?;
        rows.next()?.map(address).transpose()
    }

    /// Addresses that current rows of a portal point at and that this connection has not been asked for since they were seen, or only
    /// in vain by no fault of theirs; each once, what was seen last first, at most `limit`. With `refused`, also those that the
    /// portal would not give.
    pub fn wanted_files(
        &self,
        connection: &ConnectionId,
        issuer: &str,
        refused: bool,
        limit: usize,
    ) -> Result<Vec<WantedFile>> {
        let reader = self.reader();
        // What was refused is not due: it is looked for among all.
        let among = if refused { "attachment t" } else { "attachment t INDEXED BY attachment_due" };
        let due = if refused { "1" } else { "t.due = 1" };
        let mut statement = reader.db.prepare_cached(&format!(
            "SELECT t.address, t.content_type, t.size, k.issuer, k.type, k.id, max(k.seen) FROM {among} \
             CROSS JOIN resource_key k ON k.ordinal = t.key AND +k.issuer = ?2 \
             LEFT JOIN address a ON a.connection = ?1 AND a.address = t.address \
             WHERE {due} AND t.address IS NOT NULL AND (a.address IS NULL OR a.outcome = 'failed' OR k.seen > a.seen \
             OR (?3 AND a.outcome = 'refused')) \
             GROUP BY t.address ORDER BY max(k.seen) DESC, t.address LIMIT ?4",
        ))?;
        let values = params![connection.as_bytes(), issuer, refused, limit_of(limit)];
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let size: Option<i64> = row.get(2)?;
            found.push(WantedFile {
                address: row.get(0)?,
                content_type: row.get(1)?,
                size: size.map(super::counted).transpose()?,
                key: ResourceKey { issuer: row.get(3)?, resource_type: row.get(4)?, id: row.get(5)? },
                seen: row.get(6)?,
            });
        }
        Ok(found)
    }

    /// Files that stand in current rows and whose words nobody has looked for yet, each once, at most `limit`.
    pub fn unread_files(&self, limit: usize) -> Result<Vec<UnreadFile>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT r.current, t.path, t.digest, t.content_type FROM attachment t INDEXED BY attachment_due \
             CROSS JOIN row r ON r.key = t.key \
             WHERE t.due = 1 AND t.digest IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM file f WHERE f.digest = t.digest AND f.inline = 1) ORDER BY t.key, t.n LIMIT ?1",
        )?;
        let files = statement.query_map([limit_of(limit)], |row| {
            Ok(UnreadFile {
                resource: Digest(row.get(0)?),
                path: row.get(1)?,
                digest: Digest(row.get(2)?),
                content_type: row.get(3)?,
            })
        })?;
        let mut files: Vec<UnreadFile> = files.collect::<rusqlite::Result<_>>()?;
        let mut met = BTreeSet::new();
        files.retain(|file| met.insert(file.digest));
        Ok(files)
    }
}

/// The names of all files that rows name.
pub(crate) fn names(db: &Connection) -> Result<BTreeSet<String>> {
    let mut statement = db.prepare("SELECT name FROM file WHERE name IS NOT NULL")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// The words of a file from what is stored.
pub(crate) fn words(text: &[u8]) -> Result<String> {
    let bytes = crate::zip::unpack(text).ok_or(Error::Unreadable("file text"))?;
    String::from_utf8(bytes).map_err(|_| Error::Unreadable("file text"))
}

/// How an outcome is stored.
pub(crate) fn outcome(came: Came) -> &'static str {
    match came {
        Came::Held => "held",
        Came::Large => "large",
        Came::TooLarge => "too_large",
        Came::Refused(_) => "refused",
        Came::Failed => "failed",
    }
}

/// The status beside it.
pub(crate) fn status(came: Came) -> Option<u16> {
    match came {
        Came::Refused(status) => status,
        _ => None,
    }
}

const ADDRESS: &str = "SELECT connection, address, digest, outcome, reason, status, at, seen FROM address";

fn address(row: &Row<'_>) -> Result<Address> {
    let digest: Option<[u8; 32]> = row.get(2)?;
    let came = match row.get::<_, String>(3)?.as_str() {
        "held" => Came::Held,
        "large" => Came::Large,
        "too_large" => Came::TooLarge,
        "refused" => Came::Refused(row.get(5)?),
        _ => Came::Failed,
    };
    Ok(Address {
        connection: ConnectionId::new(row.get(0)?),
        address: row.get(1)?,
        digest: digest.map(Digest),
        came,
        reason: row.get(4)?,
        at: row.get(6)?,
        seen: row.get(7)?,
    })
}
