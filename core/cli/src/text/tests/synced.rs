//! Hand-made reports of a sync.

use client::{SlotReport, SyncReport, SyncedPortal, Unfollowed, Waits};
use serde_json::json;

/// One of each.
pub fn synced() -> SyncReport {
    let slot = |what: &str, catch_all, outcome: serde_json::Value| SlotReport {
        what: what.to_owned(),
        catch_all,
        outcome: serde_json::from_value(outcome).unwrap(),
    };
    let ok = json!({"ok": {"count": 3, "complete": true}});
    let refused = |status: u16, reason: &str| json!({"refused": {"status": status, "reason": reason}});
    let slots = vec![
        slot("Observation/laboratory", false, ok),
        slot("Observation", true, refused(400, "category is required")),
        slot("CarePlan", true, refused(403, "")),
        slot("Claim", false, json!("not_granted")),
        slot("Coverage", false, json!("not_granted")),
        slot("Procedure", false, json!({"failed": {"fault": "server", "reason": "the portal had an error"}})),
    ];
    let portal = |name: &str| SyncedPortal { portal: name.to_owned(), ..idle() };
    let unreached =
        || vec![slot("Patient", false, json!({"failed": {"fault": "unreachable", "reason": "no route"}}))];
    let trouble = |words: &str| Some(words.to_owned());
    SyncReport {
        portals: vec![
            SyncedPortal {
                new: 971,
                changed: 2,
                set_aside: 1,
                slots,
                unfollowed: vec![unfollowed("Organization", "refused with status 403", 2)],
                said: vec!["this may not be the entire record".to_owned()],
                waits: Waits { listings: 12, files: 1 },
                ..portal("Riverside Hospital")
            },
            SyncedPortal {
                down: true,
                trouble: trouble("the portal had an error: status 502, whatever was asked for"),
                ..portal("Clinic behind a door")
            },
            SyncedPortal {
                offline: true,
                slots: unreached(),
                trouble: trouble("could not be reached: no route"),
                ..portal("Quick Lab Chain")
            },
            SyncedPortal {
                sign_in_again: true,
                trouble: trouble("asks you to sign in again"),
                ..portal("Old Clinic")
            },
        ],
    }
}

/// A sync that brought nothing.
pub fn idle() -> SyncedPortal {
    SyncedPortal { portal: "Riverside Hospital".to_owned(), ..SyncedPortal::default() }
}

/// References of one kind that were not followed.
pub fn unfollowed(what: &str, reason: &str, count: u64) -> Unfollowed {
    Unfollowed { what: what.to_owned(), reason: reason.to_owned(), count }
}
