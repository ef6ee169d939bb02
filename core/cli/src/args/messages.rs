//! What may be typed about messages.

use std::num::NonZeroUsize;

use clap::{Args, Subcommand};

use super::acts::{ReplyMessage, SendMessage};

/// Which threads to list.
#[derive(Debug, Clone, Args)]
pub struct Threads {
    /// Only threads with a message from this day on (YYYY, YYYY-MM or YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = super::since)]
    pub since: Option<i64>,
    /// Only threads with something that you have not read.
    #[arg(long)]
    pub unread: bool,
    /// Only threads at this portal.
    #[arg(long, value_name = "PORTAL")]
    pub portal: Option<String>,
    /// At most this many threads; without it, all of them.
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Show what you covered with `hide` too, this once. Takes nothing as read.
    #[arg(long)]
    pub reveal: bool,
}

/// What to do with one thread, or before writing one.
#[derive(Debug, Clone, Args)]
pub struct Message {
    /// What to do.
    #[command(subcommand)]
    pub what: MessageCommand,
}

/// What to do with threads.
#[derive(Debug, Clone, Subcommand)]
pub enum MessageCommand {
    /// One thread, the oldest message first. Shows it as read, for you.
    Show {
        /// Any message in it: `Communication/id`, or the start of an id.
        thread: String,
        /// Show what you covered with `hide` too, this once. Takes nothing as read.
        #[arg(long)]
        reveal: bool,
    },
    /// Take whole threads as read, for you and nobody else.
    Read {
        /// Any message of each: `Communication/id`, or the start of an id.
        #[arg(required = true, value_name = "THREAD")]
        threads: Vec<String>,
    },
    /// Send a new message. It waits for the network where there is none.
    Send(SendMessage),
    /// Answer a message.
    Reply(ReplyMessage),
    /// Whom one may write to at a portal, as its own entries name them.
    Recipients {
        /// The portal's name.
        portal: String,
    },
}
