//! Messages as threads, and whom one may write to.

use super::{AttachmentView, Basis, Line, OutboxItem, Standing};
use crate::give::Give;

mirror! {
    /// The list of threads.
    struct ThreadsView = client::ThreadsView {
        /// What stands above everything else, one sentence each.
        notices: Vec<String>,
        /// Messages that are not known to be at their portals, of all threads and of new ones.
        waiting: Vec<OutboxItem>,
        /// The threads of this window, that with the newest message first.
        threads: Vec<MessageThread>,
        /// How many messages this member has not read, in all threads that fit the filter.
        unread: u64,
        /// How many threads fit the filter.
        count: u64,
        /// What each portal says of its messages.
        messaging: Vec<Messaging>,
        /// Per portal: as of when, what was refused. Empty: no portal is connected.
        rests_on: Vec<Basis>,
        /// What is missing, in words.
        lacks: Vec<String>,
    }
}

mirror! {
    /// One thread.
    struct MessageThread = client::Thread {
        /// The name to give to `thread`: `Type/id` of its root. Any message in it leads to it as well.
        id: String,
        /// The same in full, for where two portals use the same name: `issuer|type|id`.
        name: String,
        /// The FHIR base address of its portal. No thread goes from one portal to another.
        issuer: String,
        /// The portal's name.
        portals: Vec<String>,
        /// What it is about.
        subject: String,
        /// Its kind, as the portal calls it.
        category: Option<String>,
        /// Who takes part beside this member, by the messages that were looked at.
        with: Vec<Party>,
        /// Older messages were not looked at for who takes part.
        perhaps_more: bool,
        /// The last message.
        last: LastMessage,
        /// How many messages it has.
        count: u64,
        /// How many of its entries this member has not read.
        unread: u64,
        /// How many of the messages that were looked at were withdrawn by the provider.
        withdrawn: u64,
        /// How many of the messages that were looked at this member wants covered.
        covered: u64,
        /// How many files the messages that were looked at have.
        attachments: u64,
        /// It answers, or is part of, a message that is not held.
        lacks_a_message: bool,
    }
}

mirror! {
    /// The last message of a thread.
    struct LastMessage = client::Last {
        /// From whom.
        from: Option<Party>,
        /// When (UTC seconds).
        at: Option<i64>,
        /// When, in words.
        when: Option<String>,
        /// Its first words.
        text: Option<String>,
        /// How it stands.
        standing: Standing,
        /// How far it has come, as the portal says.
        delivery: Delivery,
        /// This member wants it covered.
        covered: bool,
    }
}

mirror! {
    /// Who takes part in a message.
    struct Party = client::Party {
        /// What they are called.
        name: String,
        /// `Type/id` at the portal, where it is named.
        reference: Option<String>,
        /// Whether it is this member, as the patient whom their own connection is for.
        you: bool,
    }
}

mirror! {
    /// One thread with its messages.
    struct ThreadView = client::ThreadView {
        /// The thread as the list shows it.
        thread: MessageThread,
        /// What stands above everything else, one sentence each.
        notices: Vec<String>,
        /// The entry that holds the thread together and is no message itself.
        head: Option<Line>,
        /// What was written, the oldest first, undated ones before.
        entries: Vec<ThreadEntry>,
        /// How many older entries were left out.
        left_out: u64,
        /// What the portal says of its messages.
        messaging: Vec<Messaging>,
        /// Its portal: as of when, what was refused.
        rests_on: Vec<Basis>,
        /// What is missing, in words.
        lacks: Vec<String>,
    }
}

mirror! {
    /// One message of the record.
    struct Message = client::Message {
        /// As lists show it: its name, how it stands, what changes its meaning, whether this member has read it. Of a covered one
        /// nothing but this is told.
        line: Line,
        /// From whom; `None`: not stated, or not to be told.
        from: Option<Party>,
        /// To whom.
        to: Vec<Party>,
        /// Whether this member sent it.
        by_you: bool,
        /// When it was sent, else when it arrived (UTC seconds).
        at: Option<i64>,
        /// When it was sent, in words.
        sent: Option<String>,
        /// When it arrived, in words.
        received: Option<String>,
        /// What it says, part by part, as the portal wrote it.
        text: Vec<String>,
        /// Other entries that go with it: `Type/id` or what the portal calls them.
        goes_with: Vec<String>,
        /// Its files, and how each stands.
        attachments: Vec<AttachmentView>,
        /// How far it has come, as the portal says.
        delivery: Delivery,
        /// What it answers or is part of.
        answers: Vec<Answered>,
        /// Later messages of others that answer it (`Type/id`).
        answered_by: Vec<String>,
    }
}

mirror_enum! {
    /// How far a message has come: only what FHIR's `status` and `received` say.
    enum Delivery = client::Delivery {
        /// Nothing that can be relied on was said.
        NotStated,
        /// A draft at the portal: not sent.
        Draft,
        /// Being sent.
        UnderWay,
        /// Held: it may not have arrived.
        OnHold,
        /// Stopped: it may not have arrived.
        Stopped,
        /// Not sent.
        NotSent,
        /// Sent. That it arrived, or was read, is not said.
        Sent,
        /// It arrived. That it was read is not said.
        Delivered,
    }
}

mirror! {
    /// A message that another one answers or is part of.
    struct Answered = client::Answered {
        /// `Type/id`, or what the portal calls it.
        reference: String,
        /// Whether it is part of that one, and no answer to it.
        part: bool,
        /// Whether that one is in this record.
        held: bool,
    }
}

mirror! {
    /// What one portal says of its messages.
    struct Messaging = client::Messaging {
        /// The portal's name.
        portal: String,
        /// Its FHIR base address.
        issuer: String,
        /// How soon it answers, as its own page says; `None`: not known.
        answers_within: Option<String>,
        /// What it takes, as its own page says; `None`: not known.
        limits: Option<String>,
        /// The page that says so.
        source: Option<String>,
        /// What was known is too old to rely on.
        out_of_date: bool,
    }
}

mirror! {
    /// Who may be written to at one portal.
    struct Recipients = client::Recipients {
        /// The portal's name.
        portal: String,
        /// Its FHIR base address.
        issuer: String,
        /// The care team first, then those of the newest threads, then everyone else whom the portal's entries name.
        people: Vec<Recipient>,
        /// As of when, and what was refused.
        rests_on: Vec<Basis>,
        /// What is missing, in words.
        lacks: Vec<String>,
    }
}

mirror! {
    /// One who may be written to.
    struct Recipient = client::Recipient {
        /// What they are called.
        name: String,
        /// What they do, each as one entry says it.
        roles: Vec<String>,
        /// The name to write to: `Type/id` at the portal.
        reference: String,
        /// Further names of the same person at the portal: a role names its practitioner.
        also: Vec<String>,
        /// Where they are known from, in words.
        known_from: Vec<String>,
        /// They are in a care team that is in force.
        in_care_team: bool,
        /// Their last message or the last one to them (UTC seconds).
        last_thread: Option<i64>,
        /// Whether their own entry is on this device.
        held: bool,
        /// Why they may be the wrong one to write to, in words.
        doubts: Vec<String>,
    }
}

/// One thing that was written, by where it comes from.
#[expect(clippy::large_enum_variant, reason = "each is copied out at once, and UniFFI takes no boxes")]
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ThreadEntry {
    /// A portal returned it: it stands in the record.
    Held {
        /// The message.
        message: Message,
    },
    /// It stands in the outbox: it is not known to be at its portal.
    Waiting {
        /// The act.
        item: OutboxItem,
    },
}

impl Give<ThreadEntry> for client::ThreadEntry {
    fn give(self) -> ThreadEntry {
        match self {
            Self::Record(message) => ThreadEntry::Held { message: message.give() },
            Self::Outbox(item) => ThreadEntry::Waiting { item: item.give() },
        }
    }
}
