//! What may be typed about messages to be sent, appointments to be made, refills, and the outbox.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Whether an act goes out at once.
#[derive(Debug, Clone, Args)]
pub struct When {
    /// Only queue it: the next `sync` sends it.
    #[arg(long)]
    pub later: bool,
}

/// A new message.
#[derive(Debug, Clone, Args)]
pub struct SendMessage {
    /// The portal's name.
    pub portal: String,
    /// The words; `-` reads standard input.
    #[arg(required = true)]
    pub text: Vec<String>,
    /// To whom: an entry such as Practitioner/7; `message recipients` lists them. May be given again.
    #[arg(long, value_name = "ENTRY")]
    pub to: Vec<String>,
    /// Its subject.
    #[arg(long, value_name = "WORDS")]
    pub subject: Option<String>,
    /// What it is about: an entry. May be given again.
    #[arg(long, value_name = "ENTRY")]
    pub about: Vec<String>,
    /// A file that goes with it. May be given again.
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// The moment that it speaks of: after it, it is not sent without asking you again. A day (2026-12-01), or
    /// 2026-12-01T09:30:00+01:00.
    #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
    pub good_until: Option<i64>,
    /// Whether it goes out at once.
    #[command(flatten)]
    pub when: When,
}

/// An answer to a message.
#[derive(Debug, Clone, Args)]
pub struct ReplyMessage {
    /// The message: `Communication/id`, or the start of an id.
    pub message: String,
    /// The words; `-` reads standard input.
    #[arg(required = true)]
    pub text: Vec<String>,
    /// A file that goes with it. May be given again.
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// The moment that it speaks of: after it, it is not sent without asking you again. A day (2026-12-01), or
    /// 2026-12-01T09:30:00+01:00.
    #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
    pub good_until: Option<i64>,
    /// Whether it goes out at once.
    #[command(flatten)]
    pub when: When,
}

/// Drafts of messages.
#[derive(Debug, Clone, Args)]
pub struct Draft {
    /// What to do; without it, what you began to write.
    #[command(subcommand)]
    pub what: Option<DraftCommand>,
}

/// What to do with drafts.
#[derive(Debug, Clone, Subcommand)]
pub enum DraftCommand {
    /// What you began to write.
    List,
    /// Begin a message without sending it, or write a draft anew.
    Write {
        /// The portal's name.
        portal: String,
        /// The words; `-` reads standard input.
        #[arg(required = true)]
        text: Vec<String>,
        /// To whom: an entry such as Practitioner/7. May be given again.
        #[arg(long, value_name = "ENTRY")]
        to: Vec<String>,
        /// Its subject.
        #[arg(long, value_name = "WORDS")]
        subject: Option<String>,
        /// What it is about: an entry. May be given again.
        #[arg(long, value_name = "ENTRY")]
        about: Vec<String>,
        /// The draft that it takes the place of: its id, or the start of it.
        #[arg(long, value_name = "ID")]
        over: Option<String>,
    },
    /// One draft in full.
    Show {
        /// Its id, or the start of it.
        id: String,
    },
    /// Send one, with files where you name some. The draft is gone then.
    Send {
        /// Its id, or the start of it.
        id: String,
        /// A file that goes with it. May be given again.
        #[arg(long, value_name = "FILE")]
        attach: Vec<PathBuf>,
        /// Whether it goes out at once.
        #[command(flatten)]
        when: When,
    },
    /// Throw one away.
    Delete {
        /// Its id, or the start of it.
        id: String,
    },
}

/// Asking for a correction.
#[derive(Debug, Clone, Args)]
pub struct Correct {
    /// The entry that is wrong: `Type/id`, or the start of an id.
    pub entry: String,
    /// What is wrong, and what is right; `-` reads standard input.
    #[arg(required = true)]
    pub text: Vec<String>,
    /// To whom: an entry such as Practitioner/7. May be given again.
    #[arg(long, value_name = "ENTRY")]
    pub to: Vec<String>,
    /// Whether it goes out at once.
    #[command(flatten)]
    pub when: When,
}

/// Asking for a medicine again.
#[derive(Debug, Clone, Args)]
pub struct Refill {
    /// The prescription: `MedicationRequest/id`, or the start of an id.
    pub prescription: String,
    /// What the practice is to know.
    #[arg(long, value_name = "WORDS")]
    pub note: Option<String>,
    /// Whether it goes out at once.
    #[command(flatten)]
    pub when: When,
}

/// What may be done about appointments.
#[derive(Debug, Clone, Subcommand)]
pub enum Appoint {
    /// Look for free times at a portal: they are numbered, and `book` takes one of them.
    Find {
        /// The portal's name.
        portal: String,
        /// From this day on (2026-12-01); without it, from today.
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Until this day; without it, for four weeks.
        #[arg(long, value_name = "DAY")]
        until: Option<String>,
        /// With whom, or where: an entry such as Practitioner/7 or Location/1. May be given again.
        #[arg(long, value_name = "ENTRY")]
        with: Vec<String>,
        /// What for: words of the portal's own name of it, such as physiotherapy.
        #[arg(long, value_name = "WORDS")]
        service: Option<String>,
        /// At most this many.
        #[arg(long, default_value = "20", value_name = "N")]
        limit: NonZeroUsize,
    },
    /// Take a free time that `find` showed.
    Book {
        /// Its number.
        number: usize,
        /// What for.
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        /// Whether it goes out at once.
        #[command(flatten)]
        when: When,
    },
    /// Ask for an appointment: the clinic chooses the time.
    Request {
        /// The portal's name.
        portal: String,
        /// What for.
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        /// With whom, or where: an entry such as Practitioner/7. May be given again.
        #[arg(long, value_name = "ENTRY")]
        with: Vec<String>,
        /// From which day on it suits (2026-12-01).
        #[arg(long, value_name = "DAY", requires = "until")]
        from: Option<String>,
        /// Until which day it suits.
        #[arg(long, value_name = "DAY", requires = "from")]
        until: Option<String>,
        /// What else the clinic is to know.
        #[arg(long, value_name = "WORDS")]
        comment: Option<String>,
        /// Whether it goes out at once.
        #[command(flatten)]
        when: When,
    },
    /// Move an appointment to a free time that `find` showed.
    Reschedule {
        /// The appointment: `Appointment/id`, or the start of an id.
        appointment: String,
        /// The number of the free time.
        number: usize,
        /// Whether it goes out at once.
        #[command(flatten)]
        when: When,
    },
    /// Give an appointment up.
    Cancel {
        /// The appointment: `Appointment/id`, or the start of an id.
        appointment: String,
        /// Why.
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        /// Whether it goes out at once.
        #[command(flatten)]
        when: When,
    },
}

/// The outbox, and what to do about what stands in it.
#[derive(Debug, Clone, Args)]
pub struct Outbox {
    /// What to do; without it, what stands there.
    #[command(subcommand)]
    pub act: Option<OutboxCommand>,
}

/// What to do about an act.
#[derive(Debug, Clone, Subcommand)]
pub enum OutboxCommand {
    /// Send what waits, without fetching anything.
    Send,
    /// One of them in full.
    Show {
        /// Its id, or the start of it.
        id: String,
    },
    /// Send one again: one that was refused, that waited for too long, or of which nobody can tell.
    Retry {
        /// Its id, or the start of it.
        id: String,
    },
    /// Change the words of one that was not sent.
    Edit {
        /// Its id, or the start of it.
        id: String,
        /// The words; `-` reads standard input.
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Take one back that was not sent.
    Delete {
        /// Its id, or the start of it.
        id: String,
    },
    /// Say that it was done: you sent it yourself, or saw at the portal that it is there.
    Done {
        /// Its id, or the start of it.
        id: String,
    },
}
