//! Messages without their content: what a list of threads is put together from.

use fhir::ResourceKey;
use rusqlite::params;
use statement::MemberId;

use crate::error::{Error, Result};
use crate::store::Store;
use crate::write::show::UNDATED;

/// One message, and what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLinks {
    /// The message.
    pub key: ResourceKey,
    /// Its date as Unix seconds; `None` for an undated one.
    pub when: Option<i64>,
    /// Whether it was withdrawn: recorded by mistake, or removed after that.
    pub withdrawn: bool,
    /// Whether the asking member has not read its current revision.
    pub new: bool,
    /// The messages that it answers.
    pub answers: Vec<ResourceKey>,
    /// What it is part of.
    pub part_of: Vec<ResourceKey>,
    /// Who sent it.
    pub sender: Option<ResourceKey>,
    /// To whom.
    pub recipients: Vec<ResourceKey>,
}

impl Store {
    /// Every message, newest first, undated ones last, then by id. No body of a row is read.
    pub fn message_links(&self, member: Option<&MemberId>) -> Result<Vec<MessageLinks>> {
        let member = member.map(|member| member.as_bytes().as_slice());
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT r.key, k.issuer, k.type, k.id, r.sort, r.state, \
             ?1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.member = ?1 AND m.digest = r.current) \
             FROM row r JOIN resource_key k ON k.ordinal = r.key WHERE r.type = 'Communication' \
             ORDER BY r.sort DESC, r.id, r.key",
        )?;
        let mut links = reader.db.prepare_cached(
            "SELECT path, issuer, type, id FROM reference WHERE key = ?1 AND (path GLOB 'inResponseTo*' \
             OR path GLOB 'partOf*' OR path GLOB 'sender*' OR path GLOB 'recipient*') ORDER BY path",
        )?;
        let mut rows = statement.query(params![member])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (when, state): (i64, i64) = (row.get(4)?, row.get(5)?);
            let mut message = MessageLinks {
                key: ResourceKey { issuer: row.get(1)?, resource_type: row.get(2)?, id: row.get(3)? },
                when: (when != UNDATED).then_some(when),
                withdrawn: withdrawn(state)?,
                new: row.get(6)?,
                answers: Vec::new(),
                part_of: Vec::new(),
                sender: None,
                recipients: Vec::new(),
            };
            let mut targets = links.query([row.get::<_, i64>(0)?])?;
            while let Some(target) = targets.next()? {
                let path: String = target.get(0)?;
                let key =
                    ResourceKey { issuer: target.get(1)?, resource_type: target.get(2)?, id: target.get(3)? };
                message.refers(&path, key);
            }
            found.push(message);
        }
        Ok(found)
    }
}

impl MessageLinks {
    fn refers(&mut self, path: &str, key: ResourceKey) {
        match path.split(['[', '.']).next() {
            Some("inResponseTo") => self.answers.push(key),
            Some("partOf") => self.part_of.push(key),
            Some("sender") => self.sender = Some(key),
            Some("recipient") => self.recipients.push(key),
            _ => {}
        }
    }
}

/// As `write::show` numbers states.
fn withdrawn(state: i64) -> Result<bool> {
    match state {
        0 | 2 | 3 => Ok(false),
        1 | 4 => Ok(true),
        _ => Err(Error::Unreadable("state")),
    }
}
