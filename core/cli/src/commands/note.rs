//! Notes: written, changed, removed, listed.

use client::views::NoteView;

use super::say;
use crate::args::{Global, Note};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::{home, text};

/// Does what the options say; without words, lists.
pub fn run(global: &Global, out: &Out, note: &Note) -> Result<Exit, Error> {
    let client = home::open(global)?;
    if let Some(id) = &note.delete {
        client.delete_note(id)?;
        say(out, "The note was removed. Its words are no longer in this record.")?;
    } else if note.text.is_empty() {
        let notes = client.notes()?;
        let wanted: Vec<&NoteView> =
            notes.iter().filter(|view| is_about(view, note.about.as_deref())).collect();
        out.put(&wanted, |page| text::notes::list(page, &wanted))?;
    } else if let Some(id) = &note.edit {
        client.edit_note(id, &words(note)?)?;
        say(out, "The note was changed. What it said before stays in its history.")?;
    } else {
        let id = client.write_note(&words(note)?, note.about.as_deref())?;
        say(out, &format!("Noted, as {}.", text::words::short_id(&id)))?;
    }
    Ok(Exit::Done)
}

fn words(note: &Note) -> Result<String, Error> {
    if note.text == ["-"] {
        return home::stdin_words();
    }
    Ok(note.text.join(" "))
}

fn is_about(view: &NoteView, about: Option<&str>) -> bool {
    about.is_none_or(|wanted| view.about.iter().any(|subject| subject == wanted || subject.ends_with(wanted)))
}
