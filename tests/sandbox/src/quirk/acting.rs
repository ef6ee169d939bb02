use std::fmt;
use std::str::FromStr;

use super::About;

/// A misbehaviour in what is sent to the portal: messages, appointments, refills.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acting {
    /// Writing answers this status, 405 or 501, whatever the capability statement says.
    NoWrite(u16),
    /// `If-None-Exist` is passed over: the same is created again.
    IgnoresIfNoneExist,
    /// `If-None-Exist` that finds one answers 412, as if there were several.
    IfNoneExist412,
    /// A search by identifier answers 400 (`refused`), or gives everything (`ignored`).
    NoIdentifierSearch(String),
    /// What was created is found by searches only after so many seconds; a read finds it at once.
    LaggingSearch(i64),
    /// 200 with an OperationOutcome of severity error, and nothing is created.
    OkWithOutcome,
    /// 201 without the resource.
    CreatedWithoutBody,
    /// 201 without `Location`.
    CreatedWithoutLocation,
    /// It is done, and the connection breaks off before the answer.
    AnswerLost(Often),
    /// The connection breaks off, and nothing is done.
    ConnectionLostBefore(Often),
    /// It is done at once; the first two answers take so many seconds.
    AnswerTwiceDelayed(u64),
    /// A gateway answers this status, 504 or 202, and half a minute later it is done all the same.
    SlowCommit(u16),
    /// What is stored has lost the identifiers that it came with.
    StripsIdentifier,
    /// An attachment is refused with 422 once it has come (`scanned`), or taken and removed soon after (`later`): another message
    /// tells.
    AttachmentRefused(String),
    /// Attachments have at most so many bytes, unannounced.
    AttachmentLimit(usize),
    /// Messages have at most so many characters, unannounced.
    MessageLimit(usize),
    /// Writing answers 429 with `Retry-After` until so many seconds after the first try.
    RateLimitedWrites(i64),
    /// Writing answers 403: it needs a scope that this app cannot have.
    WriteNeedsOtherScope,
    /// The first slot that is wanted has just been taken by somebody else.
    SlotGone,
    /// Holds are over as soon as they are made.
    HoldExpires,
    /// No booking is accepted: 422, of `$book` an Appointment that is `cancelled`.
    BookRefused,
    /// A booking is only a request: it is stored as `proposed` or `pending`.
    SilentlyRequests(String),
    /// A transaction answers 422, although it is announced.
    NoTransaction,
    /// Asking for a scope that lets write ends the sign-in with `invalid_scope`, although it is listed.
    WriteScopesRefused,
}

/// How often something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Often {
    /// The first time.
    Once,
    /// Every time that is a multiple of this.
    Every(u32),
}

impl Often {
    /// Whether it happens the nth time, the first being 1.
    pub(crate) fn hits(self, nth: u32) -> bool {
        match self {
            Often::Once => nth == 1,
            Often::Every(step) => nth.is_multiple_of(step),
        }
    }
}

impl fmt::Display for Often {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Often::Once => out.write_str("once"),
            Often::Every(step) => write!(out, "{step}"),
        }
    }
}

impl FromStr for Often {
    type Err = ();

    fn from_str(text: &str) -> Result<Often, ()> {
        match text {
            "once" => Ok(Often::Once),
            _ => text.parse().ok().filter(|step| *step > 0).map(Often::Every).ok_or(()),
        }
    }
}

impl Acting {
    pub(super) fn all() -> Vec<Acting> {
        vec![
            Acting::NoWrite(405),
            Acting::IgnoresIfNoneExist,
            Acting::IfNoneExist412,
            Acting::NoIdentifierSearch("refused".to_owned()),
            Acting::LaggingSearch(30),
            Acting::OkWithOutcome,
            Acting::CreatedWithoutBody,
            Acting::CreatedWithoutLocation,
            Acting::AnswerLost(Often::Once),
            Acting::ConnectionLostBefore(Often::Once),
            Acting::AnswerTwiceDelayed(2),
            Acting::SlowCommit(504),
            Acting::StripsIdentifier,
            Acting::AttachmentRefused("scanned".to_owned()),
            Acting::AttachmentLimit(1024),
            Acting::MessageLimit(160),
            Acting::RateLimitedWrites(2),
            Acting::WriteNeedsOtherScope,
            Acting::SlotGone,
            Acting::HoldExpires,
            Acting::BookRefused,
            Acting::SilentlyRequests("proposed".to_owned()),
            Acting::NoTransaction,
            Acting::WriteScopesRefused,
        ]
    }

    pub(super) fn value(&self) -> Option<String> {
        Some(match self {
            Acting::NoWrite(status) | Acting::SlowCommit(status) => status.to_string(),
            Acting::NoIdentifierSearch(how)
            | Acting::AttachmentRefused(how)
            | Acting::SilentlyRequests(how) => how.clone(),
            Acting::LaggingSearch(seconds) | Acting::RateLimitedWrites(seconds) => seconds.to_string(),
            Acting::AnswerTwiceDelayed(seconds) => seconds.to_string(),
            Acting::AnswerLost(often) | Acting::ConnectionLostBefore(often) => often.to_string(),
            Acting::AttachmentLimit(most) | Acting::MessageLimit(most) => most.to_string(),
            _ => return None,
        })
    }

    pub(super) fn with_value(&self, value: &str) -> Option<Acting> {
        let one_of = |known: [&str; 2]| known.contains(&value).then(|| value.to_owned());
        let status = |known: [u16; 2]| value.parse().ok().filter(|status| known.contains(status));
        match self {
            Acting::NoWrite(_) => status([405, 501]).map(Acting::NoWrite),
            Acting::SlowCommit(_) => status([504, 202]).map(Acting::SlowCommit),
            Acting::NoIdentifierSearch(_) => one_of(["refused", "ignored"]).map(Acting::NoIdentifierSearch),
            Acting::AttachmentRefused(_) => one_of(["scanned", "later"]).map(Acting::AttachmentRefused),
            Acting::SilentlyRequests(_) => one_of(["proposed", "pending"]).map(Acting::SilentlyRequests),
            Acting::LaggingSearch(_) => value.parse().ok().map(Acting::LaggingSearch),
            Acting::RateLimitedWrites(_) => value.parse().ok().map(Acting::RateLimitedWrites),
            Acting::AnswerTwiceDelayed(_) => value.parse().ok().map(Acting::AnswerTwiceDelayed),
            Acting::AnswerLost(_) => value.parse().ok().map(Acting::AnswerLost),
            Acting::ConnectionLostBefore(_) => value.parse().ok().map(Acting::ConnectionLostBefore),
            Acting::AttachmentLimit(_) => value.parse().ok().map(Acting::AttachmentLimit),
            Acting::MessageLimit(_) => value.parse().ok().map(Acting::MessageLimit),
            _ => None,
        }
    }

    pub(super) fn about(&self) -> About {
        let (name, does) = match self {
            Acting::NoWrite(_) => {
                ("no-write", "writing answers 405 (or no-write=501), whatever is announced")
            }
            Acting::IgnoresIfNoneExist => {
                ("ignores-if-none-exist", "If-None-Exist is passed over: the same is created again")
            }
            Acting::IfNoneExist412 => {
                ("if-none-exist-412", "If-None-Exist that finds one answers 412, as if there were several")
            }
            Acting::NoIdentifierSearch(_) => (
                "no-identifier-search",
                "a search by identifier answers 400, or gives everything (no-identifier-search=ignored)",
            ),
            Acting::LaggingSearch(_) => {
                ("lagging-search", "what was created is found by searches only after seconds (30)")
            }
            Acting::OkWithOutcome => {
                ("ok-with-outcome", "200 with an OperationOutcome of severity error, and nothing is created")
            }
            Acting::CreatedWithoutBody => ("created-without-body", "201 without the resource"),
            Acting::CreatedWithoutLocation => ("created-without-location", "201 without Location"),
            Acting::AnswerLost(_) => {
                ("answer-lost", "it is done and the connection breaks off: once, or every nth time (=3)")
            }
            Acting::ConnectionLostBefore(_) => (
                "connection-lost-before",
                "the connection breaks off and nothing is done: once, or every nth time (=3)",
            ),
            Acting::AnswerTwiceDelayed(_) => {
                ("answer-twice-delayed", "it is done at once; the first two answers take seconds (2)")
            }
            Acting::SlowCommit(_) => {
                ("slow-commit", "504 (or slow-commit=202), and half a minute later it is done all the same")
            }
            Acting::StripsIdentifier => {
                ("strips-identifier", "what is stored has lost the identifiers that it came with")
            }
            Acting::AttachmentRefused(_) => (
                "attachment-refused",
                "an attachment is 422 once it has come, or taken and soon removed (attachment-refused=later)",
            ),
            Acting::AttachmentLimit(_) => {
                ("attachment-limit", "attachments have at most so many bytes (1024), unannounced")
            }
            Acting::MessageLimit(_) => {
                ("message-limit", "messages have at most so many characters (160), unannounced")
            }
            Acting::RateLimitedWrites(_) => {
                ("rate-limited-writes", "writing answers 429 until seconds (2) after the first try")
            }
            Acting::WriteNeedsOtherScope => {
                ("write-needs-other-scope", "writing answers 403: it needs a scope that this app cannot have")
            }
            Acting::SlotGone => {
                ("slot-gone", "the first slot that is wanted was just taken by somebody else")
            }
            Acting::HoldExpires => ("hold-expires", "holds are over as soon as they are made"),
            Acting::BookRefused => {
                ("book-refused", "no booking is accepted: 422, of $book an Appointment that is cancelled")
            }
            Acting::SilentlyRequests(_) => (
                "silently-requests",
                "a booking is stored as proposed only, its slot free, or pending (silently-requests=pending)",
            ),
            Acting::NoTransaction => {
                ("no-transaction", "a transaction answers 422, although it is announced")
            }
            Acting::WriteScopesRefused => {
                ("write-scopes-refused", "scopes that let write are invalid_scope, although they are listed")
            }
        };
        About { name, does, seen: self.seen() }
    }

    fn seen(&self) -> Option<&'static str> {
        match self {
            Acting::AttachmentRefused(_) => Some("department-of-veterans-affairs/va.gov-team#93807"),
            _ => None,
        }
    }
}
