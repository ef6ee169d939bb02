//! Rows, ready to draw.

use std::collections::BTreeSet;

use fhir::ResourceKey;
use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};
use statement::{MemberId, Section};

use super::search::Asked;
use crate::error::{Error, Result};
use crate::query::{Position, Query, SectionCount, StoredRow};
use crate::store::Store;
use crate::write::show::UNDATED;

/// What [`stored`] reads. `?1` is the member who asks, or null.
pub(super) const COLUMNS: &str = "r.sort, r.type, r.id, r.key, r.body, \
     ?1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.member = ?1 AND m.digest = r.current), \
     (SELECT count(*) FROM note_subject s WHERE s.subject = k.issuer || '|' || k.type || '|' || k.id), \
     EXISTS (SELECT 1 FROM revision v JOIN read_mark m ON m.member = ?1 AND m.digest = v.digest WHERE v.key = r.key) \
     AND NOT EXISTS (SELECT 1 FROM revision v JOIN read_mark m ON m.member = ?1 AND m.digest = v.digest \
     JOIN revision c ON c.key = v.key AND c.digest = r.current WHERE v.key = r.key AND v.comparison = c.comparison)";

impl Store {
    /// Rows, newest first, undated ones last, then by type and id: the same order on every device. Retracted rows are among them; their
    /// state says so.
    pub fn rows(&self, query: &Query) -> Result<Vec<StoredRow>> {
        let Some(filter) = Filter::of(query) else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM row r JOIN resource_key k ON k.ordinal = r.key{} \
             ORDER BY r.sort DESC, r.type, r.id, r.key LIMIT {}",
            filter.clause(),
            limit(query)
        );
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(stored(row)?);
        }
        Ok(found)
    }

    /// How many rows a query has in all, whatever its limit and place.
    pub fn count(&self, query: &Query) -> Result<u64> {
        let query = Query { after: None, ..query.clone() };
        let Some(filter) = Filter::of(&query) else {
            return Ok(0);
        };
        // The member is always the first parameter, whether a condition names it or not.
        let sql = format!("SELECT count(*) FROM row r{} AND (?1 IS NULL OR 1)", filter.clause());
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(&sql)?;
        super::counted(statement.query_row(params_from_iter(filter.values), |row| row.get(0))?)
    }

    /// The row of one resource; `None` when it has none. `member` is whose reading [`StoredRow::new`] tells of.
    pub fn row(&self, key: &ResourceKey, member: Option<&MemberId>) -> Result<Option<StoredRow>> {
        let reader = self.reader();
        let sql = format!(
            "SELECT {COLUMNS} FROM resource_key k JOIN row r ON r.key = k.ordinal \
             WHERE k.issuer = ?2 AND k.type = ?3 AND k.id = ?4"
        );
        let mut statement = reader.db.prepare_cached(&sql)?;
        let member = member.map(|member| member.as_bytes().as_slice());
        let mut rows = statement.query(params![member, key.issuer, key.resource_type, key.id])?;
        rows.next()?.map(stored).transpose()
    }

    /// The keys whose id starts so, sorted by id, type and issuer, at most `limit`; of one type, or of any.
    pub fn keys(
        &self,
        id_prefix: &str,
        resource_type: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ResourceKey>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT issuer, type, id FROM resource_key WHERE id >= ?1 AND id < ?1 || char(1114111) AND (?2 IS NULL OR type = ?2) \
             ORDER BY id, type, issuer LIMIT ?3",
        )?;
        let keys =
            statement.query_map(params![id_prefix, resource_type, super::log::limit_of(limit)], key)?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    /// The resources whose current revision refers to this one, each with the element that does, sorted.
    pub fn referrers(&self, target: &ResourceKey) -> Result<Vec<(ResourceKey, String)>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT k.issuer, k.type, k.id, f.path FROM reference f JOIN resource_key k ON k.ordinal = f.key \
             WHERE f.issuer = ?1 AND f.type = ?2 AND f.id = ?3 ORDER BY k.type, k.id, k.issuer, f.path",
        )?;
        let values = params![target.issuer, target.resource_type, target.id];
        let found = statement.query_map(values, |row| Ok((key(row)?, row.get(3)?)))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// How many rows each section has, sorted by section. Sections without a row are left out.
    pub fn counts(&self, member: Option<&MemberId>) -> Result<Vec<SectionCount>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT section, count(*), \
             sum(?1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.member = ?1 AND m.digest = row.current)), \
             sum(state = 1), sum(state = 2), sum(state = 3), sum(state = 0 AND flag = 0), sum(state = 0 AND flag = 1), \
             sum(state = 0 AND flag = 2), sum(state = 0 AND flag = 3) FROM row GROUP BY section ORDER BY section",
        )?;
        let mut rows = statement.query([member.map(|member| member.as_bytes().as_slice())])?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next()? {
            counts.push(section_count(row)?);
        }
        Ok(counts)
    }
}

/// Conditions on rows, and the values that they name by number; the first is the member.
struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    /// `None` when nothing can fit.
    fn of(query: &Query) -> Option<Self> {
        let member = query.member.map_or(Value::Null, |member| Value::Blob(member.as_bytes().to_vec()));
        let mut filter = Self { conditions: vec!["1".to_owned()], values: vec![member] };
        filter.among("r.section", query.sections.iter().map(|section| section.as_str()));
        filter.among("r.type", query.types.iter().map(String::as_str));
        filter.not_among("r.type", query.not_types.iter().map(String::as_str));
        for listed in &query.not_listed {
            filter.not_listed(listed);
        }
        filter.codes(query);
        filter.dated(query);
        if query.only_new {
            query.member?;
            filter.add("NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.member = ?1 AND m.digest = r.current)");
        }
        if let Some(text) = &query.text {
            let text = filter.bind(Value::Text(Asked::of(text)?.expression));
            filter.add(&format!("r.key IN (SELECT rowid FROM search WHERE search MATCH {text})"));
        }
        if let Some(after) = &query.after {
            filter.after(after);
        }
        Some(filter)
    }

    fn clause(&self) -> String {
        format!(" WHERE {}", self.conditions.join(" AND "))
    }

    fn add(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// Keeps a value and gives the name under which a condition may use it.
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    /// A single value may lead the index; of several, the order by time does (`+` keeps the column out of the choice).
    fn among<'a>(&mut self, column: &str, values: impl Iterator<Item = &'a str>) {
        let names: Vec<String> = values.map(|value| self.bind(Value::Text(value.to_owned()))).collect();
        match names.as_slice() {
            [] => {}
            [name] => self.add(&format!("{column} = {name}")),
            _ => self.add(&format!("+{column} IN ({})", names.join(", "))),
        }
    }

    fn not_among<'a>(&mut self, column: &str, values: impl Iterator<Item = &'a str>) {
        let names: Vec<String> = values.map(|value| self.bind(Value::Text(value.to_owned()))).collect();
        if !names.is_empty() {
            self.add(&format!("{column} NOT IN ({})", names.join(", ")));
        }
    }

    fn not_listed(&mut self, (section, types): &(Section, BTreeSet<String>)) {
        let section = self.bind(Value::Text(section.as_str().to_owned()));
        let names: Vec<String> = types.iter().map(|name| self.bind(Value::Text(name.clone()))).collect();
        self.add(&match names.is_empty() {
            true => format!("r.section <> {section}"),
            false => format!("NOT (r.section = {section} AND r.type IN ({}))", names.join(", ")),
        });
    }

    fn codes(&mut self, query: &Query) {
        let names: Vec<String> =
            query.codes.iter().map(|code| self.bind(Value::Text(code.clone()))).collect();
        if !names.is_empty() {
            self.add(&format!("r.key IN (SELECT key FROM row_code WHERE code IN ({}))", names.join(", ")));
        }
    }

    fn dated(&mut self, query: &Query) {
        if let Some(since) = query.since {
            let since = self.bind(Value::Integer(since.max(UNDATED.saturating_add(1))));
            self.add(&format!("r.sort >= {since}"));
        }
        if let Some(until) = query.until {
            let (until, undated) = (self.bind(Value::Integer(until)), self.bind(Value::Integer(UNDATED)));
            self.add(&format!("r.sort < {until} AND r.sort > {undated}"));
        }
    }

    fn after(&mut self, after: &Position) {
        let sort = self.bind(Value::Integer(after.sort));
        let resource_type = self.bind(Value::Text(after.resource_type.clone()));
        let id = self.bind(Value::Text(after.id.clone()));
        let ordinal = self.bind(Value::Integer(after.ordinal));
        self.add(&format!(
            "r.sort <= {sort} AND (r.sort < {sort} OR (r.type, r.id, r.key) > ({resource_type}, {id}, {ordinal}))"
        ));
    }
}

fn limit(query: &Query) -> usize {
    match query.limit {
        0 => Query::MOST,
        limit => limit.min(Query::MOST),
    }
}

/// A row of [`COLUMNS`], with or without others after them.
pub(super) fn stored(row: &Row<'_>) -> Result<StoredRow> {
    let sort: i64 = row.get(0)?;
    let body = row.get_ref(4)?.as_blob().map_err(|_| Error::Unreadable("row"))?;
    Ok(StoredRow {
        row: super::shown(body)?,
        when: (sort != UNDATED).then_some(sort),
        new: row.get(5)?,
        notes: super::counted(row.get(6)?)?,
        read_before: row.get(7)?,
        position: Position { sort, resource_type: row.get(1)?, id: row.get(2)?, ordinal: row.get(3)? },
    })
}

fn key(row: &Row<'_>) -> rusqlite::Result<ResourceKey> {
    Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
}

fn section_count(row: &Row<'_>) -> Result<SectionCount> {
    let count = |column| -> Result<u64> { super::counted(row.get(column)?) };
    Ok(SectionCount {
        section: super::section(&row.get::<_, String>(0)?)?,
        rows: count(1)?,
        new: count(2)?,
        retracted: count(3)?,
        not_held: count(4)?,
        unreadable: count(5)?,
        critical: count(6)?,
        outside: count(7)?,
        inside: count(8)?,
        not_stated: count(9)?,
    })
}
