//! The outbox: acts as screens show them.

use std::collections::BTreeMap;

use fhir::ResourceKey;
use fhir::time::FhirTime;
use record::acts::{IDENTIFIER_SYSTEM, Kind, Outgoing, Standing, Told, Way, resource, told, urn};
use serde_json::Value;
use store::{Attempt, ConnectionRow};

use super::compose::local;
use super::{ActChoice, ActState, OutboxItem, person, state};
use crate::notes::short;
use crate::threads::here;
use crate::views::{plain, prose};
use crate::{Client, Error};

/// Acts that were settled this long ago are no longer in the outbox: they are entries like others.
const SETTLED: i64 = 7 * 86_400;

impl Client {
    /// Every act that is not settled, and those that were settled in the last week; what a person has to do something about
    /// first, then the newest first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn outbox(&self) -> Result<Vec<OutboxItem>, Error> {
        let now = self.now();
        let mut items = self.acts_where(|out| !matches!(out.standing, Standing::Deleted))?;
        items.retain(|item| !item.state.is_settled() || now.saturating_sub(item.since) < SETTLED);
        // Of two of the same second the one that was composed later comes first too.
        items.reverse();
        items.sort_by_key(|item| (rank(&item.state), std::cmp::Reverse(item.composed)));
        Ok(items)
    }

    /// Messages that are not known to be at their portal, or at this one, oldest first.
    pub(crate) fn waiting_messages(&self, issuer: Option<&str>) -> Result<Vec<OutboxItem>, Error> {
        let open = |out: &Outgoing| {
            let settled =
                matches!(out.standing, Standing::Sent { .. } | Standing::DoneByHand | Standing::Deleted);
            let message = matches!(out.act.kind, Kind::Message | Kind::Correction);
            message && !settled && issuer.is_none_or(|issuer| out.act.issuer == issuer)
        };
        self.acts_where(open)
    }

    /// One act, settled or not.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for one that was taken back; [`Error::Ambiguous`].
    pub fn outbox_item(&self, id: &str) -> Result<OutboxItem, Error> {
        let (_, out) = self.act(id)?;
        let mut found = self
            .acts_where(|other| other.act.id == out.act.id && !matches!(other.standing, Standing::Deleted))?;
        found.pop().ok_or(Error::NotFound)
    }

    pub(super) fn acts_where(&self, wanted: impl Fn(&Outgoing) -> bool) -> Result<Vec<OutboxItem>, Error> {
        let attempts = self.inner.store.attempts()?;
        let portals =
            self.inner.store.connections()?.into_iter().map(|row| (row.issuer.clone(), row)).collect();
        let acts = self.inner.store.acts()?.into_iter().filter(|(_, out)| wanted(out));
        acts.map(|(_, out)| self.item(&out, attempts.get(&out.act.id), &portals)).collect()
    }

    fn item(
        &self,
        out: &Outgoing,
        attempt: Option<&Attempt>,
        portals: &BTreeMap<String, ConnectionRow>,
    ) -> Result<OutboxItem, Error> {
        let now = self.now();
        let sent = self.resource_of(out)?.map(|sent| resource::inner(&sent).clone());
        let became = self.became(out)?;
        let told = match &became {
            Some(key) => self.told(out, sent.as_ref(), key)?,
            None => None,
        };
        let state = state::state(out, told);
        let connection = portals.get(&out.act.issuer);
        let portal = plain(connection.map_or(&out.act.issuer, |row| &row.name));
        let why_not = connection.and_then(|row| self.why_not(row, out.act.kind));
        let text = |pointer: &str| sent.as_ref()?.pointer(pointer)?.as_str().map(plain);
        let open = !state.is_settled();
        let seen = self.seen_here(out);
        let mut may = state::choices(out, seen);
        may.retain(|choice| *choice != ActChoice::Edit || person::has_words(&out.act, sent.as_ref()));
        Ok(OutboxItem {
            id: out.act.id.to_string(),
            kind: out.act.kind,
            title: state::title(out.act.kind).to_owned(),
            to: self.names_of(out, sent.as_ref())?,
            subject: text("/topic/text").or_else(|| text("/reasonCode/0/text")),
            words: sent.as_ref().and_then(resource::words).as_deref().map(prose),
            files: sent.as_ref().map(files).unwrap_or_default(),
            when: text("/start")
                .or_else(|| text("/requestedPeriod/0/start"))
                .map(|at| FhirTime::new(at).display()),
            about: out.composed.fact.subjects.iter().map(|subject| short(subject)).collect(),
            composed: out.composed.fact.written_at,
            since: out.since,
            held_until: match out.standing {
                Standing::Held { until, .. } if state == ActState::Held => until,
                _ => None,
            },
            advice: state::advice(out, &state, (&portal, why_not), seen),
            trouble: attempt.and_then(|attempt| attempt.trouble.clone()).filter(|_| open),
            tries: attempt.map_or(0, |attempt| attempt.known.tries),
            next_try: attempt.map(|attempt| attempt.known.not_before).filter(|at| open && *at > now),
            may,
            became: became.as_ref().map(|key| plain(&local(key))),
            answers: text("/inResponseTo/0/reference"),
            issuer: out.act.issuer.clone(),
            portal,
            state,
        })
    }

    /// The entry that an act became: the one that its portal named, else the one that bears its identifier.
    pub(super) fn became(&self, out: &Outgoing) -> Result<Option<ResourceKey>, Error> {
        if let Standing::Sent { resource: Some(resource) } = &out.standing
            && let Ok(key) = resource.parse::<ResourceKey>()
        {
            return Ok(Some(key));
        }
        if let Way::Update { id, .. } = &out.act.way {
            let sent = matches!(out.standing, Standing::Sent { .. });
            let (issuer, resource_type) = (out.act.issuer.clone(), out.act.resource_type.clone());
            return Ok(sent.then(|| ResourceKey { issuer, resource_type, id: id.clone() }));
        }
        let found = self.inner.store.identified(&out.act.issuer, IDENTIFIER_SYSTEM, &urn(&out.act.id))?;
        Ok(found.into_iter().find(|key| key.resource_type == out.act.resource_type))
    }

    /// What the portal's copy says, when it is held.
    fn told(&self, out: &Outgoing, sent: Option<&Value>, key: &ResourceKey) -> Result<Option<Told>, Error> {
        let Some(row) = self.inner.store.row(key, None)? else { return Ok(None) };
        let Some(bytes) = self.inner.store.bytes(&row.row.current)? else { return Ok(None) };
        let copy: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let answered = self.inner.store.referrers(key)?.iter().any(|(other, path)| {
            let path = path.split(['[', '.']).next().unwrap_or_default();
            (other.resource_type == "Communication" && path == "inResponseTo")
                || (other.resource_type == "MedicationRequest"
                    && matches!(path, "basedOn" | "priorPrescription"))
        });
        Ok(Some(told(out.act.kind, sent.unwrap_or(&Value::Null), &copy, answered)))
    }

    pub(super) fn seen_here(&self, out: &Outgoing) -> state::Seen {
        state::Seen { own: out.act.executor == self.inner.author.device, now: self.now() }
    }

    fn names_of(&self, out: &Outgoing, sent: Option<&Value>) -> Result<Vec<String>, Error> {
        let list = |name: &str| sent.and_then(|sent| sent.get(name)?.as_array().cloned()).unwrap_or_default();
        let participants = list("participant").into_iter().filter_map(|one| one.get("actor").cloned());
        let mut names = Vec::new();
        for to in list("recipient").into_iter().chain(participants) {
            let key = to.get("reference").and_then(Value::as_str).and_then(|to| here(to, &out.act.issuer));
            if let Some(key) = key.filter(|key| key.resource_type != "Patient") {
                names.push(self.title_or_name(&key)?);
            }
        }
        Ok(names)
    }

    /// What the record calls an entry, else its `Type/id`.
    pub(super) fn title_or_name(&self, key: &ResourceKey) -> Result<String, Error> {
        let row = self.inner.store.row(key, None)?;
        Ok(plain(&row.map_or_else(|| local(key), |row| row.row.summary.title)))
    }
}

fn files(sent: &Value) -> Vec<String> {
    let parts = sent.get("payload").and_then(Value::as_array).into_iter().flatten();
    let title = |part: &Value| {
        let within = part.pointer("/contentAttachment/title");
        within.or_else(|| part.pointer("/contentReference/display"))?.as_str().map(plain)
    };
    parts.filter_map(title).collect()
}

/// What a person has to look at comes first.
fn rank(state: &ActState) -> u8 {
    match state {
        ActState::Unsure(_) => 0,
        ActState::Failed(_) | ActState::Refused(_) => 1,
        ActState::ByHand => 2,
        ActState::Queued | ActState::Held | ActState::Attempting => 3,
        _ => 4,
    }
}
