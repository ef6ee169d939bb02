//! What a portal says of its messages: how soon it answers, and what it takes. From a kept table with a source for each row.

use serde::Serialize;

const TABLE: &str = include_str!("../../data/messaging.tsv");

/// Stands over every list of messages (hazard H2).
pub const NOT_FOR_EMERGENCIES: &str = "Messages are not for emergencies: nobody may read one for days. In an emergency call your emergency number";

/// What one portal says of its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Messaging {
    /// The portal's name.
    pub portal: String,
    /// Its FHIR base address.
    pub issuer: String,
    /// How soon it answers, as its own page says; `None`: not known.
    pub answers_within: Option<String>,
    /// What it takes, as its own page says; `None`: not known.
    pub limits: Option<String>,
    /// The page that says so.
    pub source: Option<String>,
    /// What was known is too old to rely on.
    pub out_of_date: bool,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row<'t> {
    issuer: &'t str,
    answers_within: Option<&'t str>,
    limits: Option<&'t str>,
    source: &'t str,
    review_by: &'t str,
}

impl Messaging {
    /// What is known of a portal on this day (`YYYY-MM-DD`).
    pub(super) fn of(portal: String, issuer: &str, today: &str) -> Self {
        Self::found(TABLE, portal, issuer, today)
    }

    fn found(table: &str, portal: String, issuer: &str, today: &str) -> Self {
        let fits = |row: &Row<'_>| match row.issuer.strip_suffix("/*") {
            Some(above) => issuer.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')),
            None => row.issuer.trim_end_matches('/') == issuer.trim_end_matches('/'),
        };
        // The longest address says most about this portal.
        let row = rows(table).filter_map(Result::ok).filter(fits).max_by_key(|row| row.issuer.len());
        // Days written so are in the order of their letters.
        let current = row.as_ref().filter(|row| today <= row.review_by);
        let owned = |text: &str| text.to_owned();
        Self {
            portal,
            issuer: owned(issuer),
            answers_within: current.and_then(|row| row.answers_within).map(owned),
            limits: current.and_then(|row| row.limits).map(owned),
            source: current.map(|row| owned(row.source)),
            out_of_date: row.is_some() && current.is_none(),
        }
    }
}

/// Each row below the comments and the line of column names, or what is wrong with it.
fn rows(table: &str) -> impl Iterator<Item = Result<Row<'_>, &'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).map(row)
}

fn row(line: &str) -> Result<Row<'_>, &'static str> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [issuer, answers_within, limits, source, reviewed, review_by] = *columns else {
        return Err("a row has six columns");
    };
    if !(issuer.starts_with("https://") && source.starts_with("https://")) {
        return Err("a portal and a source are addresses of https");
    }
    if !(is_day(reviewed) && is_day(review_by) && reviewed < review_by) {
        return Err("a row says when it was looked at, and by when it is to be looked at again");
    }
    let said = |text: &'_ str| -> bool { !text.trim().is_empty() };
    if !(said(answers_within) || said(limits)) {
        return Err("a row says something");
    }
    let some = |text| said(text).then_some(text);
    Ok(Row { issuer, answers_within: some(answers_within), limits: some(limits), source, review_by })
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &str = "# comment\nissuer\tanswers_within\tlimits\tsource\treviewed\treview_by\n\
        https://one.example/r4\twithin 2 working days\tat most 2000 letters\thttps://one.example/messages\t2026-01-10\t2027-01-10\n\
        https://maker.example/*\twithin 3 days\t\thttps://maker.example/help\t2026-01-10\t2026-06-01\n";

    fn found(issuer: &str, today: &str) -> Messaging {
        Messaging::found(MADE, "One".to_owned(), issuer, today)
    }

    #[test]
    fn h2_every_row_that_is_shipped_has_a_source_and_a_day_by_which_it_is_looked_at_again() {
        for row in rows(TABLE) {
            row.unwrap();
        }
        for row in rows(MADE) {
            row.unwrap();
        }
        for wrong in [
            "https://one.example\twithin 2 days\t\t\t2026-01-10\t2027-01-10",
            "https://one.example\twithin 2 days\t\thttps://one.example\t2026-01-10\t",
            "https://one.example\twithin 2 days\t\thttps://one.example\t2027-01-10\t2026-01-10",
            "https://one.example\t\t\thttps://one.example\t2026-01-10\t2027-01-10",
            "https://one.example\twithin 2 days",
        ] {
            assert!(row(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn h2_how_soon_a_portal_answers_is_its_own_word_or_not_known() {
        let known = found("https://one.example/r4/", "2026-11-01");
        assert_eq!(known.answers_within.as_deref(), Some("within 2 working days"));
        assert_eq!(known.source.as_deref(), Some("https://one.example/messages"));
        let below = found("https://maker.example/clinic/r4", "2026-05-01");
        assert_eq!((below.answers_within.as_deref(), below.limits), (Some("within 3 days"), None));
        let old = found("https://maker.example/clinic/r4", "2026-11-01");
        assert_eq!((old.answers_within, old.source, old.out_of_date), (None, None, true));
        for other in ["https://maker.example.evil/r4", "https://two.example/r4"] {
            let unknown = found(other, "2026-05-01");
            assert_eq!((unknown.answers_within, unknown.out_of_date), (None, false), "{other}");
        }
    }
}
