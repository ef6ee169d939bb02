//! The switches of acting that are on, each where it is asked for.

use std::collections::BTreeSet;

use crate::quirk::{Acting, Often};
use crate::{Quirk, acts::Acts};

#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) no_write: Option<u16>,
    pub(crate) ignores_if_none_exist: bool,
    pub(crate) if_none_exist_412: bool,
    /// By which way: `refused` or `ignored`.
    pub(crate) no_identifier_search: Option<String>,
    pub(crate) lagging_search: Option<i64>,
    pub(crate) ok_with_outcome: bool,
    pub(crate) without_body: bool,
    pub(crate) without_location: bool,
    pub(crate) answer_lost: Option<Often>,
    pub(crate) lost_before: Option<Often>,
    pub(crate) twice_delayed: Option<u64>,
    pub(crate) slow_commit: Option<u16>,
    pub(super) strips_identifier: bool,
    /// By which way: `scanned` or `later`.
    pub(super) attachment_refused: Option<String>,
    attachment_limit: Option<usize>,
    message_limit: Option<usize>,
    pub(crate) rate_limited: Option<i64>,
    pub(crate) other_scope: bool,
    pub(super) slot_gone: bool,
    pub(super) hold_expires: bool,
    pub(super) book_refused: bool,
    /// The status that a booking gets in place of its own.
    pub(super) silently: Option<String>,
    pub(crate) no_transaction: bool,
    pub(crate) no_write_scopes: bool,
}

impl Faults {
    pub(crate) fn of(quirks: &BTreeSet<Quirk>) -> Faults {
        let mut faults = Faults::default();
        for quirk in quirks {
            if let Quirk::Acting(acting) = quirk {
                faults.add(acting.clone());
            }
        }
        faults
    }

    /// The limits as they really are.
    pub(super) fn limited(&self, acts: &Acts) -> Acts {
        Acts {
            attachment_limit: self.attachment_limit.unwrap_or(acts.attachment_limit),
            message_limit: self.message_limit.unwrap_or(acts.message_limit),
            ..acts.clone()
        }
    }

    fn add(&mut self, acting: Acting) {
        match acting {
            Acting::NoWrite(status) => self.no_write = Some(status),
            Acting::IgnoresIfNoneExist => self.ignores_if_none_exist = true,
            Acting::IfNoneExist412 => self.if_none_exist_412 = true,
            Acting::NoIdentifierSearch(how) => self.no_identifier_search = Some(how),
            Acting::LaggingSearch(seconds) => self.lagging_search = Some(seconds),
            Acting::OkWithOutcome => self.ok_with_outcome = true,
            Acting::CreatedWithoutBody => self.without_body = true,
            Acting::CreatedWithoutLocation => self.without_location = true,
            Acting::AnswerLost(often) => self.answer_lost = Some(often),
            Acting::ConnectionLostBefore(often) => self.lost_before = Some(often),
            Acting::AnswerTwiceDelayed(seconds) => self.twice_delayed = Some(seconds),
            Acting::SlowCommit(status) => self.slow_commit = Some(status),
            Acting::StripsIdentifier => self.strips_identifier = true,
            Acting::AttachmentRefused(how) => self.attachment_refused = Some(how),
            Acting::AttachmentLimit(most) => self.attachment_limit = Some(most),
            Acting::MessageLimit(most) => self.message_limit = Some(most),
            Acting::RateLimitedWrites(seconds) => self.rate_limited = Some(seconds),
            Acting::WriteNeedsOtherScope => self.other_scope = true,
            Acting::SlotGone => self.slot_gone = true,
            Acting::HoldExpires => self.hold_expires = true,
            Acting::BookRefused => self.book_refused = true,
            Acting::SilentlyRequests(status) => self.silently = Some(status),
            Acting::NoTransaction => self.no_transaction = true,
            Acting::WriteScopesRefused => self.no_write_scopes = true,
        }
    }
}
