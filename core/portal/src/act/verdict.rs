//! What the answer to an act means.

use super::{
    Came, Deed, Identifier, Way, Why,
    answer::{self, Shown},
    ask::{self, Ask, Instead},
    likeness::{self, Likeness},
};
use crate::{
    Base, Failure, Request, Response, Tokens, base::valid_id, base::valid_type, clean, cursor::LONGEST_PAUSE,
    text,
};
use serde_json::Value;

/// The portal's own no, whatever the body says; 501 is "not supported" (RFC 9110,
/// section 15.6.2). 401, 409, 412 and 429 are told apart; anything else tells nothing.
const REFUSALS: [u16; 22] = [
    400, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 417, 422, 423, 426, 428, 431, 451,
    501,
];
/// Seconds until another try where a portal is busy and does not say for how long.
const BUSY: i64 = 60;

/// What is to be made of the answer.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub(super) enum Verdict {
    End(Came),
    /// It is to be asked about first.
    Ask(Box<Ask>),
    /// It was not looked at: the token was not accepted.
    Unauthorised(String),
}

/// What the answer to the act means.
pub(super) fn of(deed: &Deed, result: Result<Response, Failure>, tokens: &Tokens, now: i64) -> Verdict {
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => return Verdict::End(unanswered(failure, now)),
    };
    let said = text::outcome(&answer.body);
    let update = matches!(deed.way, Way::Update { .. });
    match answer.status {
        200 | 201 => success(deed, &answer, tokens),
        204 if update => success(deed, &answer, tokens),
        401 => Verdict::Unauthorised(said),
        429 => {
            let not_before = answer.retry_at(now, LONGEST_PAUSE).unwrap_or_else(|| now.saturating_add(BUSY));
            Verdict::End(Came::NotDone { not_before, why: Why::Busy, words: said })
        }
        // Several fit, or one that is not given back: it may be ours.
        412 if !update => look(deed, tokens, unknown("it is there more than once"), None, true),
        412 => Verdict::End(Came::Refused { status: 412, reason: worded(&said, "it was changed meanwhile") }),
        // What is in the way may be the same act, done by an earlier try.
        409 if !update => {
            let refused = Came::Refused { status: 409, reason: said };
            look(deed, tokens, refused.clone(), Some(refused), true)
        }
        status if REFUSALS.contains(&status) => Verdict::End(Came::Refused { status, reason: said }),
        status => Verdict::End(unknown(&worded(&said, &format!("status {status}")))),
    }
}

fn unanswered(failure: Failure, now: i64) -> Came {
    if !matches!(failure, Failure::Unsent(_)) {
        return Came::Unknown { words: failure.words() };
    }
    let (_, words) = ask::told(failure.into());
    Came::NotDone { not_before: now, why: Why::Offline, words }
}

fn success(deed: &Deed, answer: &Response, tokens: &Tokens) -> Verdict {
    let shown = Shown::read(answer, deed, tokens);
    let status = shown.status.unwrap_or(answer.status);
    let wanted = likeness::intended(deed);
    if let Some((entry, kept)) = shown.it(deed) {
        let it = answer::value(entry);
        if is_turned_down(deed, wanted.as_ref(), it) {
            return Verdict::End(Came::Refused { status, reason: shown.said });
        }
        let alike = || match (&wanted, it) {
            (Some(wanted), Some(it)) => likeness::of(wanted, it, tokens.base().as_str()) == Likeness::Alike,
            _ => false,
        };
        let made = status == 201 || matches!(deed.way, Way::Update { .. } | Way::Operation { .. });
        if kept || made || alike() {
            return Verdict::End(accepted(deed, answer, entry, kept, status, &shown.said));
        }
    }
    if shown.failed {
        let refused = Came::Refused { status, reason: shown.said };
        let surely = is_scheduling(deed).then(|| refused.clone());
        return look(deed, tokens, refused, surely, true);
    }
    let put = match &deed.way {
        Way::Update { id, .. } => Some((id.clone(), None)),
        _ => None,
    };
    let place = if shown.strange || !shown.entries.is_empty() { None } else { shown.place.or(put) };
    if let Some((id, version)) = place {
        let made = Came::Accepted {
            resource: None,
            version: answer::version(None, answer, version.as_deref()),
            id: Some(id.clone()),
            existed: existed(deed, status),
            kept_identifier: false,
            said: shown.said.clone(),
            date: answer.date(),
        };
        return Verdict::Ask(Box::new(Ask::read(deed, tokens, id, made)));
    }
    // It was made, the portal says, and neither shows it nor says where it is.
    let bare = (status == 201 && shown.empty).then(|| Came::Accepted {
        resource: None,
        id: None,
        version: None,
        existed: false,
        kept_identifier: false,
        said: shown.said.clone(),
        date: answer.date(),
    });
    look(deed, tokens, unknown("the answer is not what was expected"), bare, existed(deed, status))
}

fn accepted(
    deed: &Deed,
    answer: &Response,
    entry: &fhir::bundle::Entry,
    kept_identifier: bool,
    status: u16,
    said: &str,
) -> Came {
    Came::Accepted {
        said: said.to_owned(),
        id: answer::id(entry),
        version: answer::version(Some(entry), answer, None),
        resource: Some(entry.clone()),
        existed: existed(deed, status),
        kept_identifier,
        date: answer.date(),
    }
}

/// To a conditional create, 200 says that it was there already (FHIR R4, "Conditional create").
fn existed(deed: &Deed, status: u16) -> bool {
    status == 200 && matches!(deed.way, Way::Create | Way::Transaction)
}

/// Looked up by the identifier in the same run. `absent`: where it is surely not there; `unclear`: where that cannot be told.
fn look(deed: &Deed, tokens: &Tokens, absent: Came, unclear: Option<Came>, existed: bool) -> Verdict {
    let unclear = unclear.unwrap_or_else(|| match &absent {
        Came::Unknown { .. } => absent.clone(),
        Came::Refused { reason, .. } => unknown(reason),
        _ => unknown(""),
    });
    Verdict::Ask(Box::new(Ask::confirm(deed, tokens, Instead { absent, unclear, existed })))
}

/// IHE ITI Scheduling: a hold or a booking that is turned down shows the appointment as cancelled.
fn is_turned_down(deed: &Deed, wanted: Option<&Value>, it: Option<&Value>) -> bool {
    let off = |one: &Value| {
        let status = one.get("status").and_then(Value::as_str);
        matches!(status, Some("cancelled" | "entered-in-error"))
    };
    is_scheduling(deed) && it.is_some_and(off) && !wanted.is_some_and(off)
}

/// Whether it is one of the operations of IHE ITI Scheduling (ITI-116, ITI-117), which say no by an OperationOutcome alone.
fn is_scheduling(deed: &Deed) -> bool {
    matches!(&deed.way, Way::Operation { path } if matches!(path.as_str(), "Appointment/$hold" | "Appointment/$book"))
}

fn unknown(words: &str) -> Came {
    Came::Unknown { words: clean(words) }
}

fn worded(said: &str, otherwise: &str) -> String {
    if said.is_empty() { otherwise.to_owned() } else { said.to_owned() }
}

impl Deed {
    /// The one request that does it, where there is one.
    pub(super) fn request(&self, base: &Base) -> Option<Request> {
        let (body, max_bytes) = (self.body.clone(), self.max_bytes);
        if !valid_type(&self.resource_type) {
            return None;
        }
        match &self.way {
            Way::Create => {
                let query = format!("identifier={}", self.identifier.in_header()?);
                let request = Request::post_fhir(base.at(&self.resource_type).ok()?, body, max_bytes);
                Some(request.with("if-none-exist", &query))
            }
            Way::Update { id, if_match } => {
                let url = base.at(&format!("{}/{}", self.resource_type, Some(id).filter(|id| valid_id(id))?));
                let request = Request::put_fhir(url.ok()?, body, max_bytes);
                let Some(version) = if_match else { return Some(request) };
                let version = Some(answer::untagged(version)).filter(|version| answer::sound(version))?;
                Some(request.with("if-match", &format!("W/\"{version}\"")))
            }
            Way::Operation { path } => {
                let path = Some(path).filter(|path| is_operation(path))?;
                Some(Request::post_fhir(base.at(path).ok()?, body, max_bytes))
            }
            Way::Transaction => {
                let url = url::Url::parse(base.as_str()).ok()?;
                Some(Request::post_fhir(url, body, max_bytes))
            }
        }
    }
}

/// `$name`, `Type/$name` or `Type/id/$name`.
fn is_operation(path: &str) -> bool {
    let named = |name: &str| {
        let letters = name.strip_prefix('$').unwrap_or_default();
        !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [name] => named(name),
        [on, name] => valid_type(on) && named(name),
        [on, id, name] => valid_type(on) && valid_id(id) && named(name),
        _ => false,
    }
}

impl Identifier {
    /// As a search asks for it (FHIR R4, "token" and "Escaping Search Parameters").
    pub(super) fn token(&self) -> String {
        let escaped = |text: &str| {
            let mut out = String::new();
            for c in text.chars() {
                if matches!(c, '\\' | '|' | ',' | '$') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        };
        format!("{}|{}", escaped(&self.system), escaped(&self.value))
    }

    /// The same as a header takes it: what would end a parameter is encoded, and what is no printable ASCII.
    fn in_header(&self) -> Option<String> {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~:/|".contains(b);
        let mut out = String::new();
        for byte in self.token().as_bytes() {
            match plain(byte) {
                true => out.push(char::from(*byte)),
                false => out.push_str(&format!("%{byte:02X}")),
            }
        }
        Some(out).filter(|_| !self.value.is_empty() && !self.system.is_empty())
    }
}
