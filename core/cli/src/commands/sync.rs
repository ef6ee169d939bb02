//! Fetching what is new.

use std::cell::RefCell;

use client::{Network, Reason, SyncReport, SyncedPortal, WatchEvent};

use super::{runtime, typed};
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::progress::Bars;
use crate::stop::Stop;
use crate::{home, text};

/// Syncs with every portal and says what came of it.
pub fn run(
    global: &Global,
    out: &Out,
    network: Network,
    full: bool,
    same_person: Option<&str>,
) -> Result<Exit, Error> {
    let client = home::open(global)?;
    if let Some(portal) = same_person {
        client.same_person(portal)?;
    }
    let bars = Bars::new();
    let asked = Reason::Asked { full };
    let synced = runtime()?.block_on(client.sync_on(network, asked, |progress| bars.show(&progress)));
    bars.done();
    let report = synced?;
    let next = typed(global, "timeline --unread");
    out.put(&report, |page| text::sync::report(page, &report, &next))?;
    Ok(exit(&report))
}

/// Stays and syncs until Ctrl-C, and says each thing that happens in a line.
pub fn watch(global: &Global, out: &Out, network: Network) -> Result<Exit, Error> {
    let client = home::open(global)?;
    // Nobody reads on: there is nobody to sync for.
    let failed = RefCell::new(None);
    let tell = |event: &WatchEvent| {
        if let Err(error) = out.lines(&text::watch::lines(event, home::now())) {
            failed.replace(Some(error));
            client.stop();
        }
    };
    out.lines(&[text::watch::BEGINS.to_owned()])?;
    runtime()?.block_on(async {
        let stop = Stop::listen();
        let stopping = async {
            stop.asked().await;
            client.stop();
            // What is under way comes to its end.
            std::future::pending().await
        };
        tokio::select! {
            ended = client.watch(network, tell) => ended,
            ended = stopping => ended,
        }
    })?;
    match failed.into_inner() {
        Some(error) => Err(error),
        None => {
            out.lines(&[text::watch::ENDS.to_owned()])?;
            Ok(Exit::Done)
        }
    }
}

fn exit(report: &SyncReport) -> Exit {
    if report.portals.iter().any(|portal| portal.sign_in_again || !portal.another_person.is_empty()) {
        Exit::Refused
    } else if !report.portals.is_empty() && !report.portals.iter().any(SyncedPortal::was_read) {
        Exit::Unreachable
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal(offline: bool, down: bool, sign_in_again: bool) -> SyncedPortal {
        let portal = "Riverside".to_owned();
        SyncedPortal { portal, offline, down, sign_in_again, ..SyncedPortal::default() }
    }

    #[test]
    fn the_exit_code_says_what_kept_the_portals_from_being_read() {
        let exit = |portals: Vec<SyncedPortal>| exit(&SyncReport { portals });
        let (well, away) = (|| portal(false, false, false), || portal(true, false, false));
        let down = || portal(false, true, false);
        assert_eq!(exit(vec![]), Exit::Done);
        assert_eq!(exit(vec![well(), away()]), Exit::Done);
        assert_eq!(exit(vec![well(), down()]), Exit::Done);
        assert_eq!(exit(vec![away(), away()]), Exit::Unreachable);
        assert_eq!(exit(vec![down(), away()]), Exit::Unreachable, "it answered, and gave nothing");
        assert_eq!(exit(vec![away(), portal(false, false, true)]), Exit::Refused);
        let other = SyncedPortal { another_person: vec!["The birth date differs.".to_owned()], ..well() };
        assert_eq!(exit(vec![other, well()]), Exit::Refused);
    }
}
