use statement::DeviceId;

use super::{Outgoing, Standing, Way};

/// Seconds after which what was not sent says so, and to call instead (hazard H2).
pub const CALL_AFTER: i64 = 4 * 3_600;
/// Seconds after which it is not sent any more without asking again (hazard H2).
pub const AGAIN_AFTER: i64 = 24 * 3_600;
/// Seconds after a try of which nothing is known at which the portal is searched for it. A gateway may hold a request for
/// minutes: only what is not there after the last of these was not done.
pub const LOOKS: &[i64] = &[0, 30, 120, 600];

/// What this device knows of its own tries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How often it was sent.
    pub tries: u32,
    /// How often the portal was searched since, and answered.
    pub looks: u32,
    /// When it was last sent (Unix seconds).
    pub last_try: i64,
    /// Nothing is to be done before.
    pub not_before: i64,
}

/// What is known of the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portal {
    /// It can be searched by an identifier of ours.
    pub finds: bool,
    /// It does not create twice what bears the same identifier, and can be searched by it: what is not there after a while may be
    /// sent again.
    pub once: bool,
    /// It keeps a free time until it is booked, and this act takes one.
    pub holds: bool,
}

/// What the device that does an act does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it is settled, or waits for a person.
    Rest,
    /// Nothing before then.
    Wait {
        /// Unix seconds.
        until: i64,
    },
    /// A person is asked whether it is still to be sent.
    Ask,
    /// The portal is asked to keep the time until it is booked. Nothing is booked by that.
    Hold,
    /// It is sent: first an [`super::Happened::Attempting`], then the request.
    Send,
    /// The portal is searched for it.
    Look,
    /// It is certain by now that the portal has it not: it waits to be sent again.
    NotSent,
    /// It cannot be told, and nothing more can be done to tell.
    Unsure,
}

/// What `device` does with an act now: nothing with another's. Pure: the same for the same arguments.
#[must_use]
pub fn next(out: &Outgoing, device: &DeviceId, attempts: &Attempts, portal: Portal, now: i64) -> Next {
    if out.act.way == Way::ByHand || out.act.executor != *device {
        return Next::Rest;
    }
    match &out.standing {
        Standing::Queued | Standing::Held { .. } if out.is_stale(now) => Next::Ask,
        Standing::Queued | Standing::Held { .. } if attempts.not_before > now => {
            Next::Wait { until: attempts.not_before }
        }
        Standing::Queued if portal.holds => Next::Hold,
        Standing::Held { until: Some(until), .. } if portal.holds && *until <= now => Next::Hold,
        Standing::Queued | Standing::Held { .. } => Next::Send,
        Standing::Attempting => settle(out, attempts, portal, now),
        Standing::Sent { .. }
        | Standing::Unsure { .. }
        | Standing::Failed { .. }
        | Standing::DoneByHand
        | Standing::Deleted => Next::Rest,
    }
}

impl Outgoing {
    /// Whether it waits, and has done so for too long or past the moment that it speaks of: then it is not sent before a person
    /// says so again (hazard H2). A clock that ran backwards makes nothing stale.
    #[must_use]
    pub fn is_stale(&self, now: i64) -> bool {
        let waited = now.saturating_sub(self.wanted_at) >= AGAIN_AFTER;
        let past = self.act.good_until.is_some_and(|until| until <= now && self.wanted_at < until);
        matches!(self.standing, Standing::Queued | Standing::Held { .. }) && (waited || past)
    }
}

fn settle(out: &Outgoing, attempts: &Attempts, portal: Portal, now: i64) -> Next {
    if !portal.finds {
        return Next::Unsure;
    }
    let begun = attempts.last_try.max(out.since).min(now);
    let looks = usize::try_from(attempts.looks).unwrap_or(usize::MAX);
    match LOOKS.get(looks) {
        Some(after) => {
            let due = begun.saturating_add(*after).max(attempts.not_before);
            if due <= now { Next::Look } else { Next::Wait { until: due } }
        }
        None if portal.once => Next::NotSent,
        None => Next::Unsure,
    }
}

/// How many looks count after one that the portal answered now: what was due meanwhile counts with it.
#[must_use]
pub fn looked(attempts: &Attempts, now: i64) -> u32 {
    let passed = now.saturating_sub(attempts.last_try);
    let due = LOOKS.iter().filter(|after| **after <= passed).count();
    attempts.looks.saturating_add(1).max(u32::try_from(due).unwrap_or(u32::MAX))
}
