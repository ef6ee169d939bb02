//! Fetching what is new.

use client::{Reason, SyncReport, SyncedPortal};

use super::{runtime, typed};
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::progress::Bars;
use crate::{home, text};

/// Syncs with every portal and says what came of it.
pub fn run(global: &Global, out: &Out, full: bool, same_person: Option<&str>) -> Result<Exit, Error> {
    let client = home::open(global)?;
    if let Some(portal) = same_person {
        client.same_person(portal)?;
    }
    let bars = Bars::new();
    let synced = runtime()?.block_on(client.sync(Reason::Asked { full }, |progress| bars.show(&progress)));
    bars.done();
    let report = synced?;
    let next = typed(global, "timeline --unread");
    out.put(&report, |page| text::sync::report(page, &report, &next))?;
    Ok(exit(&report))
}

fn exit(report: &SyncReport) -> Exit {
    if report.portals.iter().any(|portal| portal.sign_in_again || !portal.another_person.is_empty()) {
        Exit::Refused
    } else if !report.portals.is_empty() && report.portals.iter().all(SyncedPortal::gave_nothing) {
        Exit::Unreachable
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal(offline: bool, sign_in_again: bool) -> SyncedPortal {
        SyncedPortal {
            portal: "Riverside".to_owned(),
            new: 0,
            changed: 0,
            set_aside: 0,
            another_person: Vec::new(),
            slots: Vec::new(),
            files: client::FilesReport::default(),
            trouble: None,
            sign_in_again,
            offline,
        }
    }

    #[test]
    fn the_exit_code_says_what_kept_the_portals_from_being_read() {
        let exit = |portals: Vec<SyncedPortal>| exit(&SyncReport { portals });
        assert_eq!(exit(vec![]), Exit::Done);
        assert_eq!(exit(vec![portal(false, false), portal(true, false)]), Exit::Done);
        assert_eq!(exit(vec![portal(true, false), portal(true, false)]), Exit::Unreachable);
        assert_eq!(exit(vec![portal(true, false), portal(false, true)]), Exit::Refused);
        let failing = || SyncedPortal { trouble: Some("had an error".to_owned()), ..portal(false, false) };
        assert_eq!(exit(vec![failing(), portal(true, false)]), Exit::Unreachable);
        assert_eq!(exit(vec![failing(), portal(false, false)]), Exit::Done);
        let mut other = portal(false, false);
        other.another_person = vec!["The birth date differs.".to_owned()];
        assert_eq!(exit(vec![other, portal(false, false)]), Exit::Refused);
    }
}
