//! What may be typed about appointments.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::acts::Appoint;

/// Appointments, or one of them.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Appointments {
    /// Which to list.
    #[command(flatten)]
    pub list: AppointmentList,
    /// What to do with one, or with all.
    #[command(subcommand)]
    pub what: Option<AppointmentCommand>,
}

/// Which appointments to list.
#[derive(Debug, Clone, Args)]
pub struct AppointmentList {
    /// Only from this day on (YYYY, YYYY-MM or YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = super::since)]
    pub since: Option<i64>,
    /// Only what you have not read.
    #[arg(long)]
    pub unread: bool,
    /// Only what this portal showed.
    #[arg(long, value_name = "PORTAL")]
    pub portal: Option<String>,
    /// At most this many; without it, all of them.
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Show what you covered with `hide` too, this once. Takes nothing as read.
    #[arg(long)]
    pub reveal: bool,
    /// The time zone where you are, such as Europe/Berlin; without it, this device's own.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
}

/// What to do with appointments.
#[derive(Debug, Clone, Subcommand)]
pub enum AppointmentCommand {
    /// Free times, bookings, requests.
    #[command(flatten)]
    Appoint(Appoint),
    /// One appointment for its day: when, where, with whom, how to prepare, and what is not held. Shows it as read, for you.
    Show {
        /// `Appointment/id`, or the start of an id.
        #[arg(value_name = "REF")]
        reference: String,
        /// Show it although you covered it with `hide`, this once. Takes nothing as read.
        #[arg(long)]
        reveal: bool,
        /// The time zone where you are, such as Europe/Berlin; without it, this device's own.
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
    },
    /// A calendar file (.ics) of one appointment, or of all to come and those that were cancelled before they came. It says when
    /// and where, and nothing of why or with whom.
    Export {
        /// `Appointment/id`, or the start of an id; without it, all of them.
        #[arg(value_name = "REF")]
        reference: Option<String>,
        /// Where to, instead of standard output. Something that is there is never overwritten.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// Say what it is for, with whom, and how to prepare: whoever sees the calendar reads it.
        #[arg(long)]
        details: bool,
    },
}
