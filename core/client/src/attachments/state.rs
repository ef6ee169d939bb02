//! How the files of an entry stand.

use exchange::document::{self, Kind};
use portal::Base;
use portal::download::{Place, place};
use record::row::{AttachmentRef, Row};
use serde::Serialize;
use store::{Address, Came, ConnectionRow};

use super::ON_DEMAND;
use crate::{Client, Error};

pub(super) const NOT_GIVEN: &str = "the portal gave neither its content nor an address";
pub(super) const UNREADABLE: &str = "its address cannot be asked for";
pub(super) const TOO_LARGE: &str = "it is larger than 64 MiB, more than is taken";
pub(super) const NOT_CONNECTED: &str = "its portal is not connected on this device";

/// One file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentView {
    /// Its number in the entry, from 1: the name to give to [`Client::open_attachment`].
    pub n: usize,
    /// What the portal calls it, made safe.
    pub title: Option<String>,
    /// What the portal says it is, made safe.
    pub content_type: Option<String>,
    /// What it is by its content, once that was seen: `pdf`, `html` ...
    pub kind: Option<String>,
    /// Its bytes: counted where it was seen, else as the portal states them.
    pub size: Option<u64>,
    /// How it stands.
    pub state: AttachmentState,
    /// The numbers of the same document's other forms.
    pub renditions: Vec<usize>,
    /// What does not fit what the portal said of it.
    pub notice: Option<String>,
}

/// How a file stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// It was fetched and is on this device.
    Held,
    /// It stands in the entry itself.
    Inline,
    /// It is fetched when it is opened.
    OnDemand,
    /// The portal would not give it, or it cannot be asked for.
    Refused {
        /// Why.
        reason: String,
    },
    /// It lies at another host, which is not asked.
    Elsewhere {
        /// The host.
        host: String,
    },
    /// It is larger than what is taken.
    TooLarge,
    /// It could not be fetched; it is tried again with the next sync, or when it is opened.
    Failed {
        /// Why.
        reason: String,
    },
}

impl Client {
    /// The files of a row, in its order.
    pub(crate) fn attachment_views(&self, row: &Row) -> Result<Vec<AttachmentView>, Error> {
        let each = row.attachments.iter().enumerate();
        each.map(|(index, file)| self.attachment_view(row, index, file)).collect()
    }

    fn attachment_view(
        &self,
        row: &Row,
        index: usize,
        file: &AttachmentRef,
    ) -> Result<AttachmentView, Error> {
        let known = self.known_address(row, file)?;
        let digest = file.digest.or_else(|| known.as_ref().and_then(|known| known.digest));
        let seen = digest.map(|digest| self.inner.store.file(&digest)).transpose()?.flatten();
        let held = seen.as_ref().is_some_and(|seen| seen.held);
        let kind = seen.as_ref().map(|seen| seen.kind.clone());
        let doubt =
            known.as_ref().filter(|known| known.came == Came::Held).and_then(|known| known.reason.clone());
        Ok(AttachmentView {
            n: index.saturating_add(1),
            title: safe(file.title.as_deref()),
            content_type: safe(file.content_type.as_deref()),
            size: seen.as_ref().map(|seen| seen.length).or(file.size),
            state: self.attachment_state(row, file, known.as_ref(), held)?,
            renditions: renditions(row, index),
            notice: doubt.or_else(|| other_kind(file.content_type.as_deref(), kind.as_deref())),
            kind,
        })
    }

    fn attachment_state(
        &self,
        row: &Row,
        file: &AttachmentRef,
        known: Option<&Address>,
        held: bool,
    ) -> Result<AttachmentState, Error> {
        let refused = |reason: &str| AttachmentState::Refused { reason: reason.to_owned() };
        if file.digest.is_some() {
            return Ok(AttachmentState::Inline);
        }
        let Some(address) = &file.address else { return Ok(refused(NOT_GIVEN)) };
        match place_of(row, address) {
            Place::Here(_) => {}
            Place::Elsewhere { host } => return Ok(AttachmentState::Elsewhere { host }),
            Place::Inline | Place::Unreadable => return Ok(refused(UNREADABLE)),
        }
        if held {
            return Ok(AttachmentState::Held);
        }
        if file.size.is_some_and(|size| size > ON_DEMAND as u64) {
            return Ok(AttachmentState::TooLarge);
        }
        if self.live_connection(row)?.is_none() {
            return Ok(refused(NOT_CONNECTED));
        }
        let reason = || known.and_then(|known| known.reason.clone()).unwrap_or_default();
        Ok(match known.map(|known| known.came) {
            None | Some(Came::Held | Came::Large) => AttachmentState::OnDemand,
            Some(Came::TooLarge) => AttachmentState::TooLarge,
            Some(Came::Refused(_)) => AttachmentState::Refused { reason: reason() },
            Some(Came::Failed) => AttachmentState::Failed { reason: reason() },
        })
    }

    /// What became of a file's address at this device's connections to its portal: the one by which a file came, where one did.
    pub(crate) fn known_address(&self, row: &Row, file: &AttachmentRef) -> Result<Option<Address>, Error> {
        let Some(address) = &file.address else { return Ok(None) };
        let mut known: Option<Address> = None;
        for connection in self.connections_to(row)? {
            let found = self.inner.store.address(&connection.id, address)?;
            let better = |found: &Address| {
                known.as_ref().is_none_or(|known| known.digest.is_none() && found.digest.is_some())
            };
            if let Some(found) = found.filter(better) {
                known = Some(found);
            }
        }
        Ok(known)
    }

    /// A connection of this device that a file of this row may be fetched by.
    pub(super) fn live_connection(&self, row: &Row) -> Result<Option<ConnectionRow>, Error> {
        Ok(self.connections_to(row)?.into_iter().find(|connection| connection.ended.is_none()))
    }

    /// This device's connections to a row's portal: those that showed it first, those in use before those that ended.
    fn connections_to(&self, row: &Row) -> Result<Vec<ConnectionRow>, Error> {
        let mut found = self.inner.store.connections()?;
        found.retain(|connection| connection.issuer == row.key.issuer);
        found.sort_by_key(|connection| {
            (connection.ended.is_some(), !row.connections.contains(&connection.id))
        });
        Ok(found)
    }
}

/// Where a file of this row lies.
pub(super) fn place_of(row: &Row, address: &str) -> Place {
    Base::parse(&row.key.issuer).map_or(Place::Unreadable, |base| place(&base, address))
}

pub(super) fn elsewhere(host: &str) -> String {
    format!("it lies at {host} and not at the portal: it is not fetched from there")
}

/// The other forms of the same document: what stands beside a file in a list that R4 defines so.
fn renditions(row: &Row, index: usize) -> Vec<usize> {
    let list = |file: &AttachmentRef| {
        let (list, _) = file.path.split_once('[')?;
        matches!(
            (row.key.resource_type.as_str(), list),
            ("DocumentReference", "content") | ("DiagnosticReport", "presentedForm")
        )
        .then(|| list.to_owned())
    };
    let Some(own) = row.attachments.get(index).and_then(list) else { return Vec::new() };
    let others = row
        .attachments
        .iter()
        .enumerate()
        .filter(|(at, file)| *at != index && list(file) == Some(own.clone()));
    others.map(|(at, _)| at.saturating_add(1)).collect()
}

fn safe(text: Option<&str>) -> Option<String> {
    text.map(portal::clean).filter(|text| !text.is_empty())
}

/// That the content is of another kind than was stated.
fn other_kind(stated: Option<&str>, kind: Option<&str>) -> Option<String> {
    let stated = stated?;
    let expected = kind_of(stated)?;
    let found = kind.filter(|found| *found != document::extension(expected))?;
    Some(format!("stated to be {}, and its content is {found}", portal::clean(stated)))
}

fn kind_of(stated: &str) -> Option<Kind> {
    let stated = stated.to_ascii_lowercase();
    let table = [
        ("pdf", Kind::Pdf),
        ("html", Kind::Html),
        ("rtf", Kind::Rtf),
        ("xml", Kind::Xml),
        ("json", Kind::Json),
        ("text/plain", Kind::Text),
        ("png", Kind::Png),
        ("jpeg", Kind::Jpeg),
        ("gif", Kind::Gif),
        ("tiff", Kind::Tiff),
        ("dicom", Kind::Dicom),
    ];
    table.into_iter().find(|(word, _)| stated.contains(word)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_of_another_kind_than_stated_says_so() {
        let said = |stated, kind| other_kind(stated, kind).unwrap_or_default();
        assert_eq!(said(Some("application/pdf"), Some("pdf")), "");
        assert_eq!(said(Some("text/html; charset=utf-8"), Some("html")), "");
        assert_eq!(said(Some("application/xhtml+xml"), Some("html")), "");
        assert_eq!(said(Some("application/octet-stream"), Some("pdf")), "");
        assert_eq!(said(Some("application/pdf"), None), "");
        assert_eq!(
            said(Some("application/pdf"), Some("html")),
            "stated to be application/pdf, and its content is html"
        );
    }
}
