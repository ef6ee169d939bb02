//! What may be typed about portals.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to connect, and how.
#[derive(Debug, Clone, Args)]
pub struct Connect {
    /// The portal's FHIR base address; or words of its name or place, as `portals find` takes them; or the name of a portal
    /// that is connected, to sign in again.
    #[arg(required = true, value_name = "PORTAL")]
    pub portal: Vec<String>,
    /// What to call the portal. Without it, its name in the list of portals, or its host.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Run this command with the sign-in address as its last argument, instead of only printing the address. Words are told
    /// apart as in a shell, with quotes and backslashes; there is no shell.
    #[arg(long, value_name = "CMD")]
    pub browser: Option<String>,
    /// The client id that the portal gave. Without it, this device registers itself where the portal offers that, and is
    /// `wellkept` elsewhere.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Register this device anew, or fail: never under another name.
    #[arg(long, conflicts_with = "client_id")]
    pub register: bool,
    /// Sign with the private key in this file (RSA of at least 2048 bits, or P-384; PEM or DER), whose public half the portal
    /// has by --client-id or gets by --register. It is kept, sealed.
    #[arg(long, value_name = "FILE", requires = "key_id")]
    pub key_file: Option<PathBuf>,
    /// The name of that key at the portal (`kid`).
    #[arg(long, value_name = "KID", requires = "key_file")]
    pub key_id: Option<String>,
    /// You have looked at who the portal shows, and it is the same person although that could not be told for certain.
    #[arg(long)]
    pub same_person: bool,
}

/// The portals, or the list of all portals that there are.
#[derive(Debug, Clone, Args)]
pub struct Portals {
    /// What to do with the list. Needs no record.
    #[command(subcommand)]
    pub list: Option<ListCommand>,
}

/// What to do with the list of all portals.
#[derive(Debug, Clone, Subcommand)]
pub enum ListCommand {
    /// Find portals by name, former name, city, address, web address or number. Asks no network.
    Find {
        /// Beginnings of words.
        #[arg(required = true)]
        words: Vec<String>,
        /// At most this many organisations.
        #[arg(long, default_value = "20", value_name = "N")]
        limit: NonZeroUsize,
    },
    /// Take in a list that somebody published (FHIR Bundle, "User-access Brands"), in the place of the one before.
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Beside the one before, not in its place.
        #[arg(long)]
        add: bool,
    },
}
