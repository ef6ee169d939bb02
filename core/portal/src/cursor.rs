use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Base, fetch::Fault, plan::Slot};

/// A listing that was broken off is taken up again within a day, else begun anew.
const RESUME: i64 = 86_400;
/// What changed since is asked for so long; then everything is listed again and compared, which alone is the truth.
const FULL_EVERY: i64 = 7 * 86_400;
/// Incremental listings reach back this many seconds before the last one began.
const OVERLAP: i64 = 300;
/// What is stamped so many seconds ahead of the portal's clock and of ours was not stamped by a clock that is only a little wrong.
const FAR: i64 = 86_400;
/// So many seconds are left out; where more are, nothing is.
const MOST_AHEAD: usize = 2;
/// No portal is left alone for longer than this, whatever it asks for.
pub(crate) const LONGEST_PAUSE: i64 = 86_400;

/// The longest that is read of what was kept: the address of the next page is at most half of it.
const MOST_KEPT: usize = 128 << 10;

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
    /// Small pages were too large as well: single resources are asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub single_pages: bool,
    /// `total`, as the first page of this listing had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The last full listing had nothing in it, and nothing came since.
    #[serde(default, skip_serializing_if = "is_false")]
    pub empty: bool,
    /// The last full listing of this catch-all held all that the slots by category held.
    #[serde(default, skip_serializing_if = "is_false")]
    pub covers: bool,
    /// When the portal last refused this slot (Unix seconds); absent when it answered since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<i64>,
    /// The portal asked not to be asked before this instant (Unix seconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_until: Option<i64>,
    /// The portal asked not to be asked for this slot before this instant (Unix seconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away_until: Option<i64>,
    /// Seconds far ahead (Unix, rising) that something in this slot bears as `meta.lastUpdated`: found by every search for what
    /// changed since, however often it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ahead: Vec<i64>,
    /// Those of them that this listing has still to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<i64>,
    /// The portal refused to leave them out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_left_out: bool,
}

/// What a run asks of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// Everything, whatever was read before.
    pub full: bool,
    /// No listing of everything that was read before.
    pub metered: bool,
    /// Unix seconds.
    pub now: i64,
}

impl Cursor {
    /// Reads a kept cursor. `None` for what is none, or longer than any: the slot is then read from its beginning.
    pub fn kept(state: &str) -> Option<Self> {
        Some(state)
            .filter(|state| state.len() <= MOST_KEPT)
            .and_then(|state| serde_json::from_str(state).ok())
    }

    /// The cursor to go on with and the address to ask for.
    pub(crate) fn begin(slot: &Slot, base: &Base, kept: Option<Self>, how: How) -> (Self, Option<Url>) {
        let How { full, metered, now } = how;
        let kept = kept.map(|cursor| Self { busy_until: None, ..cursor });
        if let Some(cursor) = &kept
            && !(metered && cursor.full && cursor.last_full.is_some() && !slot.is_read())
            && let Some(url) = cursor.resumes(base, full, now)
        {
            return (cursor.clone(), Some(url));
        }
        let kept = kept.unwrap_or_else(|| Self::unread(&slot.name));
        let due = kept.last_full.is_none() || (kept.full_is_due(now) && !metered);
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

    /// Whether a run on a metered network leaves a listing of everything to a later one.
    pub(crate) fn waits(&self, now: i64) -> bool {
        let open = self.next.is_some() && self.full;
        self.last_full.is_some() && (self.no_last_updated || open || self.full_is_due(now))
    }

    /// The instant before which this slot is not to be asked for, while that is not over.
    pub(crate) fn away(&self, now: i64) -> Option<i64> {
        self.away_until.filter(|until| (1..=LONGEST_PAUSE).contains(&until.saturating_sub(now)))
    }

    /// Notes what something in this slot bears as `meta.lastUpdated`, by the portal's clock.
    pub(crate) fn note_ahead(&mut self, at: i64, now: i64) {
        if at.saturating_sub(now) > FAR && !self.ahead.contains(&at) && self.ahead.len() <= MOST_AHEAD {
            self.ahead.push(at);
            self.ahead.sort_unstable();
        }
    }

    /// What is stamped after the second that was left out: the address to go on with, where something was.
    pub(crate) fn beyond(&self, slot: &Slot, base: &Base) -> Option<Url> {
        let (from, later) = self.left_out.split_first()?;
        self.between(slot, base, Some(*from), later.first().copied())
    }

    /// When this slot last gave nothing, unless something of it is open or due.
    pub(crate) fn gave_nothing(&self, now: i64) -> Option<i64> {
        let settled = self.next.is_none() && !self.full_is_due(now);
        let empty = self.complete.filter(|_| self.empty);
        self.refused.or(empty).filter(|_| settled)
    }

    /// The instant before which the portal asked not to be asked, while that is not over.
    pub(crate) fn paused(&self, now: i64) -> Option<i64> {
        self.busy_until.filter(|until| (1..=LONGEST_PAUSE).contains(&until.saturating_sub(now)))
    }

    /// The next listing of the same slot, at its first page.
    pub(crate) fn anew(self, full: bool, now: i64) -> Self {
        let run = self.run.saturating_add(1);
        let covers = self.covers && !full;
        let started = now;
        let mut ahead = self.ahead;
        ahead.retain(|at| !full && at.saturating_sub(now) > FAR);
        let leaves_out = !full && !self.no_left_out && ahead.len() <= MOST_AHEAD;
        let left_out = if leaves_out { ahead.clone() } else { Vec::new() };
        Self {
            run,
            next: None,
            pages: 0,
            count: 0,
            started,
            full,
            flawed: false,
            total: None,
            covers,
            ahead,
            left_out,
            ..self
        }
    }

    /// The address of the first page.
    pub(crate) fn first(&self, slot: &Slot, base: &Base) -> Option<Url> {
        let since = self.complete.filter(|_| !self.full).map(|at| at.saturating_sub(OVERLAP));
        self.between(slot, base, since, since.and(self.left_out.first().copied()))
    }

    /// What was last updated after one second and before another. Two searches around a second miss only what bears that very
    /// second: to a portal that reads less into them, they are searches for more.
    fn between(&self, slot: &Slot, base: &Base, from: Option<i64>, until: Option<i64>) -> Option<Url> {
        let mut path = slot.in_pages(self.page());
        for (prefix, at) in [("gt", from), ("lt", until)] {
            if let Some(at) = at {
                path.push_str(&format!("&_lastUpdated={prefix}{}", instant(at)?));
            }
        }
        base.at(&path).ok()
    }

    /// Page size to ask for.
    pub(crate) fn page(&self) -> Size {
        match (self.single_pages, self.small_pages) {
            (true, _) => Size::Single,
            (false, true) => Size::Small,
            (false, false) => Size::Usual,
        }
    }

    /// Asks for smaller pages from the next listing on; `false` when there are none.
    pub(crate) fn shrink(&mut self) -> bool {
        let smaller = !self.single_pages;
        self.single_pages = self.small_pages;
        self.small_pages = true;
        smaller
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
            Next::Broken(_) | Next::Again => {}
            Next::End => cursor.end(),
        }
        cursor.empty &= cursor.count == 0;
        cursor.refused = None;
        cursor.away_until = None;
        cursor
    }

    fn end(&mut self) {
        self.complete = Some(self.started);
        if self.full {
            self.last_full = Some(self.started);
            self.empty = self.count == 0;
        }
    }

    /// What a listing leaves that another one, begun at `started`, has read along.
    pub(crate) fn read_along(&self, started: i64) -> Self {
        let mut cursor = self.clone();
        cursor.started = started;
        cursor.end();
        cursor
    }

    fn unread(slot: &str) -> Self {
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
            single_pages: false,
            total: None,
            empty: false,
            covers: false,
            refused: None,
            busy_until: None,
            away_until: None,
            ahead: Vec::new(),
            left_out: Vec::new(),
            no_left_out: false,
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
    /// It was read to its end, but it moved meanwhile.
    Again,
}

/// Page sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Usual,
    Small,
    Single,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A FHIR instant in UTC, for a query.
fn instant(at: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(at, 0)?;
    Some(time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c15_a_kept_cursor_that_is_longer_than_any_is_not_read() {
        let kept = |next: usize| {
            let mut cursor = Cursor::unread("results");
            cursor.next = Some("x".repeat(next));
            serde_json::to_string(&cursor).unwrap()
        };
        assert_eq!(Cursor::kept(&kept(64 << 10)).unwrap().next.map(|next| next.len()), Some(64 << 10));
        assert_eq!(Cursor::kept(&kept(MOST_KEPT)), None);
        assert_eq!(Cursor::kept(&"[".repeat(100_000)), None, "nor one without an end of brackets");
    }
}
