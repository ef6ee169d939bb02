//! Questions about an act that was sent: reading only.

use std::collections::BTreeMap;

use fhir::bundle::Entry;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{
    By, Came, Deed, Way, answer,
    likeness::{self, Likeness},
    ours,
};
use crate::{
    Request, Response, Tokens,
    base::{valid_id, valid_type},
    fetch::{
        Fault, Outcome,
        attempt::Attempt,
        link,
        page::{self, Page},
    },
    http,
};

/// Pages of one search that are read.
const PAGES: u32 = 3;

/// One question, with all that was learned by asking so far.
pub(super) struct Ask {
    pub attempt: Attempt,
    url: Option<Url>,
    what: What,
    /// What it means for a try that it asks for; none for a look.
    instead: Option<Box<Instead>>,
}

/// What a try ends with when it is not found.
pub(super) struct Instead {
    /// It is surely not there.
    pub absent: Came,
    /// It cannot be told.
    pub unclear: Came,
    /// What is found was there before.
    pub existed: bool,
}

/// What follows.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub(super) enum Next {
    Ask(Box<Ask>),
    End(Came),
}

enum What {
    ByIdentifier(Search),
    /// `sure`: the search by identifier says that it is not there.
    Newest {
        search: Search,
        sure: bool,
        sorted: bool,
    },
    /// What an update was to change.
    Back,
    /// What was made, at the place that the portal named.
    Read {
        id: String,
        made: Box<Came>,
    },
}

/// A search under way.
#[derive(Default)]
struct Search {
    pages: u32,
    by_identifier: BTreeMap<String, Entry>,
    alike: BTreeMap<String, Entry>,
    /// The portal says that it searched by the identifier.
    asked: bool,
    /// Something was shown that says that not all is known.
    blurred: bool,
    date: Option<i64>,
}

impl Ask {
    /// Whether it was done, by an earlier run.
    pub fn look(deed: &Deed, tokens: &Tokens) -> Self {
        match &deed.way {
            Way::Update { id, .. } => {
                let path = format!("{}/{id}", deed.resource_type);
                Self::of(What::Back, tokens.base().at(&path).ok().filter(|_| valid_id(id)))
            }
            _ => Self::of(What::ByIdentifier(Search::default()), by_identifier(deed, tokens)),
        }
    }

    /// Whether it was done, by this run.
    pub fn confirm(deed: &Deed, tokens: &Tokens, instead: Instead) -> Self {
        Self { instead: Some(Box::new(instead)), ..Self::look(deed, tokens) }
    }

    /// What was made: `made` tells all that is known of it.
    pub fn read(deed: &Deed, tokens: &Tokens, id: String, made: Came) -> Self {
        let url = tokens.base().at(&format!("{}/{id}", deed.resource_type)).ok();
        Self::of(What::Read { id, made: Box::new(made) }, url)
    }

    /// Whether it is a search, as opposed to a read.
    pub fn searches(&self) -> bool {
        matches!(self.what, What::ByIdentifier(_) | What::Newest { .. })
    }

    pub fn not_before(&self) -> i64 {
        self.attempt.not_before
    }

    pub fn request(&self, deed: &Deed) -> Option<Request> {
        let url = self.url.clone().filter(|_| valid_type(&deed.resource_type))?;
        Some(Request::fhir(url, if self.searches() { http::PAGE } else { deed.max_bytes }))
    }

    /// The end of it when nothing could be learned. `words`: why. `passing`: another time it may be.
    pub fn unclear(self, words: String, passing: bool) -> Came {
        match (self.instead, self.what) {
            (Some(instead), _) => instead.unclear,
            (None, What::Read { made, .. }) => *made,
            (None, _) => Came::CannotLook { words, passing },
        }
    }

    /// What the answer leads to. `listed`: the portal lists the identifier among what it searches by.
    pub fn answered(self, answer: &Response, deed: &Deed, tokens: &Tokens, listed: bool) -> Next {
        match &self.what {
            What::Back => match one(answer, deed, put(deed)) {
                Ok(entry) => Next::End(self.back(entry, answer, deed, tokens)),
                Err(outcome) => self.failed(outcome, deed, tokens),
            },
            What::Read { id, .. } => match one(answer, deed, id) {
                Ok(entry) => Next::End(self.read_back(entry, answer, deed, tokens)),
                Err(outcome) => self.failed(outcome, deed, tokens),
            },
            What::ByIdentifier(_) | What::Newest { .. } => match page::read(answer) {
                Ok(page) => self.searched(page, answer, deed, tokens, listed),
                Err(outcome) => self.failed(outcome, deed, tokens),
            },
        }
    }

    /// What it leads to that it could not be had.
    pub fn failed(mut self, outcome: Outcome, deed: &Deed, tokens: &Tokens) -> Next {
        let status = if let Outcome::Refused { status, .. } = outcome { status } else { 0 };
        let (fault, words) = told(outcome);
        let passing = fault.is_some_and(Fault::passing);
        let look = self.instead.is_none();
        match &mut self.what {
            What::Back if matches!(status, 404 | 410) => Next::End(self.absent(true)),
            // It does not search by that; what it holds may still be listed.
            What::ByIdentifier(_) if look && !matches!(status, 0 | 403) => {
                self.newest(false, true, deed, tokens)
            }
            What::Newest { sure, sorted: true, .. } if !matches!(status, 0 | 403) => {
                let sure = *sure;
                self.newest(sure, false, deed, tokens)
            }
            What::Newest { sure: true, .. } if status != 0 => Next::End(self.absent(true)),
            _ => Next::End(self.unclear(words, passing)),
        }
    }

    fn of(what: What, url: Option<Url>) -> Self {
        Self { attempt: Attempt::default(), url, what, instead: None }
    }

    fn searched(mut self, page: Page, answer: &Response, deed: &Deed, tokens: &Tokens, listed: bool) -> Next {
        let (search, newest, sorted) = match &mut self.what {
            What::ByIdentifier(search) => (search, false, false),
            What::Newest { search, sorted, .. } => (search, true, *sorted),
            What::Back | What::Read { .. } => return Next::End(self.unclear(String::new(), false)),
        };
        let named = match &page.own {
            Some(own) if !is_opaque(own) => names_identifier(own, deed),
            _ => listed,
        };
        search.asked = named && (search.pages == 0 || search.asked);
        search.pages += 1;
        search.date = answer.date().or(search.date);
        search.take(&page, deed, tokens, newest);
        let enough = search.pages >= PAGES || (newest && sorted);
        let Some(next) = page.next else { return self.ended(deed, tokens) };
        let url = link::resolve(&next, self.url.as_ref(), tokens.base());
        match url {
            Ok(url) if !enough => {
                self.url = Some(url);
                self.attempt = Attempt::default();
                Next::Ask(Box::new(self))
            }
            _ => {
                if let What::ByIdentifier(search) | What::Newest { search, sorted: false, .. } =
                    &mut self.what
                {
                    search.blurred = true;
                }
                self.ended(deed, tokens)
            }
        }
    }

    /// All pages were read.
    fn ended(mut self, deed: &Deed, tokens: &Tokens) -> Next {
        let (search, newest) = match &mut self.what {
            What::ByIdentifier(search) => (std::mem::take(search), None),
            What::Newest { search, sure, .. } => (std::mem::take(search), Some(*sure)),
            What::Back | What::Read { .. } => return Next::End(self.unclear(String::new(), false)),
        };
        let several =
            search.by_identifier.len() > 1 || (search.by_identifier.is_empty() && search.alike.len() > 1);
        if several {
            return Next::End(
                self.unclear("the portal shows more than one that could be it".to_owned(), false),
            );
        }
        let hit = |hits: BTreeMap<String, Entry>, by| hits.into_values().next().map(|entry| (entry, by));
        let found = hit(search.by_identifier, By::Identifier).or(hit(search.alike, By::Likeness));
        if let Some((entry, by)) = found {
            return Next::End(self.found(entry, by, search.date, deed));
        }
        // What was sent without the identifier cannot be missed by it.
        let sure = search.asked && !search.blurred && likeness::is_marked(deed);
        match newest {
            Some(sure) => Next::End(self.absent(sure && !search.blurred)),
            None if self.instead.is_some() => Next::End(self.absent(sure)),
            None => self.newest(sure, true, deed, tokens),
        }
    }

    /// Goes on to what is newest there, where it could be known again by what it says.
    fn newest(self, sure: bool, sorted: bool, deed: &Deed, tokens: &Tokens) -> Next {
        if !likeness::intended(deed).is_some_and(|wanted| likeness::can_tell(&wanted)) {
            return Next::End(self.absent(sure));
        }
        let sort = if sorted { "_sort=-_lastUpdated&" } else { "" };
        let path = format!("{}?patient={}&{sort}_count=50", deed.resource_type, tokens.patient());
        let what = What::Newest { search: Search::default(), sure, sorted };
        Next::Ask(Box::new(Self { instead: self.instead, ..Self::of(what, tokens.base().at(&path).ok()) }))
    }

    fn found(self, entry: Entry, by: By, date: Option<i64>, deed: &Deed) -> Came {
        let Some(instead) = self.instead else { return Came::Found { resource: Box::new(entry), by, date } };
        let it = answer::value(&entry);
        let kept_identifier = it.is_some_and(|it| ours::bears(it, &deed.identifier));
        let own = it.and_then(|it| it.pointer("/meta/versionId")?.as_str());
        Came::Accepted {
            id: answer::id(&entry),
            version: own.filter(|version| answer::sound(version)).map(str::to_owned),
            resource: Some(entry),
            existed: instead.existed,
            kept_identifier,
            said: String::new(),
            date,
        }
    }

    fn absent(self, sure: bool) -> Came {
        match self.instead {
            Some(instead) if sure => instead.absent,
            Some(instead) => instead.unclear,
            None => Came::NotThere { sure },
        }
    }

    /// Whether what was put is what stands there.
    fn back(self, entry: Entry, answer: &Response, deed: &Deed, tokens: &Tokens) -> Came {
        let (Some(wanted), Ok(there)) = (likeness::intended(deed), &entry.resource) else {
            return self.unclear(String::new(), false);
        };
        if ours::about_another(there, tokens) {
            return self.unclear(Fault::WrongResource.words().to_owned(), false);
        }
        if likeness::holds(&wanted, there.value()) {
            return self.found(entry, By::Identifier, answer.date(), deed);
        }
        let before = match &deed.way {
            Way::Update { if_match, .. } => if_match.as_deref().map(answer::untagged),
            _ => None,
        };
        let now = answer::version(Some(&entry), answer, None);
        self.absent(before.is_some() && before == now.as_deref())
    }

    fn read_back(self, entry: Entry, answer: &Response, deed: &Deed, tokens: &Tokens) -> Came {
        let (What::Read { made, .. }, Ok(there)) = (self.what, &entry.resource) else {
            return Came::Unknown { words: String::new() };
        };
        let changes = matches!(deed.way, Way::Update { .. });
        let bears_another = !changes && ours::bears_another(there.value(), &deed.identifier);
        if ours::about_another(there, tokens) || bears_another {
            return Came::Unknown { words: Fault::WrongResource.words().to_owned() };
        }
        let Came::Accepted { id, version, existed, said, .. } = *made else { return *made };
        Came::Accepted {
            kept_identifier: ours::bears(there.value(), &deed.identifier),
            version: answer::version(Some(&entry), answer, None).or(version),
            resource: Some(entry),
            id,
            existed,
            said,
            date: answer.date(),
        }
    }
}

impl Search {
    /// `newest`: what says the same counts as well.
    fn take(&mut self, page: &Page, deed: &Deed, tokens: &Tokens, newest: bool) {
        self.blurred |= page.partial.is_some();
        let wanted = if newest { likeness::intended(deed) } else { None };
        for entry in &page.entries {
            let Ok(resource) = &entry.resource else {
                self.blurred = true;
                continue;
            };
            if resource.resource_type() != deed.resource_type {
                continue;
            }
            let (it, id) = (resource.value(), resource.id());
            if ours::about_another(resource, tokens) {
                // It is not ours whatever it bears, and a portal that shows it did not search for what was asked.
                self.blurred = true;
            } else if ours::bears(it, &deed.identifier) {
                self.by_identifier.insert(id, entry.clone());
            } else if !newest {
                self.blurred = true;
            } else if !ours::bears_another(it, &deed.identifier) {
                self.compare(wanted.as_ref(), it, id, entry, tokens);
            }
        }
    }

    fn compare(&mut self, wanted: Option<&Value>, it: &Value, id: String, entry: &Entry, tokens: &Tokens) {
        match wanted.map_or(Likeness::Not, |wanted| likeness::of(wanted, it, tokens.base().as_str())) {
            Likeness::Alike => {
                self.alike.insert(id, entry.clone());
            }
            Likeness::Perhaps => self.blurred = true,
            Likeness::Not => {}
        }
    }
}

/// What kind of failure, and in words.
pub(super) fn told(outcome: Outcome) -> (Option<Fault>, String) {
    match outcome {
        Outcome::Failed { fault, reason } => (Some(fault), reason),
        Outcome::Refused { status, reason } if reason.is_empty() => (None, format!("status {status}")),
        Outcome::Refused { reason, .. } => (None, reason),
        Outcome::Ok { .. } | Outcome::NotGranted => (None, String::new()),
    }
}

fn by_identifier(deed: &Deed, tokens: &Tokens) -> Option<Url> {
    let mut url = tokens.base().at(&deed.resource_type).ok()?;
    url.query_pairs_mut().append_pair("identifier", &deed.identifier.token());
    Some(url)
}

/// Whether this address of a search (`Bundle.link` self) asks for the identifier.
fn names_identifier(own: &str, deed: &Deed) -> bool {
    let query = own.split_once('?').map_or("", |(_, query)| query);
    let plain = format!("{}|{}", deed.identifier.system, deed.identifier.value);
    form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == "identifier" && (value == deed.identifier.token() || value == plain))
}

/// Whether this address of a search tells nothing of what was searched by: some portals keep that to themselves.
fn is_opaque(own: &str) -> bool {
    let query = own.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).all(|(name, _)| name.starts_with('_'))
}

fn one(answer: &Response, deed: &Deed, id: &str) -> Result<Entry, Outcome> {
    page::one(answer, &deed.resource_type, id)
}

fn put(deed: &Deed) -> &str {
    match &deed.way {
        Way::Update { id, .. } => id,
        _ => "",
    }
}
