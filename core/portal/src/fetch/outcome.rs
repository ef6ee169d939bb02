use serde::{Deserialize, Serialize};

use crate::{Failure, clean, http::GARBLED};

/// How a slot, or a reference that was followed, ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Read to its end.
    Ok {
        /// Resources in this listing.
        count: u64,
        /// It was a full listing in which everything could be read: what is not in it is no longer returned.
        complete: bool,
    },
    /// Not asked: the granted scopes do not allow it.
    NotGranted,
    /// The portal said no to this; the rest goes on.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The portal's words, made safe; may be empty.
        reason: String,
    },
    /// It did not work. What was committed stays.
    Failed {
        /// What kind of failure.
        fault: Fault,
        /// In words, made safe.
        reason: String,
    },
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The portal was not reached.
    Unreachable,
    /// No whole answer in time.
    Timeout,
    /// More bytes than are taken.
    TooLarge,
    /// The portal asks to wait longer than this run does.
    Busy,
    /// The portal had an error (5xx).
    Server,
    /// A redirect, which is not followed.
    Redirect,
    /// The link to the next page leads to another host; nothing was sent there.
    OtherHost,
    /// The link to the next page cannot be read.
    BadNext,
    /// A link to a page that was already read.
    Loop,
    /// More than [`super::MAX_PAGES`] (of small pages, more than ten times as many).
    TooManyPages,
    /// The portal no longer knows the link to the next page, and did not the second time.
    NextGone,
    /// Not the FHIR that was asked for.
    NotFhir,
    /// Another resource than the one that was asked for.
    WrongResource,
    /// A reference that no request can be made of.
    BadReference,
    /// The sign-in is no longer accepted.
    SignIn,
    /// Access could not be renewed, by no fault of the sign-in.
    Refresh,
    /// The portal answered, and said itself that something is missing from it for now.
    Partial,
    /// More than is read from one portal in one go; the rest comes another time.
    Enough,
    /// The run was ended early by [`super::Fetch::stop`].
    Stopped,
}

impl Fault {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unreachable => "the portal could not be reached",
            Self::Timeout => "the portal did not answer in time",
            Self::TooLarge => "the answer is too large",
            Self::Busy => "the portal is busy",
            Self::Server => "the portal had an error",
            Self::Redirect => "the portal sent a redirect, which is not followed",
            Self::OtherHost => "next link to another host",
            Self::BadNext => "next link that cannot be read",
            Self::Loop => "next link to a page that was already read",
            Self::TooManyPages => "more pages than are read",
            Self::NextGone => "the portal no longer knows its own next link",
            Self::NotFhir => "the answer is not what was asked for",
            Self::WrongResource => "the answer is another resource than the one asked for",
            Self::BadReference => "a reference that cannot be followed",
            Self::SignIn => "the portal asks you to sign in again",
            Self::Refresh => "access could not be renewed",
            Self::Partial => "the portal says that this is not all",
            Self::Enough => "there is more than is read in one go: the rest comes with the next sync",
            Self::Stopped => "stopped before it was done",
        }
    }

    /// Whether the same page may work another time.
    pub fn passing(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Timeout
                | Self::Busy
                | Self::Server
                | Self::SignIn
                | Self::Refresh
                | Self::Enough
                | Self::Stopped
        )
    }

    pub(crate) fn outcome(self, detail: &str) -> Outcome {
        let reason = match detail.trim() {
            "" => self.words().to_owned(),
            detail => clean(&format!("{}: {detail}", self.words())),
        };
        Outcome::Failed { fault: self, reason }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Network(words) | Failure::Unsent(words) => Fault::Unreachable.outcome(&words),
            Failure::TooLarge => Fault::TooLarge.outcome(""),
            Failure::Timeout => Fault::Timeout.outcome(""),
            Failure::Garbled => Fault::Server.outcome(GARBLED),
        }
    }
}
