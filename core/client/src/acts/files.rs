//! Files of messages: within the message where the portal takes that, else beside it in one transaction, else not at all.

use exchange::document;
use record::acts::resource::Attached;
use record::acts::{
    ActId, FilePiece, GoingFile, KIND_FILE, Outgoing, Way, files, named, pieces, transaction,
};
use record::facts::{Fact, Text, TextId};
use serde_json::Value;
use statement::Section;
use store::ConnectionRow;

use super::compose::Making;
use super::messages::{LARGEST_ACT, NewFile};
use super::say::Composed;
use crate::connections::Settings;
use crate::views::plain;
use crate::{Client, Error};

/// The most bytes of the files of one message together, where they go beside it.
pub const LARGEST_FILES: usize = 8 << 20;
/// The most files of one message.
const MOST_FILES: usize = 20;

/// How the files of a message go.
pub(super) enum Carried {
    Within(Vec<Attached>),
    Beside(Vec<(ActId, Attached)>),
}

impl Client {
    /// The most bytes that the files of one message to this portal may have together, as far as is known of it. Where files go
    /// within the message, its words take some of that.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn largest_files(&self, portal: &str) -> Result<usize, Error> {
        let connection = self.connection_named(portal)?;
        let settings = Settings::of(&connection);
        if self.message_way(&connection) == Way::Create && settings.abilities.is_some_and(|known| known.files)
        {
            return Ok(LARGEST_FILES);
        }
        let within = LARGEST_ACT / 4 * 3;
        Ok(settings.refused_files.map_or(within, |refused| within.min(refused.saturating_sub(1))))
    }

    /// How these files go with a message of so many bytes; refused here where the portal would refuse them.
    pub(super) fn carried_with(
        &self,
        making: &Making,
        given: &[NewFile],
        message: usize,
    ) -> Result<Carried, Error> {
        if given.len() > MOST_FILES {
            return Err(Error::Invalid(format!("A message has at most {MOST_FILES} files")));
        }
        let bytes: usize = given.iter().map(|file| file.bytes.len()).sum();
        let attached = given.iter().map(attached).collect::<Result<Vec<_>, _>>()?;
        let within: usize = attached.iter().map(|file| file.data.len() + file.title.len() + 128).sum();
        let settings = Settings::of(&making.connection);
        let refused = settings.refused_files.is_some_and(|refused| bytes >= refused);
        if attached.is_empty() || (message + within <= LARGEST_ACT && !refused) {
            return Ok(Carried::Within(attached));
        }
        let beside = making.act.way == Way::Create && settings.abilities.is_some_and(|known| known.files);
        if !beside {
            return Err(too_large(&plain(&making.connection.name), refused));
        }
        if bytes > LARGEST_FILES {
            let most = LARGEST_FILES >> 20;
            return Err(Error::Invalid(format!("The files are larger than the {most} MiB that can be sent")));
        }
        let name = |file| Ok((named(self.inner.platform.random()?), file));
        Ok(Carried::Beside(attached.into_iter().map(name).collect::<Result<_, Error>>()?))
    }

    /// The pieces of files as facts, with their texts.
    pub(super) fn pieces(&self, act: &ActId, all: &[(ActId, Attached)]) -> Result<Vec<Composed>, Error> {
        let mut made = Vec::new();
        for (number, (name, file)) in (0..).zip(all) {
            let text = |text| Ok(Text { salt: self.inner.platform.random()?, text });
            let texts = pieces(&file.data).into_iter().map(text).collect::<Result<Vec<_>, Error>>()?;
            let going = GoingFile {
                name: *name,
                content_type: file.content_type.clone(),
                title: file.title.clone(),
                pieces: texts.iter().map(Text::id).collect(),
            };
            let facts = self.pieces_of(act, number, &going)?;
            made.extend(facts.into_iter().zip(texts).map(|(fact, text)| Composed { fact, text }));
        }
        Ok(made)
    }

    /// The same files for another act that takes the place of this one.
    pub(super) fn pieces_for(&self, act: &ActId, files: &[GoingFile]) -> Result<Vec<Fact>, Error> {
        let mut facts = Vec::new();
        for (number, file) in (0..).zip(files) {
            facts.extend(self.pieces_of(act, number, file)?);
        }
        Ok(facts)
    }

    fn pieces_of(&self, act: &ActId, number: u32, file: &GoingFile) -> Result<Vec<Fact>, Error> {
        let of = u32::try_from(file.pieces.len()).unwrap_or(u32::MAX);
        let fact = |(piece, text): (u32, &TextId)| {
            let (content_type, title) = (file.content_type.clone(), file.title.clone());
            let body = FilePiece { act: *act, file: file.name, number, piece, of, content_type, title };
            Ok(Fact { body: Some(body.encode()?.into()), text: Some(*text), ..self.fact(KIND_FILE)? })
        };
        (0..of).zip(&file.pieces).map(fact).collect()
    }

    /// The files that go beside an act.
    pub(super) fn going_files(&self, section: &Section, out: &Outgoing) -> Result<Vec<GoingFile>, Error> {
        match out.act.way {
            Way::Transaction => Ok(files(&self.inner.store.facts_of(section, KIND_FILE)?, out)),
            _ => Ok(Vec::new()),
        }
    }

    /// What is sent for an act that has files beside it; nothing where not all of them are held here.
    pub(super) fn with_files(
        &self,
        connection: &ConnectionRow,
        section: &Section,
        (out, message): (&Outgoing, &Value),
    ) -> Result<Option<Value>, Error> {
        let mut attached = Vec::new();
        for file in self.going_files(section, out)? {
            let mut data = String::new();
            for piece in &file.pieces {
                let Some(text) = self.inner.store.text(piece)? else { return Ok(None) };
                data.push_str(&text);
            }
            if data.is_empty() {
                return Ok(None);
            }
            attached.push((file.name, Attached { content_type: file.content_type, title: file.title, data }));
        }
        let named = message.get("payload").and_then(Value::as_array).into_iter().flatten();
        if named.filter(|part| part.get("contentReference").is_some()).count() != attached.len() {
            return Ok(None);
        }
        let patient = format!("Patient/{}", connection.patient);
        Ok(Some(transaction(&out.act.id, message, &patient, &attached)))
    }

    /// The portal refused so many bytes within a message: the next ones are not tried.
    pub(super) fn refused_as_too_large(
        &self,
        connection: &ConnectionRow,
        message: &Value,
    ) -> Result<(), Error> {
        let parts = message.get("payload").and_then(Value::as_array).into_iter().flatten();
        let data = parts.filter_map(|part| part.pointer("/contentAttachment/data")?.as_str());
        // Three bytes for four letters, as many fewer as it ends in `=`.
        let bytes: usize = data.map(|data| data.trim_end_matches('=').len() * 3 / 4).sum();
        if bytes == 0 {
            return Ok(());
        }
        self.change_settings(&connection.id, |settings| {
            settings.refused_files = Some(settings.refused_files.map_or(bytes, |known| known.min(bytes)));
        })
    }
}

fn too_large(portal: &str, refused: bool) -> Error {
    let most = LARGEST_ACT / 4 * 3 / 1_000;
    Error::Invalid(match refused {
        true => {
            format!("{portal} has refused files of this size before. Send smaller ones, or take them there")
        }
        false => format!("The message and its files are larger than the {most} kB that {portal} can be sent"),
    })
}

/// A file by its content: what it is called says nothing of what it is.
fn attached(file: &NewFile) -> Result<Attached, Error> {
    if file.bytes.is_empty() {
        return Err(Error::Invalid(format!("The file {} is empty", plain(&file.name))));
    }
    let kind = document::sniff(&file.bytes, None);
    Ok(Attached {
        content_type: document::media_type(kind).to_owned(),
        title: plain(&file.name),
        data: data_encoding::BASE64.encode(&file.bytes),
    })
}
