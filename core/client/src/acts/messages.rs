//! Messages: new ones, answers, and asking for a correction.

use record::acts::resource::{Message, communication};
use record::acts::{Kind, Way};
use record::facts::MAX_TEXT;
use serde_json::Value;
use statement::Section;
use store::StoredRow;

use super::Queued;
use super::compose::{Making, local};
use super::drafts::draft_id;
use super::files::Carried;
use crate::views::plain;
use crate::{Client, Error};

/// The most bytes that an act may have with its files, which travel as text (four letters for three bytes).
pub const LARGEST_ACT: usize = MAX_TEXT - 4_096;
/// What a message may be about, and to how many.
const MOST_NAMED: usize = 50;

/// A file that goes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A message to be sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewMessage {
    /// The portal's name. An answer goes to the portal that it answers.
    pub portal: Option<String>,
    /// To whom: entries of that portal. An answer goes to who wrote.
    pub to: Vec<String>,
    /// The message that it answers.
    pub answers: Option<String>,
    /// The entries that it is about.
    pub about: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its words.
    pub text: String,
    /// Its files.
    pub files: Vec<NewFile>,
    /// The moment that it speaks of (Unix seconds): after it, it is not sent without asking again.
    pub good_until: Option<i64>,
    /// The draft that it was made of, which is then gone.
    pub draft: Option<String>,
}

impl Client {
    /// Queues a message: shown at once, sent when the network is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one without words or without anybody to go to, or that is too large, in words; [`Error::NotFound`],
    /// [`Error::Ambiguous`], [`Error::OutOfSpace`].
    pub fn send_message(&self, message: NewMessage) -> Result<Queued, Error> {
        let text = words(&message.text)?;
        let answered = message.answers.as_deref().map(|reference| self.find(reference)).transpose()?;
        let connection = match (&answered, &message.portal) {
            (Some(answered), _) => self.portal_of(answered)?,
            (None, Some(portal)) => self.connection_named(portal)?,
            (None, None) => return Err(Error::Invalid("Say which portal it is for".to_owned())),
        };
        let mut making = self.make(connection, Kind::Message, "Communication", Section::MESSAGES)?;
        making.act.way = self.message_way(&making.connection);
        making.act.good_until = message.good_until;
        let mut made =
            Message { sent: self.instant()?, text, patient: making.patient(), ..Message::default() };
        made.topic =
            message.subject.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
        if let Some(answered) = &answered {
            self.answer(&mut making, &mut made, answered)?;
        }
        for reference in message.to.iter().take(MOST_NAMED) {
            made.to.push(local(&self.entry_of(&making.connection, reference)?.row.key));
        }
        for reference in message.about.iter().take(MOST_NAMED) {
            let stored = self.entry_of(&making.connection, reference)?;
            made.about.push(local(&stored.row.key));
            making.about(&stored);
        }
        if made.to.is_empty() && making.act.way != Way::ByHand {
            return Err(Error::Invalid("Say to whom it goes".to_owned()));
        }
        let words = communication(&making.act.id, &made).to_string().len();
        match self.carried_with(&making, &message.files, words)? {
            Carried::Within(files) => made.files = files,
            Carried::Beside(files) => {
                making.act.way = Way::Transaction;
                made.beside = files.iter().map(|(name, file)| (*name, file.title.clone())).collect();
                making.files = files;
            }
        }
        let resource = communication(&making.act.id, &made);
        self.put_in_outbox(making, &resource, draft_id(message.draft.as_deref())?)
    }

    /// Asks for something in the record to be corrected: a message about that entry, to these, else to whom the entry itself names as
    /// answering for it. Where it names nobody, the portal decides who reads it, and that is said.
    ///
    /// # Errors
    /// As [`Client::send_message`].
    pub fn ask_for_correction(&self, about: &str, to: &[String], text: &str) -> Result<Queued, Error> {
        let text = words(text)?;
        let stored = self.find(about)?;
        let connection = self.portal_of(&stored)?;
        let mut making = self.make(connection, Kind::Correction, "Communication", Section::MESSAGES)?;
        making.act.way = self.message_way(&making.connection);
        making.about(&stored);
        let to = to.iter().map(|reference| Ok(local(&self.entry_of(&making.connection, reference)?.row.key)));
        let mut to = to.collect::<Result<Vec<_>, Error>>()?;
        if to.is_empty() {
            let bytes = self.inner.store.bytes(&stored.row.current)?.unwrap_or_default();
            to.extend(answers_for(&serde_json::from_slice(&bytes).unwrap_or_default()));
        }
        let open = to.is_empty() && making.act.way != Way::ByHand;
        let portal = plain(&making.connection.name);
        let made = Message {
            patient: making.patient(),
            to,
            topic: Some("Please correct my record".to_owned()),
            about: vec![local(&stored.row.key)],
            sent: self.instant()?,
            text,
            ..Message::default()
        };
        let resource = communication(&making.act.id, &made);
        let mut queued = self.put_in_outbox(making, &resource, None)?;
        if open {
            queued.advice.push(format!("It names nobody to read it: who does so is up to {portal}"));
        }
        Ok(queued)
    }

    /// An answer goes to who wrote, or, to one's own message, to whom that went; and stands in the same thread.
    fn answer(&self, making: &mut Making, made: &mut Message, answered: &StoredRow) -> Result<(), Error> {
        if answered.row.key.resource_type != "Communication" {
            return Err(Error::Invalid("Only a message can be answered".to_owned()));
        }
        making.about(answered);
        made.answers = Some(local(&answered.row.key));
        let Some(bytes) = self.inner.store.bytes(&answered.row.current)? else { return Err(Error::NotFound) };
        let held: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = |pointer: &str| held.pointer(pointer).and_then(Value::as_str);
        let own = format!("Patient/{}", making.connection.patient);
        match text("/sender/reference").filter(|sender| *sender != own) {
            Some(sender) => made.to.push(sender.to_owned()),
            None => {
                let all = held.get("recipient").and_then(Value::as_array).into_iter().flatten();
                let others = all.filter_map(|one| one.get("reference")?.as_str()).filter(|one| *one != own);
                made.to.extend(others.take(MOST_NAMED).map(str::to_owned));
            }
        }
        made.part_of = text("/partOf/0/reference").map(str::to_owned);
        if made.topic.is_none() {
            made.topic = text("/topic/text").or_else(|| text("/topic/coding/0/display")).map(plain);
        }
        Ok(())
    }
}

/// Whom an entry names as answering for what it says: FHIR R4's `performer`, `recorder`, `asserter`, `requester` and `author`.
fn answers_for(entry: &Value) -> Option<String> {
    let places = [
        "/performer/0/reference",
        "/performer/0/actor/reference",
        "/recorder/reference",
        "/asserter/reference",
        "/requester/reference",
        "/author/0/reference",
    ];
    let kinds = ["Practitioner/", "PractitionerRole/", "Organization/", "CareTeam/"];
    let named = places.iter().filter_map(|place| entry.pointer(place)?.as_str());
    named.map(str::to_owned).find(|named| kinds.iter().any(|kind| named.starts_with(kind)))
}

fn words(text: &str) -> Result<String, Error> {
    if text.trim().is_empty() {
        return Err(Error::Invalid("The message is empty".to_owned()));
    }
    Ok(text.to_owned())
}
