//! Messages as threads: what answers what, from both sides, newest thread first.
//!
//! Threads are put together from the references of messages ([`group`]) without reading any of them; only the messages of
//! the threads that are shown are read. An entry of a thread says where it comes from ([`ThreadEntry`]): what a portal
//! returned, and what waits on this device.

mod group;
mod message;
mod messaging;
mod summary;

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use serde::Serialize;
use store::MessageLinks;

pub(crate) use message::here;
pub use message::{Answered, Delivery, Message, Party};
pub use messaging::{Messaging, NOT_FOR_EMERGENCIES};
pub use summary::{Last, Thread};

use crate::acts::OutboxItem;
use crate::look::Look;
use crate::show::full_name;
use crate::views::{Basis, Filter, Line, Missing, plain};
use crate::{Client, Error, Query};
use group::Group;

/// The most threads that one window holds.
pub const THREADS: usize = 50;
/// The most entries of one thread that are read; the newest ones.
pub const ENTRIES: usize = 200;

/// Which threads are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadFilter {
    /// Only threads at this portal (by name or connection).
    pub portal: Option<String>,
    /// Only threads with something that this member has not read.
    pub unread: bool,
    /// Only threads with a message dated on or after this moment (UTC seconds).
    pub since: Option<i64>,
    /// Leaves out so many threads, the newest.
    pub skip: usize,
    /// At most this many; [`THREADS`] when absent, which is also the most.
    pub limit: Option<usize>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    pub reveal: bool,
}

/// The list of threads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadsView {
    /// What stands above everything else, one sentence each.
    pub notices: Vec<String>,
    /// Messages that are not known to be at their portals, of all threads and of new ones.
    pub waiting: Vec<OutboxItem>,
    /// The threads of this window, that with the newest message first.
    pub threads: Vec<Thread>,
    /// How many messages this member has not read, in all threads that fit the filter.
    pub unread: u64,
    /// How many threads fit the filter.
    pub count: usize,
    /// What each portal says of its messages.
    pub messaging: Vec<Messaging>,
    /// Per portal: as of when, what was refused. Empty: no portal is connected.
    pub rests_on: Vec<Basis>,
    /// What is missing, in words.
    pub lacks: Vec<String>,
}

/// One thread with its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadView {
    /// The thread as the list shows it.
    pub thread: Thread,
    /// What stands above everything else, one sentence each.
    pub notices: Vec<String>,
    /// The entry that holds the thread together and is no message itself.
    pub head: Option<Line>,
    /// What was written, the oldest first, undated ones before.
    pub entries: Vec<ThreadEntry>,
    /// How many older entries were left out.
    pub left_out: usize,
    /// What the portal says of its messages.
    pub messaging: Vec<Messaging>,
    /// Its portal: as of when, what was refused.
    pub rests_on: Vec<Basis>,
    /// What is missing, in words.
    pub lacks: Vec<String>,
}

/// One thing that was written, by where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum ThreadEntry {
    /// A portal returned it: it stands in the record.
    Record(Box<Message>),
    /// It stands in the outbox: it is not known to be at its portal.
    Outbox(Box<OutboxItem>),
}

impl ThreadEntry {
    /// Its place in the thread (UTC seconds); `None` for an undated one.
    #[must_use]
    pub fn at(&self) -> Option<i64> {
        match self {
            Self::Record(message) => message.at,
            Self::Outbox(item) => Some(item.composed),
        }
    }
}

impl ThreadEntry {
    /// What stands in the record.
    #[must_use]
    pub fn record(&self) -> Option<&Message> {
        match self {
            Self::Record(message) => Some(message),
            Self::Outbox(_) => None,
        }
    }
}

impl ThreadView {
    /// The full names (`issuer|type|id`) of what is shown and can be taken as read: nothing that is covered.
    #[must_use]
    pub fn readable(&self) -> Vec<String> {
        let shown = self.entries.iter().filter_map(|entry| match entry {
            ThreadEntry::Record(message) => Some(&message.line),
            ThreadEntry::Outbox(_) => None,
        });
        shown.chain(&self.head).filter(|line| line.covered.is_none()).map(full_name).collect()
    }
}

/// What all threads are put together from.
pub(super) struct Threads {
    links: Vec<MessageLinks>,
    groups: Vec<Group>,
    /// Every message that is known of.
    held: BTreeSet<ResourceKey>,
    /// Who this member is at the portals.
    own: BTreeSet<ResourceKey>,
}

impl Client {
    /// The threads, that with the newest message first. Never waits for the network.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the filter names a portal that is not there; [`Error::Damaged`].
    pub fn threads(&self, filter: &ThreadFilter) -> Result<ThreadsView, Error> {
        let portal = filter.portal.as_deref().map(|name| self.connection_named(name)).transpose()?;
        let issuer = portal.map(|portal| portal.issuer);
        let look = self.look(filter.reveal)?;
        let all = self.all_threads()?;
        let fitting: Vec<&Group> = all
            .groups
            .iter()
            .filter(|group| issuer.as_ref().is_none_or(|issuer| all.issuer(group) == Some(issuer.as_str())))
            .filter(|group| filter.since.is_none_or(|since| all.newest(group).is_some_and(|at| at >= since)))
            .filter(|group| !filter.unread || all.unread(group) > 0)
            .collect();
        let limit = filter.limit.unwrap_or(THREADS).min(THREADS);
        let mut threads = Vec::new();
        let mut missing = Missing { rebuilding: self.is_rebuilding()?, ..Missing::default() };
        for group in fitting.iter().skip(filter.skip).take(limit) {
            let (thread, lacking) = self.thread_of(&look, &all, group)?;
            missing.not_held += lacking.not_held;
            missing.unreadable += lacking.unreadable;
            threads.push(thread);
        }
        Ok(ThreadsView {
            notices: vec![NOT_FOR_EMERGENCIES.to_owned()],
            waiting: self.waiting_messages(issuer.as_deref())?,
            threads,
            unread: fitting.iter().map(|group| all.unread(group)).sum(),
            count: fitting.len(),
            messaging: self.messaging(issuer.as_deref())?,
            rests_on: self.messages_rest_on(issuer.as_deref())?,
            lacks: missing.words(),
        })
    }

    /// The thread that this message is in, by the names that [`Client::show`] takes. Marks nothing as read.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::NotFound`] for what is no message.
    pub fn thread(&self, reference: &str) -> Result<ThreadView, Error> {
        self.thread_view(reference, &*self.look(false)?)
    }

    /// The same, lifting this member's covers for this one look.
    ///
    /// # Errors
    /// As [`Client::thread`].
    pub fn thread_revealed(&self, reference: &str) -> Result<ThreadView, Error> {
        self.thread_view(reference, &*self.look(true)?)
    }

    fn thread_view(&self, reference: &str, look: &Look) -> Result<ThreadView, Error> {
        let key = self.find(reference)?.row.key;
        let all = self.all_threads()?;
        let group = all.with(&key).ok_or(Error::NotFound)?;
        let (thread, _) = self.thread_of(look, &all, group)?;
        let read = self.read_messages(look, &all, &all.newest_of(group, ENTRIES))?;
        let (head, mut entries) = self.entries_of(look, &all, group, read)?;
        message::answered(&mut entries);
        entries.extend(self.waiting_in(&all, group)?);
        let mut missing = Missing { rebuilding: self.is_rebuilding()?, ..Missing::default() };
        entries.iter().for_each(|entry| message::count_missing(entry, &mut missing));
        Ok(ThreadView {
            left_out: group.messages.len().saturating_sub(ENTRIES),
            messaging: self.messaging(Some(&key.issuer))?,
            rests_on: self.messages_rest_on(Some(&key.issuer))?,
            notices: vec![NOT_FOR_EMERGENCIES.to_owned()],
            lacks: missing.words(),
            thread,
            head,
            entries,
        })
    }

    /// Answers to messages of this thread that are not known to be at the portal.
    fn waiting_in(&self, all: &Threads, group: &Group) -> Result<Vec<ThreadEntry>, Error> {
        let keys = group.messages.iter().filter_map(|at| all.links.get(*at)).map(|message| &message.key);
        let names: BTreeSet<String> = keys.map(|key| format!("{}/{}", key.resource_type, key.id)).collect();
        let waiting = self.waiting_messages(all.issuer(group))?.into_iter();
        let in_it = waiting.filter(|item| item.answers.as_ref().is_some_and(|one| names.contains(one)));
        Ok(in_it.map(|item| ThreadEntry::Outbox(Box::new(item))).collect())
    }

    /// All threads, without reading a message.
    pub(super) fn all_threads(&self) -> Result<Threads, Error> {
        let links = self.inner.store.message_links(Some(&self.member()))?;
        let groups = group::group(&links);
        let held = links.iter().map(|message| message.key.clone()).collect();
        Ok(Threads { links, groups, held, own: self.own_names()? })
    }

    /// Who this member is at the portals that they themselves connected.
    pub(crate) fn own_names(&self) -> Result<BTreeSet<ResourceKey>, Error> {
        let member = self.member();
        let own = self.inner.store.connections()?.into_iter().filter(|row| row.member == member);
        let patient = |row: store::ConnectionRow| ResourceKey {
            issuer: row.issuer,
            resource_type: "Patient".to_owned(),
            id: row.patient,
        };
        Ok(own.map(patient).collect())
    }

    /// What the portals, or this one, say of their messages.
    fn messaging(&self, issuer: Option<&str>) -> Result<Vec<Messaging>, Error> {
        let day = chrono::DateTime::from_timestamp(self.now(), 0);
        let today = day.map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default();
        let rows = self.inner.store.connections()?.into_iter();
        let asked = rows.filter(|row| issuer.is_none_or(|issuer| row.issuer == issuer));
        let portals: BTreeMap<String, String> = asked.map(|row| (row.issuer, row.name)).collect();
        let mut told: Vec<Messaging> = portals
            .into_iter()
            .map(|(issuer, name)| Messaging::of(plain(&name), &plain(&issuer), &today))
            .collect();
        told.sort_by(|one, other| one.portal.cmp(&other.portal));
        Ok(told)
    }

    fn messages_rest_on(&self, issuer: Option<&str>) -> Result<Vec<Basis>, Error> {
        let mut basis = self.basis(&Query::Messages(Filter::default()))?;
        if let Some(issuer) = issuer {
            let rows = self.inner.store.connections()?.into_iter();
            let names: BTreeSet<String> =
                rows.filter(|row| row.issuer == issuer).map(|row| row.name).collect();
            basis.retain(|basis| names.contains(&basis.portal));
        }
        Ok(basis)
    }
}

impl Threads {
    /// What this member has not read of a thread. One's own messages are not news to oneself, unless they were withdrawn.
    fn unread(&self, group: &Group) -> u64 {
        let fresh = group.messages.iter().filter_map(|at| self.links.get(*at));
        let fresh = fresh.filter(|message| self.is_unread(message)).count();
        u64::try_from(fresh).unwrap_or(u64::MAX)
    }

    fn is_unread(&self, message: &MessageLinks) -> bool {
        let own = message.sender.as_ref().is_some_and(|sender| self.own.contains(sender));
        message.new && (!own || message.withdrawn)
    }

    fn issuer(&self, group: &Group) -> Option<&str> {
        self.links.get(group.root).map(|message| message.key.issuer.as_str())
    }

    fn newest(&self, group: &Group) -> Option<i64> {
        group.messages.iter().filter_map(|at| self.links.get(*at)?.when).max()
    }

    fn with(&self, key: &ResourceKey) -> Option<&Group> {
        let is_it = |at: &usize| self.links.get(*at).is_some_and(|message| message.key == *key);
        self.groups.iter().find(|group| group.messages.iter().any(is_it))
    }

    /// The newest messages of a thread, and always its root; in the order of all.
    fn newest_of(&self, group: &Group, most: usize) -> Vec<&MessageLinks> {
        let mut chosen: Vec<usize> = group.messages.iter().copied().take(most).collect();
        if !chosen.contains(&group.root) {
            chosen.push(group.root);
        }
        chosen.into_iter().filter_map(|at| self.links.get(at)).collect()
    }
}
