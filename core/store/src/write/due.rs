//! Which files of rows a sync still has to look at, so that it need not go through all of them.
//!
//! `attachment.due` is 1 as long as nobody has looked for the words of a file that stands in its resource, or a connection in use has
//! not asked for an address since what points at it was seen. It follows from the log and is told anew whenever that changes.

use rusqlite::{Connection, ToSql};

use crate::error::Result;

const DUE: &str = "(digest IS NOT NULL AND NOT EXISTS \
     (SELECT 1 FROM file f WHERE f.digest = attachment.digest AND f.inline = 1)) \
     OR (address IS NOT NULL AND EXISTS (SELECT 1 FROM resource_key k CROSS JOIN connection c ON c.issuer = k.issuer AND c.ended IS NULL \
     LEFT JOIN address a ON a.connection = c.id AND a.address = attachment.address \
     WHERE k.ordinal = attachment.key AND (a.address IS NULL OR a.outcome = 'failed' OR k.seen > a.seen)))";

/// Of one row.
pub(super) fn of_row(db: &Connection, ordinal: i64) -> Result<()> {
    tell(db, "key = ?1", ordinal)
}

/// Of a file that stands in resources.
pub(super) fn of_file(db: &Connection, digest: &fhir::Digest) -> Result<()> {
    tell(db, "digest = ?1", digest.0)
}

/// Of an address.
pub(super) fn of_address(db: &Connection, address: &str) -> Result<()> {
    tell(db, "address = ?1", address)
}

/// Of every address of a portal: a connection to it has come or gone.
pub(super) fn of_portal(db: &Connection, issuer: &str) -> Result<()> {
    tell(
        db,
        "address IS NOT NULL AND ?1 = (SELECT issuer FROM resource_key k WHERE k.ordinal = attachment.key)",
        issuer,
    )
}

fn tell(db: &Connection, which: &'static str, value: impl ToSql) -> Result<()> {
    let sql = format!("UPDATE attachment SET due = {DUE} WHERE ({which}) AND due <> ({DUE})");
    db.prepare_cached(&sql)?.execute([value])?;
    Ok(())
}
