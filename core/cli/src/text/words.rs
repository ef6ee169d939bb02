//! Small words: counts, moments, names.

use std::fmt::Display;

use chrono::DateTime;

/// `1 entry`, `3 entries`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

/// What stands behind an entry that is not read yet.
pub fn unread(changed_since_read: bool) -> &'static str {
    if changed_since_read { "[changed since you read it]" } else { "[new]" }
}

/// A moment (Unix seconds) as `2026-11-22 05:40 UTC`.
pub fn moment(at: i64) -> String {
    match DateTime::from_timestamp(at, 0) {
        Some(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
        None => "a moment that cannot be read".to_owned(),
    }
}

/// The start of a long id, which names it as well.
pub fn short_id(id: &str) -> String {
    id.chars().take(12).collect()
}

/// What shares a reason stands together, in the order of its first.
pub fn by_reason(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (what, reason) in pairs {
        match groups.iter_mut().find(|(held, _)| *held == reason) {
            Some((_, whats)) => whats.push(what),
            None => groups.push((reason, vec![what])),
        }
    }
    groups
}

/// The resource type of a kind of data such as `Observation/laboratory`.
pub fn type_of(what: &str) -> &str {
    what.split('/').next().unwrap_or(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_utc() {
        assert_eq!(moment(1_795_326_000), "2026-11-22 05:40 UTC");
        assert_eq!(moment(-1), "1969-12-31 23:59 UTC");
        assert_eq!(moment(i64::MAX), "a moment that cannot be read");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [counted(0_u64, "entry", "entries"), counted(1_usize, "entry", "entries")],
            ["0 entries", "1 entry"]
        );
    }
}
