//! What may be typed.

mod acts;
mod appointments;
mod messages;
mod portals;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use acts::{
    Appoint, Correct, Draft, DraftCommand, Outbox, OutboxCommand, Refill, ReplyMessage, SendMessage, When,
};
pub use appointments::{AppointmentCommand, AppointmentList, Appointments};
pub use messages::{Message, MessageCommand, Threads};
pub use portals::{Connect, ListCommand, Portals};

/// Your health record, on your own device: encrypted, from every portal, readable offline.
#[derive(Debug, Parser)]
#[command(name = "wellkept", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Which options hold for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a mistake inside Wellkept, or a failure of the system
  2  the command line was not understood
  3  locked: wrong passphrase or kit, too many tries, keychain not answering
  4  no portal could be reached, or none gave anything; what is held can still be read
  5  a portal refused, asks to sign in again, or shows another person
  6  the record or an export is damaged or of another version, or `verify` found something wrong
  7  the record is in use, already there, or not there
  8  nothing of that name, or more than one
  130  stopped by Ctrl-C";

/// Options that hold for every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The folder that holds the records.
    #[arg(long, global = true, env = "WELLKEPT_HOME", value_name = "DIR", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// Which record: one for each person.
    #[arg(long, global = true, default_value = "me", value_name = "NAME", value_parser = record_name)]
    pub record: String,
    /// Read the passphrase from the first line of this file; `-` is standard input. Without it, it is asked for.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Open with the words of the recovery kit in this file (`-` is standard input) instead of the passphrase.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "passphrase_file")]
    pub kit_file: Option<PathBuf>,
    /// Print JSON instead of text, where something is read.
    #[arg(long, global = true)]
    pub json: bool,
    /// Whether to use colour. Colour only repeats what words say.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal only.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new record, and print its recovery kit once.
    Init {
        /// Your name, as it is to stand in the record.
        #[arg(long, default_value = "Holder", value_name = "NAME")]
        name: String,
    },
    /// Connect a portal, or sign in to it again: its name, or its FHIR address such as https://fhir.example.org/r4.
    Connect(Connect),
    /// The portals, what each granted, and when its connection ends; `find` searches the list of all portals, `import` takes
    /// such a list in.
    Portals(Portals),
    /// End a connection and have the portal forget its tokens. What it sent stays.
    Disconnect {
        /// The portal's name.
        portal: String,
    },
    /// Fetch what is new from every portal.
    Sync {
        /// List everything again, and compare.
        #[arg(long, conflicts_with = "metered")]
        full: bool,
        /// You have looked, and whom this portal shows now is the same person as before.
        #[arg(long, value_name = "PORTAL")]
        same_person: Option<String>,
        /// The network costs money: fetch what changed, and leave files and whole listings to another sync.
        #[arg(long)]
        metered: bool,
        /// Stay, and sync now and again and as soon as the network returns; Ctrl-C ends it.
        #[arg(long, conflicts_with = "full")]
        watch: bool,
    },
    /// What is held, from where, as of when, and what was refused.
    Status,
    /// Test results, newest first.
    Results(List),
    /// Medicines, split by what is current and what to ask about.
    Medications(List),
    /// Allergies and intolerances.
    Allergies(List),
    /// Conditions.
    Conditions(List),
    /// Immunizations.
    Immunizations(List),
    /// Measurements such as blood pressure and weight, newest first.
    Vitals(List),
    /// Procedures.
    Procedures(List),
    /// Visits.
    Visits(List),
    /// Care plans and goals.
    Plans(List),
    /// Who cares for you.
    CareTeam(List),
    /// What was ordered, whether or not it came to a result.
    Orders(List),
    /// Documents and reports; `open` reads a file of one, `save` writes it where you say.
    Documents(Documents),
    /// Appointments: what is coming first; `show` draws one for its day, `export` writes a calendar file, `find`, `book`, `request`,
    /// `reschedule` and `cancel` make and change them.
    Appointments(Appointments),
    /// Messages as threads, that with the newest message first.
    Messages(Threads),
    /// Messages: `show` a thread, take it as `read`, `send` a new message, `reply` to one; `recipients` lists whom one may write to.
    Message(Message),
    /// Messages that you began to write: on this device only, and never sent before you say so.
    Draft(Draft),
    /// What waits to be sent, what was sent lately, and what nobody can tell; and what to do about it.
    Outbox(Outbox),
    /// Ask for a medicine again.
    Refill(Refill),
    /// Ask a portal to correct an entry.
    Correct(Correct),
    /// Coverage, claims, and what insurers worked out.
    Coverage(List),
    /// Who the portals say you are.
    Profile,
    /// Everything that happened, newest first.
    Timeline(List),
    /// What no list of a kind shows: who and what entries refer to, where they came from, and rarer kinds.
    Other(List),
    /// Find entries and notes by any of their words.
    Search {
        /// The words.
        #[arg(required = true)]
        words: Vec<String>,
        /// At most this many.
        #[arg(long, default_value = "50", value_name = "N")]
        limit: NonZeroUsize,
        /// Search what you covered with `hide` too, this once.
        #[arg(long)]
        reveal: bool,
    },
    /// One entry in full. Shows it as read, for you.
    Show {
        /// `Type/id`, or the start of an id.
        reference: String,
        /// Its exact bytes as the portal sent them, and nothing else.
        #[arg(long, conflicts_with = "history")]
        raw: bool,
        /// Every revision that was seen.
        #[arg(long)]
        history: bool,
        /// Show it although you covered it with `hide`, this once. Takes nothing as read.
        #[arg(long)]
        reveal: bool,
    },
    /// Cover entries on your own screens: they wait until you reveal them. Nobody else's screens change, and carers see
    /// what they saw (to keep it from carers: `withhold`). That a critical result waits is always shown.
    Hide(Cover),
    /// Take covers away that `hide` put. To look once, `--reveal` of `show`, `search` and the lists is enough.
    Reveal {
        /// What to reveal.
        #[command(flatten)]
        what: Cover,
        /// All that you covered.
        #[arg(long, conflicts_with = "what")]
        all: bool,
    },
    /// What you covered with `hide`.
    Hidden,
    /// Keep something from carers: entries, and what refers to them; or all of a kind of care. Nothing changes on your own screens.
    /// What speaks of sensitive care is withheld from the start.
    Withhold(Choose),
    /// Let carers see what is withheld: entries, and what was withheld only because it refers to them; or all of a kind of care.
    Share(Choose),
    /// What is withheld from carers and why, and everything that you chose.
    Withheld {
        /// Every entry; without it, the first few for each reason.
        #[arg(long)]
        all: bool,
    },
    /// Remove for good what its provider withdrew as recorded by mistake: it may be another person's. Its content is dropped
    /// from this device, and from your others when they hear of it; that it was here stays known.
    Purge {
        /// `Type/id`, or the start of an id.
        reference: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Take entries as read, for you and nobody else: those that are named, or all of them.
    Read {
        /// `Type/id`, or the start of an id.
        #[arg(required_unless_present = "all")]
        references: Vec<String>,
        /// Everything that is held now.
        #[arg(long, conflicts_with = "references")]
        all: bool,
    },
    /// Write, change or remove a note; without words, list the notes.
    Note(Note),
    /// Set another passphrase, with the old one or with `--kit-file`.
    Passphrase {
        /// Read the new passphrase from the first line of this file; `-` is standard input. Without it, it is asked for.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Write everything into a new folder that any program can read: NOT encrypted.
    Export {
        /// The folder, which is not there yet or is empty.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Make a record of an export again. The record, named with --record, must be new and empty.
    Import {
        /// The folder with the export.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Erase the record for good, with its keys. Asks for the record's name.
    Erase {
        /// The record's name, instead of being asked for it.
        #[arg(long, value_name = "NAME")]
        yes: Option<String>,
        /// Do not ask portals to forget this device: needs no passphrase.
        #[arg(long)]
        keep_access: bool,
    },
    /// Check every signature, chain and digest, and that lists equal a rebuild. Prints one digest of the whole record.
    Verify,
    /// Build all lists and the search again from what is held.
    Rebuild,
    /// Take over what is whole of a damaged record into a new file. The damaged file is kept beside it, as it is.
    Salvage,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// See it work: two portals on this machine, a new record, a first sync, a correction, and everything read offline.
    #[cfg(feature = "demo")]
    Demo {
        /// A Synthea bundle (`.json` or `.json.gz`) for the patient, instead of the one that comes with Wellkept.
        #[arg(long, value_name = "FILE")]
        patient: Option<PathBuf>,
    },
}

/// Which entries to list.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// Only this code (`system|code`, or the code) or this word in the title.
    #[arg(long)]
    pub code: Option<String>,
    /// Only from this day on (YYYY, YYYY-MM or YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = since)]
    pub since: Option<i64>,
    /// Only what a laboratory flagged as outside its range or critical.
    #[arg(long)]
    pub abnormal: bool,
    /// Only what you have not read.
    #[arg(long)]
    pub unread: bool,
    /// Only what this portal showed.
    #[arg(long, value_name = "PORTAL")]
    pub portal: Option<String>,
    /// At most this many lines; without it, all of them.
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Show what you covered with `hide` too, this once. Takes nothing as read.
    #[arg(long)]
    pub reveal: bool,
}

/// Documents, or one file.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Documents {
    /// Which to list.
    #[command(flatten)]
    pub list: List,
    /// What to do with one file.
    #[command(subcommand)]
    pub file: Option<FileCommand>,
}

/// What to do with a file of an entry. What is not on this device is fetched.
#[derive(Debug, Clone, Subcommand)]
pub enum FileCommand {
    /// Print the words of a file.
    Open(OneFile),
    /// Write a file, exactly as it came, to a place of your own.
    Save {
        /// Which file.
        #[command(flatten)]
        file: OneFile,
        /// Where to. Something that is there is never overwritten.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

/// One file of an entry.
#[derive(Debug, Clone, Args)]
pub struct OneFile {
    /// The entry: `Type/id`, or the start of an id.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Which of its files, as `show` counts them. Without it, the first that can be had.
    #[arg(value_name = "N")]
    pub n: Option<usize>,
    /// Although you covered the entry with `hide`, this once.
    #[arg(long)]
    pub reveal: bool,
}

/// What to cover, or to reveal.
#[derive(Debug, Clone, Args)]
#[group(id = "what", multiple = true)]
pub struct Cover {
    /// `Type/id`, or the start of an id.
    #[arg(value_name = "REF")]
    pub references: Vec<String>,
    /// All that speaks of this kind of care: reproductive, mental, substance, hiv, sti, genetic, violence, gender, other.
    #[arg(long = "category", value_name = "NAME")]
    pub categories: Vec<String>,
    /// A whole section: results, medications, visits ...
    #[arg(long = "section", value_name = "NAME")]
    pub sections: Vec<String>,
}

/// What to withhold, or to share.
#[derive(Debug, Clone, Args)]
#[group(id = "chosen", required = true)]
pub struct Choose {
    /// `Type/id`, or the start of an id.
    #[arg(value_name = "REF", conflicts_with_all = ["category", "screening"])]
    pub references: Vec<String>,
    /// All that speaks of this kind of care: reproductive, mental, substance, hiv, sti, genetic, violence, gender, other.
    #[arg(long, value_name = "NAME", conflicts_with = "screening")]
    pub category: Option<String>,
    /// What is asked of everybody, such as a questionnaire on mood.
    #[arg(long)]
    pub screening: bool,
}

/// What to do with notes.
#[derive(Debug, Args)]
pub struct Note {
    /// The words of the note; `-` reads them from standard input.
    #[arg(value_name = "WORDS")]
    pub text: Vec<String>,
    /// The entry that it is about: `Type/id`. Without words, lists the notes about it.
    #[arg(long, value_name = "REF")]
    pub about: Option<String>,
    /// Change the note of this id.
    #[arg(long, value_name = "ID", conflicts_with = "about", requires = "text")]
    pub edit: Option<String>,
    /// Remove the note of this id: its words are dropped from the record.
    #[arg(long, value_name = "ID", conflicts_with_all = ["about", "edit", "text"])]
    pub delete: Option<String>,
}

/// A record's name is the name of its folder.
fn record_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 64 || text.starts_with('-') || !text.chars().all(plain) {
        return Err("a name has small letters, digits and hyphens, at most 64".to_owned());
    }
    Ok(text.to_owned())
}

/// The start of a year, month or day in UTC, as Unix seconds.
fn since(text: &str) -> Result<i64, String> {
    let mut parts = text.split('-');
    let mut part = |length: usize, default: Option<u32>| match parts.next() {
        None => default,
        Some(digits) if digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok()
        }
        Some(_) => None,
    };
    let date = (part(4, None), part(2, Some(1)), part(2, Some(1)));
    let day = match date {
        (Some(year), Some(month), Some(day)) => {
            i32::try_from(year).ok().and_then(|year| chrono::NaiveDate::from_ymd_opt(year, month, day))
        }
        _ => None,
    };
    match (day.and_then(|day| day.and_hms_opt(0, 0, 0)), parts.next()) {
        (Some(start), None) => Ok(start.and_utc().timestamp()),
        _ => Err("a date is YYYY, YYYY-MM or YYYY-MM-DD".to_owned()),
    }
}

/// A moment: `2026-12-01T09:30:00+01:00`, or a day, whose end in UTC is meant. As Unix seconds.
fn moment(text: &str) -> Result<i64, String> {
    const DAY: i64 = 86_400;
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp());
    }
    match since(text) {
        Ok(start) if text.len() == 10 => Ok(start.saturating_add(DAY)),
        _ => Err("a moment is YYYY-MM-DD, or like 2026-12-01T09:30:00+01:00".to_owned()),
    }
}

#[cfg(test)]
mod tests;
