//! References that could not be followed: named, and asked for again only sparingly.

use std::collections::{BTreeMap, BTreeSet};

use fhir::Resource;
use fhir::reference::{self, Literal};
use portal::fetch::Outcome;
use statement::ConnectionId;
use store::ConnectionRow;

use super::Unfollowed;
use crate::{Client, Error};

/// What could not be had is not asked for again for so many seconds, unless a person asks for everything.
const AGAIN: i64 = 7 * 86_400;
/// Other servers that are noted of one answer.
const MOST_SERVERS: usize = 20;
const ELSEWHERE: &str = "another server, which is not asked";

impl Client {
    /// References that could not be followed, those of one kind and reason together; with `since`, those found then or later.
    pub(crate) fn unfollowed(
        &self,
        connection: &ConnectionId,
        since: Option<i64>,
    ) -> Result<Vec<Unfollowed>, Error> {
        let mut groups: BTreeMap<(String, String), u64> = BTreeMap::new();
        for row in self.inner.store.unfollowed(connection)? {
            // Refusals are named by their kind of data.
            if since.is_some_and(|since| row.at < since) || matches!(row.status, Some(401 | 403)) {
                continue;
            }
            let what = if row.resource_type.is_empty() { row.id } else { row.resource_type };
            let count = groups.entry((row.reason, what)).or_default();
            *count = count.saturating_add(1);
        }
        Ok(groups.into_iter().map(|((reason, what), count)| Unfollowed { what, reason, count }).collect())
    }

    /// What was asked for in vain and is not to be asked for now.
    pub(super) fn settled_references(
        &self,
        connection: &ConnectionId,
        full: bool,
    ) -> Result<BTreeSet<(String, String)>, Error> {
        let now = self.now();
        let fresh = |at: i64| !full && (0..AGAIN).contains(&now.saturating_sub(at));
        let held = self.inner.store.unfollowed(connection)?.into_iter();
        Ok(held.filter(|row| fresh(row.at)).map(|row| (row.resource_type, row.id)).collect())
    }
}

/// A reference that the portal said no to, or that leads to nothing.
pub(super) fn refused(
    connection: &ConnectionRow,
    (resource_type, id): (String, String),
    outcome: &Outcome,
    at: i64,
) -> store::Unfollowed {
    let (status, reason) = match outcome {
        Outcome::Refused { status: status @ (404 | 410), .. } => {
            (Some(*status), format!("the portal has no such entry (status {status})"))
        }
        Outcome::Refused { status, .. } => (Some(*status), format!("refused with status {status}")),
        Outcome::Failed { fault, .. } => (None, fault.words().to_owned()),
        Outcome::NotGranted | Outcome::Ok { .. } => (None, String::new()),
    };
    store::Unfollowed { connection: connection.id, resource_type, id, status, reason, at }
}

/// The other servers that these refer to. They are named, and never asked.
pub(crate) fn elsewhere(
    connection: &ConnectionRow,
    resources: &[Resource],
    at: i64,
) -> Vec<store::Unfollowed> {
    let mut servers = BTreeSet::new();
    let mut look = |text: &str| {
        if let Some(Literal { base: Some(base), .. }) = reference::literal(text, &connection.issuer)
            && servers.len() < MOST_SERVERS
            && let Some(host) = url::Url::parse(base).ok().and_then(|url| url.host_str().map(portal::clean))
        {
            servers.insert(host);
        }
    };
    resources.iter().for_each(|resource| reference::texts(resource.value(), &mut look));
    let named = servers.into_iter().map(|id| store::Unfollowed {
        connection: connection.id,
        resource_type: String::new(),
        id,
        status: None,
        reason: ELSEWHERE.to_owned(),
        at,
    });
    named.collect()
}
