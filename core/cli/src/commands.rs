//! The commands: each asks the client and has the answer drawn.

mod acts;
mod appointments;
mod connect;
mod cover;
mod documents;
mod drafts;
mod erase;
mod export;
mod init;
mod list;
mod messages;
mod note;
mod outbox;
mod parts;
mod portals;
mod purge;
mod read;
mod salvage;
mod show;
mod sync;
mod verify;

pub use drafts::Listed;

use clap::CommandFactory;
use client::Query;

use crate::args::{Arguments, Command, Documents, FileCommand, Global, ListCommand, Portals};
use crate::browser::Browser;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::text;
use crate::text::page::{Ink, Page};

/// Does what was typed. `visitor` takes the browser's place where there is one.
pub fn run(arguments: Arguments, visitor: Option<Browser>) -> Result<Exit, Error> {
    let Arguments { global, command } = arguments;
    let out = Out::new(&global);
    match command {
        Command::Init { name } => init::run(&global, &out, &name),
        Command::Connect(wanted) => {
            let browser = visitor.map_or_else(|| Browser::named(wanted.browser.as_deref()), Ok)?;
            connect::connect(&global, &out, &wanted, browser)
        }
        Command::Disconnect { portal } => connect::disconnect(&global, &out, &portal),
        Command::Portals(Portals { list }) => match list {
            None => portals::held(&global, &out),
            Some(ListCommand::Find { words, limit }) => portals::find(&global, &out, &words.join(" "), limit),
            Some(ListCommand::Import { file, add }) => portals::import(&global, &out, &file, add),
        },
        Command::Sync { full, same_person, metered, watch } => {
            let network = if metered { client::Network::Metered } else { client::Network::Free };
            match watch {
                true => sync::watch(&global, &out, network),
                false => sync::run(&global, &out, network, full, same_person.as_deref()),
            }
        }
        Command::Status => {
            let status = crate::home::open(&global)?.status()?;
            out.put(&status, |page| text::status::status(page, &status))?;
            Ok(Exit::Done)
        }
        Command::Results(list) => list::run(&global, &out, &list, Query::Results),
        Command::Medications(list) => list::run(&global, &out, &list, Query::Medications),
        Command::Allergies(list) => list::run(&global, &out, &list, Query::Allergies),
        Command::Conditions(list) => list::run(&global, &out, &list, Query::Conditions),
        Command::Immunizations(list) => list::run(&global, &out, &list, Query::Immunizations),
        Command::Vitals(list) => list::run(&global, &out, &list, Query::Vitals),
        Command::Procedures(list) => list::run(&global, &out, &list, Query::Procedures),
        Command::Visits(list) => list::run(&global, &out, &list, Query::Visits),
        Command::Plans(list) => list::run(&global, &out, &list, Query::Plans),
        Command::CareTeam(list) => list::run(&global, &out, &list, Query::CareTeam),
        Command::Orders(list) => list::run(&global, &out, &list, Query::Orders),
        Command::Documents(Documents { list, file }) => match file {
            None => list::run(&global, &out, &list, Query::Documents),
            Some(FileCommand::Open(file)) => documents::open(&global, &out, &file),
            Some(FileCommand::Save { file, to }) => documents::save(&global, &out, &file, &to),
        },
        Command::Appointments(asked) => appointments::run(&global, &out, &asked),
        Command::Messages(asked) => messages::list(&global, &out, &asked),
        Command::Message(message) => messages::run(&global, &out, &message),
        Command::Coverage(list) => list::run(&global, &out, &list, Query::Coverage),
        Command::Timeline(list) => list::run(&global, &out, &list, Query::Timeline),
        Command::Other(list) => list::run(&global, &out, &list, Query::Other),
        Command::Profile => list::profile(&global, &out),
        Command::Search { words, limit, reveal } => {
            list::search(&global, &out, &words.join(" "), limit, reveal)
        }
        Command::Show { reference, raw, history, reveal } => {
            show::run(&global, &out, &show::Wanted { reference, raw, history, reveal })
        }
        Command::Hide(what) => cover::hide(&global, &out, &what),
        Command::Reveal { what, all } => cover::reveal(&global, &out, &what, all),
        Command::Hidden => cover::hidden(&global, &out),
        Command::Withhold(what) => parts::withhold(&global, &out, &what),
        Command::Share(what) => parts::share(&global, &out, &what),
        Command::Withheld { all } => parts::withheld(&global, &out, all),
        Command::Purge { reference, yes } => purge::run(&global, &out, &reference, yes),
        Command::Read { references, all } => read::run(&global, &out, &references, all),
        Command::Note(note) => note::run(&global, &out, &note),
        Command::Passphrase { new_passphrase_file } => {
            crate::home::set_passphrase(&global, new_passphrase_file.as_deref())?;
            say(&out, "The new passphrase holds from now on. The recovery kit stays as it is.")?;
            Ok(Exit::Done)
        }
        Command::Draft(wanted) => drafts::run(&global, &out, &wanted),
        Command::Outbox(wanted) => outbox::run(&global, &out, &wanted),
        Command::Refill(wanted) => acts::refill(&global, &out, &wanted),
        Command::Correct(wanted) => acts::correct(&global, &out, &wanted),
        Command::Export { folder } => export::export(&global, &out, &folder),
        Command::Import { folder } => export::import(&global, &out, &folder),
        Command::Erase { yes, keep_access } => erase::run(&global, &out, yes.as_deref(), keep_access),
        Command::Verify => verify::verify(&global, &out),
        Command::Rebuild => verify::rebuild(&global, &out),
        Command::Salvage => salvage::run(&global, &out),
        Command::Completions { shell } => completions(&out, shell),
        #[cfg(feature = "demo")]
        Command::Demo { patient } => crate::demo::run(&global, &out, patient.as_deref()),
    }
}

fn completions(out: &Out, shell: clap_complete::Shell) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "wellkept", &mut script);
    out.bytes(&script)?;
    Ok(Exit::Done)
}

/// A runtime for the commands that use the network.
fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Error::System(format!("No threads could be started: {error}")))
}

/// One sentence on standard output.
fn say(out: &Out, sentence: &str) -> Result<(), Error> {
    out.page(|page: &mut Page| page.line(0, Ink::Plain, sentence))
}

/// The words to type for this record, where it is not the usual one.
fn typed(global: &Global, words: &str) -> String {
    match global.record.as_str() {
        "me" => format!("wellkept {words}"),
        other => format!("wellkept --record {other} {words}"),
    }
}
