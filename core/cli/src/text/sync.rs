//! What came of a sync.

use client::{SlotReport, SyncReport, SyncedPortal};
use serde::Deserialize;

use super::basis;
use super::page::{Ink, Page};
use super::words::{by_reason, counted, type_of};

/// Draws what came of a sync at each portal. `next` is what to type to see what is new.
pub fn report(page: &mut Page, report: &SyncReport, next: &str) {
    page.heading("Sync");
    if report.portals.is_empty() {
        return basis::no_portal(page);
    }
    report.portals.iter().for_each(|synced| portal(page, synced));
    if report.portals.iter().any(|portal| portal.new + portal.changed > 0) {
        page.blank();
        page.line(0, Ink::Plain, &format!("What is new: `{next}`"));
    }
}

fn portal(page: &mut Page, synced: &SyncedPortal) {
    let came = match synced.offline {
        true => (Ink::Warning, "! not reached".to_owned()),
        false => (Ink::Plain, format!("{} new, {} changed", synced.new, synced.changed)),
    };
    page.pieces(2, &[(Ink::Strong, synced.portal.clone()), came]);
    if let Some(trouble) = &synced.trouble {
        page.line(6, Ink::Warning, &format!("{trouble}. What is held stays, and can be read."));
    }
    if synced.sign_in_again {
        page.line(
            6,
            Ink::Plain,
            "Sign in with `wellkept connect` and its address, which `wellkept portals` shows.",
        );
    }
    if synced.set_aside > 0 {
        let aside = counted(synced.set_aside, "entry was set aside", "entries were set aside");
        page.line(6, Ink::Warning, &format!("{aside} and not kept: `wellkept status` says why"));
    }
    // One sentence says it all when the portal was not reached.
    if !synced.offline {
        not_given(page, &synced.slots);
    }
}

fn not_given(page: &mut Page, slots: &[SlotReport]) {
    let ended: Vec<(&SlotReport, Ended)> = slots.iter().map(|slot| (slot, Ended::of(slot))).collect();
    let given = |of: &str| {
        ended.iter().any(|(slot, ended)| matches!(ended, Ended::Ok {}) && type_of(&slot.what) == of)
    };
    let lost = ended.iter().filter(|(slot, _)| !(slot.catch_all && given(type_of(&slot.what))));
    let lost = lost.filter_map(|(slot, ended)| Some((slot.what.clone(), ended.reason()?)));
    basis::refusals(page, 6, by_reason(lost), basis::Naming::Each);
}

/// How one kind of data ended, as its serialised form says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    Ok {},
    NotGranted,
    Refused { status: u16, reason: String },
    Failed { reason: String },
}

impl Ended {
    fn of(slot: &SlotReport) -> Self {
        let read = serde_json::to_value(&slot.outcome).and_then(serde_json::from_value);
        read.unwrap_or(Self::Failed { reason: "it ended in a way that this version cannot tell".to_owned() })
    }

    fn reason(&self) -> Option<String> {
        match self {
            Self::Ok {} => None,
            Self::NotGranted => Some("you did not grant it".to_owned()),
            Self::Refused { status, reason } if reason.is_empty() => {
                Some(format!("refused with status {status}"))
            }
            Self::Refused { status, reason } => Some(format!("refused with status {status}, {reason}")),
            Self::Failed { reason } => Some(reason.clone()),
        }
    }
}
