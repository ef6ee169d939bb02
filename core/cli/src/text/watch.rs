//! What happens while it watches, each in one plain line.

use client::{SyncedPortal, WatchEvent};

use super::sync;
use super::words::moment;

/// Said first.
pub const BEGINS: &str = "Watching. Ctrl-C ends it.";
/// Said last.
pub const ENDS: &str = "Ended. What is held can be read.";

/// The lines of one event, one a portal. `now`: Unix seconds.
pub fn lines(event: &WatchEvent, now: i64) -> Vec<String> {
    let at = moment(now);
    match event {
        WatchEvent::Synced(report) => {
            report.portals.iter().map(|synced| format!("{at}  {}: {}", synced.portal, came(synced))).collect()
        }
        WatchEvent::NetworkLost => vec![format!("{at}  No portal can be reached: waiting for the network")],
        WatchEvent::NetworkReturned => vec![format!("{at}  The network is back")],
        WatchEvent::Next(next) => vec![format!("{at}  Next sync about {}", moment(*next))],
    }
}

fn came(synced: &SyncedPortal) -> String {
    let mut said = match (synced.offline, synced.down) {
        (true, _) => "not reached".to_owned(),
        (_, true) => "gave nothing".to_owned(),
        _ => format!("{} new, {} changed", synced.new, synced.changed),
    };
    for more in synced.trouble.clone().into_iter().chain(sync::waits(synced)) {
        said.push_str("; ");
        said.push_str(&more);
    }
    said
}

#[cfg(test)]
mod tests {
    use client::{SyncReport, Waits};

    use super::*;

    #[test]
    fn each_event_is_a_plain_line() {
        let now = 1_795_326_000;
        let said = |event| lines(&event, now).join("\n");
        assert_eq!(said(WatchEvent::NetworkReturned), "2026-11-22 05:40 UTC  The network is back");
        let [mut well, mut away] = [crate::text::tests::synced::idle(), crate::text::tests::synced::idle()];
        well.new = 3;
        well.waits = Waits { listings: 0, files: 2 };
        away.offline = true;
        away.trouble = Some("the portal could not be reached: no connection to it".to_owned());
        let said = said(WatchEvent::Synced(SyncReport { portals: vec![well, away] }));
        assert_eq!(
            said,
            "2026-11-22 05:40 UTC  Riverside Hospital: 3 new, 0 changed; waits for a network that is not metered: 2 files\n\
             2026-11-22 05:40 UTC  Riverside Hospital: not reached; the portal could not be reached: no connection to it"
        );
    }
}
