//! The demo: two portals on this machine, a new record, and everything that one does with it, by the same commands that
//! a person types.

mod acts;
mod portals;
mod terminal;

use std::path::Path;

use sandbox::{Change, Running};

use crate::args::Global;
use crate::browser::Browser;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::text::page::Ink;
use terminal::Terminal;

/// Runs the demo from beginning to end. Needs no terminal and nobody to type.
pub fn run(global: &Global, out: &Out, patient: Option<&Path>) -> Result<Exit, Error> {
    let terminal = Terminal::new(global, out)?;
    let (hospital, chain) = terminal.step(
        "Two portals are started on this machine. A hospital and a laboratory chain know the same made-up person, under \
         different ids. They speak SMART on FHIR over HTTP, with sign-in pages of their own.",
        || {
            let portals = portals::start(patient)?;
            terminal.says(&format!("Riverside Hospital: {}", portals.0.base_url()))?;
            terminal.says(&format!("Quick Lab Chain: {}", portals.1.base_url()))?;
            Ok(portals)
        },
    )?;
    begin(&terminal, &hospital, &chain)?;
    look(&terminal)?;
    let changes = time_passes(&terminal, &hospital)?;
    acts::run(&terminal, &hospital, &chain)?;
    offline(&terminal, &hospital, &chain, &changes)?;
    terminal.step(
        "The whole record is checked: every signature, every chain, every digest, every list.",
        || terminal.types(&["verify"], Exit::Done),
    )?;
    farewell(&terminal, out)?;
    Ok(Exit::Done)
}

fn begin(terminal: &Terminal<'_>, hospital: &Running, chain: &Running) -> Result<(), Error> {
    terminal.step(
        "A new record: an encrypted file, with a passphrase and a recovery kit that each open it.",
        || terminal.types(&["init", "--name", "Demo"], Exit::Done),
    )?;
    terminal.step(
        "The hospital is connected: its real sign-in and consent forms are filled in and sent, and the browser's \
         return is caught on this machine.",
        || terminal.connects(&hospital.base_url(), "Riverside Hospital", visitor(hospital)),
    )?;
    terminal.step(
        "The laboratory chain is connected. The person that it shows is compared with the record's.",
        || terminal.connects(&chain.base_url(), "Quick Lab Chain", visitor(chain)),
    )?;
    terminal.step("Everything that both portals give is fetched, kind by kind, page by page.", || {
        terminal.types(&["sync"], Exit::Done)
    })
}

fn look(terminal: &Terminal<'_>) -> Result<(), Error> {
    terminal.step("What is held now, from where, as of when, and what was refused.", || {
        terminal.types(&["status"], Exit::Done)
    })?;
    terminal.step(
        "The newest results. Where the laboratory gave no flag, that is never read as normal.",
        || terminal.types(&["results", "--limit", "6"], Exit::Done),
    )?;
    terminal.step("Medicines: listed as active is not the same as taken today.", || {
        terminal.types(&["medications", "--limit", "8"], Exit::Done)
    })?;
    terminal.step("Allergies: an empty list never says that there are none.", || {
        terminal.types(&["allergies"], Exit::Done)
    })?;
    terminal.step("All of it is taken as read, so that what comes later stands out.", || {
        terminal.types(&["read", "--all"], Exit::Done)
    })
}

fn time_passes(terminal: &Terminal<'_>, hospital: &Running) -> Result<Vec<Change>, Error> {
    terminal.step(
        "Time passes at the hospital: new results come in, a result is corrected, one is withdrawn, and something is no \
         longer returned. A full sync finds all of it.",
        || {
            let changes = portals::time_passes(hospital)?;
            for change in &changes {
                terminal.says(&portals::told(change))?;
            }
            terminal.types(&["sync", "--full"], Exit::Done)?;
            Ok(changes)
        },
    )
    .and_then(|changes| {
        terminal.step(
            "What is new: the critical result, the correction with the value before it, the withdrawal. What is no longer \
             returned stays.",
            || {
                terminal.types(&["timeline", "--unread"], Exit::Done)?;
                let gone = changes.iter().find(|change| change.step == sandbox::Step::Disappearance);
                gone.map_or(Ok(()), |gone| terminal.types(&["timeline", "--code", &gone.title, "--limit", "1"], Exit::Done))
            },
        )?;
        Ok(changes)
    })
}

fn offline(
    terminal: &Terminal<'_>,
    hospital: &Running,
    chain: &Running,
    changes: &[Change],
) -> Result<(), Error> {
    terminal.step("Both portals are shut down. A sync says so, and nothing else is lost.", || {
        hospital.stop();
        chain.stop();
        terminal.types(&["sync"], Exit::Unreachable)
    })?;
    terminal.step("Offline, everything can be read, searched and written about.", || {
        terminal.types(&["results", "--limit", "12"], Exit::Done)?;
        if let Some(critical) = changes.iter().find(|change| change.flag.as_deref() == Some("HH")) {
            let reference = format!("{}/{}", critical.resource_type, critical.id);
            terminal
                .types(&["note", "--about", &reference, "Call the clinic about this one."], Exit::Done)?;
        }
        terminal.types(&["search", "clinic", "call"], Exit::Done)?;
        terminal.types(&["search", "potassium", "--limit", "2"], Exit::Done)?;
        if let Some(withdrawn) = changes.iter().find(|change| change.step == sandbox::Step::Retraction) {
            let reference = format!("{}/{}", withdrawn.resource_type, withdrawn.id);
            terminal.types(&["show", &reference, "--history"], Exit::Done)?;
        }
        Ok(())
    })
}

fn visitor(portal: &Running) -> Browser {
    let user = portal.users().into_iter().next();
    let (user, password) = user.map(|user| (user.name, user.password)).unwrap_or_default();
    Browser::Visitor(sandbox::driver::SignIn { user, password, ..sandbox::driver::SignIn::default() })
}

fn farewell(terminal: &Terminal<'_>, out: &Out) -> Result<(), Error> {
    out.page(|page| {
        page.blank();
        page.line(
            0,
            Ink::Strong,
            &format!(
                "That was the demo, in {:.1} s. The record stays. To look at it yourself:",
                terminal.seconds()
            ),
        );
        page.verbatim(2, &format!("export WELLKEPT_HOME={}", terminal.home().display()));
        for words in
            ["results --abnormal", "medications", "timeline --limit 20", "search glucose", "status --json"]
        {
            page.verbatim(2, &terminal.full(words));
        }
        page.line(0, Ink::Plain, "When you have seen enough, delete that folder.");
    })
}
