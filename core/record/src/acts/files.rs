use minicbor::{Decode, Encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::resource::Attached;
use super::{ActId, IDENTIFIER_SYSTEM, Outgoing, urn};
use crate::Error;
use crate::facts::{TextId, Written};

/// A piece of a file that goes beside a message. The fact's text is the piece, in base64.
pub const KIND_FILE: &str = "act-file";
/// The most letters of a piece.
pub const PIECE: usize = 1_000_000;

/// Which piece it is. In CBOR a map with the integer keys shown; unknown keys are skipped.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FilePiece {
    /// The act.
    #[n(0)]
    pub act: ActId,
    /// The file's name at the portal: random, and the UUID by which it is known again.
    #[n(1)]
    pub file: ActId,
    /// The file's place among those of the act.
    #[n(2)]
    pub number: u32,
    /// The piece's place in the file.
    #[n(3)]
    pub piece: u32,
    /// How many pieces the file has.
    #[n(4)]
    pub of: u32,
    /// Its media type.
    #[n(5)]
    pub content_type: String,
    /// Its name, for people.
    #[n(6)]
    pub title: String,
}

/// A file that goes beside a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoingFile {
    /// Its name at the portal.
    pub name: ActId,
    /// Its media type.
    pub content_type: String,
    /// Its name, for people.
    pub title: String,
    /// The texts that are its pieces, in order; none of one that is not known whole.
    pub pieces: Vec<TextId>,
}

impl FilePiece {
    /// The piece's bytes: the body of its fact.
    ///
    /// # Errors
    /// [`Error::Fact`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        minicbor::to_vec(self).map_err(|_| Error::Fact)
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// [`Error::Fact`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        minicbor::decode(bytes).map_err(|_| Error::Fact)
    }
}

/// The files of an act among these facts, in its order. Only its own device can say which they are.
#[must_use]
pub fn files(facts: &[Written], out: &Outgoing) -> Vec<GoingFile> {
    let mut held: BTreeMap<(u32, ActId), (FilePiece, BTreeMap<u32, TextId>)> = BTreeMap::new();
    for written in facts.iter().filter(|one| one.fact.kind == KIND_FILE && one.device == out.composed.device)
    {
        let piece = written.fact.body.as_ref().map(|body| FilePiece::decode(body));
        let (Some(Ok(piece)), Some(text)) = (piece, written.fact.text) else { continue };
        if piece.act == out.act.id {
            let key = (piece.number, piece.file);
            held.entry(key).or_insert_with(|| (piece.clone(), BTreeMap::new())).1.insert(piece.piece, text);
        }
    }
    let whole = |of: u32, pieces: &BTreeMap<u32, TextId>| pieces.keys().copied().eq(0..of);
    let file = |(piece, pieces): (FilePiece, BTreeMap<u32, TextId>)| GoingFile {
        name: piece.file,
        pieces: if whole(piece.of, &pieces) { pieces.into_values().collect() } else { Vec::new() },
        content_type: piece.content_type,
        title: piece.title,
    };
    held.into_values().map(file).collect()
}

/// Base64 as pieces, each short enough for a droppable text.
#[must_use]
pub fn pieces(data: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = data;
    // Base64 is ASCII: every place is between two letters.
    while let Some((piece, after)) = rest.split_at_checked(PIECE).filter(|(_, after)| !after.is_empty()) {
        all.push(piece.to_owned());
        rest = after;
    }
    all.push(rest.to_owned());
    all
}

/// How a message names a file that goes beside it.
#[must_use]
pub fn beside(name: &ActId, title: &str) -> Value {
    json!({"contentReference": {"reference": urn(name), "display": title}})
}

/// The message with its files as one transaction (FHIR R4, http.html, "transaction"): all or none, each created only if nothing bears
/// its identifier there yet (`ifNoneExist`). A file is a DocumentReference that holds its bytes.
#[must_use]
pub fn transaction(id: &ActId, message: &Value, patient: &str, files: &[(ActId, Attached)]) -> Value {
    let entry = |name: &ActId, resource: Value| {
        let on = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
        let unless = format!("identifier={IDENTIFIER_SYSTEM}|{}", urn(name));
        json!({"fullUrl": urn(name), "resource": resource,
            "request": {"method": "POST", "url": on, "ifNoneExist": unless}})
    };
    let document = |(name, file): &(ActId, Attached)| {
        let attachment = json!({"contentType": file.content_type, "data": file.data, "title": file.title});
        let resource = json!({
            "resourceType": "DocumentReference",
            "identifier": [super::resource::identifier(name)],
            "status": "current",
            "subject": {"reference": patient},
            "description": file.title,
            "content": [{"attachment": attachment}]
        });
        entry(name, resource)
    };
    let entries: Vec<Value> =
        files.iter().map(document).chain(std::iter::once(entry(id, message.clone()))).collect();
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}
