//! How an act stands, in the words of all screens.

use portal::abilities::No;
use record::acts::{CALL_AFTER, Kind, Outgoing, Standing, Told, Way};
use serde::Serializer;

use super::{ActChoice, ActState};

/// What the portal's own copy says counts more than what this device knows of its sending.
pub(super) fn state(out: &Outgoing, told: Option<Told>) -> ActState {
    let sent = matches!(out.standing, Standing::Sent { .. } | Standing::DoneByHand);
    match (told, &out.standing) {
        (Some(Told::Delivered), _) => ActState::Delivered,
        (Some(Told::Answered), _) => ActState::Answered,
        (Some(Told::Requested), _) => ActState::Requested,
        (Some(Told::Booked), _) => ActState::Booked,
        (Some(Told::Changed), _) => ActState::Changed,
        (Some(Told::Cancelled), _) => ActState::Cancelled,
        (Some(Told::Refused { reason }), _) => ActState::Refused(reason),
        (Some(Told::Nothing), _) if !sent => ActState::Sent,
        (_, Standing::Queued) if out.act.way == Way::ByHand => ActState::ByHand,
        (_, Standing::Queued | Standing::Deleted) => ActState::Queued,
        (_, Standing::Held { .. }) => ActState::Held,
        (_, Standing::Attempting) => ActState::Attempting,
        (_, Standing::Sent { .. }) => ActState::Sent,
        (_, Standing::Unsure { reason }) => ActState::Unsure(reason.clone()),
        (_, Standing::Failed { reason }) => ActState::Failed(reason.clone()),
        (_, Standing::DoneByHand) => ActState::DoneByHand,
    }
}

/// Where and when an act is looked at.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// On the one device that does it.
    pub own: bool,
    pub now: i64,
}

/// What a person may do about an act, by what is known of it here.
pub(super) fn choices(out: &Outgoing, Seen { own, now }: Seen) -> Vec<ActChoice> {
    let mut may = match &out.standing {
        Standing::Queued if out.act.way == Way::ByHand => vec![ActChoice::DoneByHand, ActChoice::Delete],
        Standing::Queued => {
            let mut may = vec![ActChoice::Edit, ActChoice::Delete, ActChoice::DoneByHand];
            if out.is_stale(now) {
                may.insert(0, ActChoice::Retry);
            }
            may
        }
        Standing::Held { .. } => {
            let again = if out.is_stale(now) { Some(ActChoice::Retry) } else { None };
            again.into_iter().chain([ActChoice::Delete, ActChoice::DoneByHand]).collect()
        }
        Standing::Failed { .. } => {
            vec![ActChoice::Retry, ActChoice::Edit, ActChoice::Delete, ActChoice::DoneByHand]
        }
        Standing::Unsure { .. } => vec![ActChoice::DoneByHand, ActChoice::Retry],
        // The device that asks the portal for it may be gone.
        Standing::Attempting if !own => vec![ActChoice::DoneByHand],
        Standing::Attempting | Standing::Sent { .. } | Standing::DoneByHand | Standing::Deleted => Vec::new(),
    };
    may.retain(|choice| *choice != ActChoice::Retry || !is_over(out, now));
    may
}

/// Whether it is about a time that is past, so that nothing comes of sending it.
pub(super) fn is_over(out: &Outgoing, now: i64) -> bool {
    let about_a_time = matches!(out.act.kind, Kind::Book | Kind::Reschedule | Kind::Cancel);
    about_a_time && out.act.good_until.is_some_and(|until| until <= now)
}

/// What the person is to know or do (hazards H1 and H2).
pub(super) fn advice(
    out: &Outgoing,
    state: &ActState,
    (portal, why_not): (&str, Option<No>),
    Seen { own, now }: Seen,
) -> Vec<String> {
    let waited = now.saturating_sub(out.wanted_at);
    let mut advice = Vec::new();
    match state {
        ActState::Queued | ActState::Held if is_over(out, now) => {
            advice.push("Not sent, and the time of the appointment is past: it is not sent any more. Delete it, and call if it matters".to_owned());
        }
        ActState::Queued | ActState::Held if out.is_stale(now) => {
            let why = match out.act.good_until.is_some_and(|until| until <= now) {
                true => "The moment that it speaks of has passed",
                false => "It has waited for more than a day",
            };
            advice.push(format!("Not sent. {why}: it is sent only if you say so again. Call instead if it matters now"));
            advice.extend((!own).then(|| ELSEWHERE.to_owned()));
        }
        ActState::Queued if waited >= CALL_AFTER => {
            let hours = waited / 3_600;
            advice.push(format!("Not sent for {hours} hours: call instead if it matters now"));
            advice.extend((!own).then(|| ELSEWHERE.to_owned()));
        }
        ActState::Queued if !own => advice.push(ELSEWHERE.to_owned()),
        ActState::Queued => advice.push("Not sent yet: it goes out when the network is there".to_owned()),
        ActState::Held => advice.push(format!(
            "Not booked yet: {portal} keeps this time for you for a short while. It is booked when the network is there"
        )),
        ActState::ByHand => advice.push(by_hand(portal, why_not)),
        ActState::Attempting if !own => advice.push(format!(
            "Another device sent it and had no answer yet, as far as is known here. If that device is gone, look at {portal}'s own page, \
             or call, and say that it was done; or write anew"
        )),
        ActState::Attempting => {
            advice.push(format!("It was sent and no answer came. {portal} is being asked whether it has it"));
        }
        ActState::Unsure(_) => advice.push(format!(
            "It may have been sent: look at {portal}'s own page, or call. Then say that it was done, or send it again; sent again, \
             it may be there twice"
        )),
        ActState::Failed(_) => advice.push("It was not sent. Change it, try again, or delete it".to_owned()),
        ActState::Refused(_) => advice.push("The answer was no. Ask anew, or call".to_owned()),
        ActState::Requested => advice.push("Asked for, not confirmed: you have no appointment yet".to_owned()),
        ActState::Changed => advice.push("Booked at another time than you asked for: look at it".to_owned()),
        _ => {}
    }
    advice
}

/// Of an act that another device does.
const ELSEWHERE: &str = "Not sent yet, as far as is known here: it waits on another device, and only that one sends it. If that device is gone, delete it here and write anew";

/// What to do where the app cannot do it.
pub(super) fn by_hand(portal: &str, why_not: Option<No>) -> String {
    match why_not {
        Some(No::NotGranted) => format!(
            "You have not allowed this app to do this at {portal}. Sign in there again and allow it, and ask anew; or copy the words, open its own page or call, and say when you have done it"
        ),
        Some(No::NotOffered | No::NotSaid) | None => format!(
            "{portal} takes this from no app: copy the words, open its own page or call, and say when you have done it"
        ),
    }
}

/// What an act does, in words.
pub(super) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "Message",
        Kind::Request => "Request for an appointment",
        Kind::Book => "Appointment to book",
        Kind::Reschedule => "Appointment to move",
        Kind::Cancel => "Appointment to cancel",
        Kind::Refill => "Request for a refill",
        Kind::Correction => "Request for a correction",
    }
}

pub(super) fn kind<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match kind {
        Kind::Message => "message",
        Kind::Request => "request",
        Kind::Book => "book",
        Kind::Reschedule => "reschedule",
        Kind::Cancel => "cancel",
        Kind::Refill => "refill",
        Kind::Correction => "correction",
    })
}
