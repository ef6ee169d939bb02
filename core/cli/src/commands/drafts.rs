//! Drafts of messages: on this device only, and never sent before the person says so.

use client::{Client, DraftView, NewMessage};
use serde::{Deserialize, Serialize};

use super::{acts, say, typed};
use crate::args::{Draft, DraftCommand, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::{home, text};

/// A draft, as this program writes it. Files are named when it is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Written {
    /// The portal's name.
    pub portal: String,
    /// To whom.
    #[serde(default)]
    pub to: Vec<String>,
    /// What it is about.
    #[serde(default)]
    pub about: Vec<String>,
    /// Its subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// Its words.
    pub text: String,
}

/// A draft with what stands in it; nothing where another program wrote it.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Its name.
    pub id: String,
    /// When it was last changed (Unix seconds).
    pub changed: i64,
    /// What stands in it.
    pub written: Option<Written>,
}

/// Lists drafts, writes, shows, sends or deletes one.
pub fn run(global: &Global, out: &Out, draft: &Draft) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let how = typed(global, "draft");
    match draft.what.as_ref().unwrap_or(&DraftCommand::List) {
        DraftCommand::List => {
            let all: Vec<Listed> = client.drafts()?.into_iter().map(listed).collect();
            out.put(&all, |page| text::drafts::list(page, &all, &how))?;
        }
        DraftCommand::Write { portal, text: words, to, subject, about, over } => {
            let over = over.as_deref().map(|id| named(&client, id)).transpose()?;
            let written = Written {
                portal: portal.clone(),
                to: to.clone(),
                about: about.clone(),
                subject: subject.clone(),
                text: acts::words(words)?,
            };
            let body = serde_json::to_string(&written).map_err(|_| unreadable())?;
            let id = client.keep_draft(over.as_ref().map(|draft| draft.id.as_str()), &body)?;
            let draft = listed(named(&client, &id)?);
            out.put(&draft, |page| text::drafts::one(page, &draft, &how))?;
        }
        DraftCommand::Show { id } => {
            let draft = listed(named(&client, id)?);
            out.put(&draft, |page| text::drafts::one(page, &draft, &how))?;
        }
        DraftCommand::Send { id, attach, when } => {
            let draft = listed(named(&client, id)?);
            let written = draft.written.ok_or_else(unreadable)?;
            let queued = client.send_message(NewMessage {
                portal: Some(written.portal),
                to: written.to,
                about: written.about,
                subject: written.subject,
                text: written.text,
                files: acts::files(attach)?,
                draft: Some(draft.id),
                ..NewMessage::default()
            })?;
            return acts::queued_and_sent(global, out, &client, &queued, when);
        }
        DraftCommand::Delete { id } => {
            client.drop_draft(&named(&client, id)?.id)?;
            say(out, "The draft is gone. Nothing of it was sent.")?;
        }
    }
    Ok(Exit::Done)
}

/// The draft of this name, or of the start of it.
fn named(client: &Client, id: &str) -> Result<DraftView, Error> {
    let wanted = id.trim().to_lowercase();
    let mut found: Vec<DraftView> =
        client.drafts()?.into_iter().filter(|draft| draft.id.starts_with(&wanted)).collect();
    match (wanted.is_empty(), found.len()) {
        (true, _) | (_, 0) => Err(client::Error::NotFound.into()),
        (false, 1) => found.pop().ok_or_else(|| client::Error::NotFound.into()),
        (false, count) => Err(client::Error::Ambiguous { count }.into()),
    }
}

fn listed(draft: DraftView) -> Listed {
    Listed { id: draft.id, changed: draft.changed, written: serde_json::from_str(&draft.body).ok() }
}

fn unreadable() -> Error {
    Error::Usage("This draft was begun in another app: go on with it there".to_owned())
}
