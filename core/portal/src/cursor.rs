use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Base, fetch::Fault, plan::Slot};

/// A listing that was broken off is taken up again within a day, else begun anew.
const RESUME: i64 = 86_400;
/// What changed since is asked for so long; then everything is listed again and compared, which alone is the truth.
const FULL_EVERY: i64 = 7 * 86_400;
/// Incremental listings reach back this many seconds before the last one began.
const OVERLAP: i64 = 300;

/// How far the reading of one slot has come. Kept with the pages, in the same transaction, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The name of the slot.
    pub slot: String,
    /// Counts the listings that were begun. Pages of one listing bear the same number, also across a kill, so what a
    /// complete listing returned is what came under its number.
    pub run: u64,
    /// The page to ask for next; absent when no listing is under way.
    pub next: Option<String>,
    /// Pages of this listing so far.
    pub pages: u32,
    /// Resources of this listing so far.
    pub count: u64,
    /// When this listing began (Unix seconds; the earlier of the portal's clock and this device's).
    pub started: i64,
    /// Whether this listing asks for everything, as opposed to what changed since.
    pub full: bool,
    /// Whether something in this listing could not be read, so that absence from it means nothing.
    #[serde(default)]
    pub flawed: bool,
    /// When the last listing that reached its end began. Incremental listings start from here.
    #[serde(default)]
    pub complete: Option<i64>,
    /// The same, of the last full listing.
    #[serde(default)]
    pub last_full: Option<i64>,
    /// The portal refused `_lastUpdated` here: only full listings.
    #[serde(default)]
    pub no_last_updated: bool,
    /// Pages of the usual size were too large here: small pages are asked for.
    #[serde(default)]
    pub small_pages: bool,
}

impl Cursor {
    /// The cursor to go on with and the address to ask for.
    pub(crate) fn begin(
        slot: &Slot,
        base: &Base,
        kept: Option<Self>,
        full: bool,
        now: i64,
    ) -> (Self, Option<Url>) {
        if let Some(cursor) = &kept
            && let Some(url) = cursor.resumes(base, full, now)
        {
            return (cursor.clone(), Some(url));
        }
        let kept = kept.unwrap_or_else(|| Self::empty(&slot.name));
        let due = kept.last_full.is_none() || kept.full_is_due(now);
        let full = full || slot.is_read() || due || kept.no_last_updated;
        let cursor = kept.anew(full, now);
        let url = cursor.first(slot, base);
        (cursor, url)
    }

    /// Whether the last full listing lies so far back (or, by a clock set back, ahead) that another is due. Not for a slot that
    /// never had one: that is no matter of time.
    pub(crate) fn full_is_due(&self, now: i64) -> bool {
        self.last_full.is_some_and(|at| !(0..=FULL_EVERY).contains(&now.saturating_sub(at)))
    }

    /// The next listing of the same slot, at its first page.
    pub(crate) fn anew(self, full: bool, now: i64) -> Self {
        let run = self.run.saturating_add(1);
        Self { run, next: None, pages: 0, count: 0, started: now, full, flawed: false, ..self }
    }

    /// The address of the first page.
    pub(crate) fn first(&self, slot: &Slot, base: &Base) -> Option<Url> {
        let since = self.complete.filter(|_| !self.full).and_then(|at| instant(at.saturating_sub(OVERLAP)));
        let path = if self.small_pages { slot.with_small_pages() } else { slot.path.clone() };
        match since {
            Some(since) => base.at(&format!("{path}&_lastUpdated=gt{since}")).ok(),
            None => base.at(&path).ok(),
        }
    }

    /// After a page with `count` resources.
    pub(crate) fn after(&self, count: u64, flawed: bool, next: &Next) -> Self {
        let mut cursor = self.clone();
        cursor.pages = cursor.pages.saturating_add(1);
        cursor.count = cursor.count.saturating_add(count);
        cursor.flawed |= flawed;
        cursor.next = None;
        match next {
            Next::Page(url) => cursor.next = Some(url.to_string()),
            Next::Broken(_) => {}
            Next::End => {
                cursor.complete = Some(cursor.started);
                cursor.last_full = if cursor.full { Some(cursor.started) } else { cursor.last_full };
            }
        }
        cursor
    }

    fn empty(slot: &str) -> Self {
        Self {
            slot: slot.to_owned(),
            run: 0,
            next: None,
            pages: 0,
            count: 0,
            started: 0,
            full: true,
            flawed: false,
            complete: None,
            last_full: None,
            no_last_updated: false,
            small_pages: false,
        }
    }

    fn resumes(&self, base: &Base, full: bool, now: i64) -> Option<Url> {
        let age = now.saturating_sub(self.started);
        let fresh = (0..=RESUME).contains(&age) && (self.full || !full);
        let url = Url::parse(self.next.as_deref()?).ok()?;
        Some(url).filter(|url| fresh && base.same_origin(url))
    }
}

/// What follows a page.
pub(crate) enum Next {
    Page(Url),
    End,
    /// There is more, but it cannot be had.
    Broken(Fault),
}

/// A FHIR instant in UTC, for a query.
fn instant(at: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(at, 0)?;
    Some(time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
