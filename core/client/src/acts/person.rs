//! What a person says of an act: send it again, it was done, not any more.

use record::acts::resource::words;
use record::acts::{Act, Happened, Kind, Outgoing, Standing, Way, named, resource};
use record::facts::Fact;
use serde_json::{Value, json};
use statement::Section;
use store::{Attempt, Commit};

use super::{ActChoice, LARGEST_ACT, Queued, state};
use crate::{Client, Error};

impl Client {
    /// Sends an act again: one that was refused, one that has waited for too long, or one of which nobody can tell. In the last
    /// case it may then be at the portal twice, and the person has been told so.
    ///
    /// # Errors
    /// [`Error::Invalid`] when that cannot be done now, in words; [`Error::NotFound`], [`Error::Ambiguous`].
    pub fn retry_act(&self, id: &str) -> Result<(), Error> {
        let (section, out) = self.act_to(id, ActChoice::Retry)?;
        let known = record::acts::Attempts { not_before: self.now(), ..self.attempt_of(&out)?.known };
        let attempts = vec![Attempt { act: out.act.id, known, trouble: None }];
        self.person_says(
            &section,
            &out,
            Happened::Again,
            Vec::new(),
            Commit { attempts, ..Commit::default() },
        )
    }

    /// Takes an act back before it is sent. Its words are dropped.
    ///
    /// # Errors
    /// As [`Client::retry_act`].
    pub fn delete_act(&self, id: &str) -> Result<(), Error> {
        let (section, out) = self.act_to(id, ActChoice::Delete)?;
        let mut commit = forgetting(&out);
        let files = self.going_files(&section, &out)?.into_iter();
        commit.dropped_texts.extend(files.flat_map(|file| file.pieces));
        self.person_says(&section, &out, Happened::Deleted, Vec::new(), commit)
    }

    /// Says that an act was done: by hand, or because the person saw at the portal that it is there.
    ///
    /// # Errors
    /// As [`Client::retry_act`].
    pub fn act_was_done(&self, id: &str) -> Result<(), Error> {
        let (section, out) = self.act_to(id, ActChoice::DoneByHand)?;
        self.person_says(&section, &out, Happened::DoneByHand, Vec::new(), Commit::default())
    }

    /// Changes the words of an act before it is sent: another act takes its place. Gives that one's name.
    ///
    /// # Errors
    /// As [`Client::retry_act`].
    pub fn edit_act(&self, id: &str, text: &str) -> Result<Queued, Error> {
        if text.trim().is_empty() {
            return Err(Error::Invalid("The message is empty".to_owned()));
        }
        let (section, out) = self.act_to(id, ActChoice::Edit)?;
        let mut changed = self.resource_of(&out)?.ok_or(Error::NotFound)?;
        let act = Act { id: named(self.inner.platform.random()?), ..out.act.clone() };
        if let Some(changed) = changed.as_object_mut() {
            changed.insert("identifier".to_owned(), json!([resource::identifier(&act.id)]));
        }
        if !resource::set_words(&mut changed, text) {
            return Err(Error::Invalid("It has no words to change. Delete it and ask anew".to_owned()));
        }
        if changed.to_string().len() > LARGEST_ACT {
            return Err(Error::Invalid("The message is too large to be sent".to_owned()));
        }
        let made = self.composed(&act, out.composed.fact.subjects.clone(), &changed)?;
        let commit = Commit { texts: vec![made.text], ..forgetting(&out) };
        let mut instead = vec![made.fact];
        instead.extend(self.pieces_for(&act.id, &self.going_files(&section, &out)?)?);
        self.person_says(&section, &out, Happened::Deleted, instead, commit)?;
        Ok(Queued { id: act.id.to_string(), advice: Vec::new() })
    }

    fn act_to(&self, id: &str, choice: ActChoice) -> Result<(Section, Outgoing), Error> {
        let (section, out) = self.act(id)?;
        if state::choices(&out, self.seen_here(&out)).contains(&choice) {
            return Ok((section, out));
        }
        let words = match out.standing {
            Standing::Queued | Standing::Held { .. } | Standing::Failed { .. } | Standing::Unsure { .. }
                if choice == ActChoice::Retry && state::is_over(&out, self.now()) =>
            {
                "The time of the appointment is past: nothing would come of sending it"
            }
            Standing::Attempting => "It is being sent just now. Wait until it is known what came of it",
            Standing::Sent { .. } | Standing::DoneByHand => "It was sent already",
            Standing::Deleted => "It was taken back already",
            Standing::Queued | Standing::Held { .. } => "It waits to be sent as it is",
            Standing::Unsure { .. } => {
                "Nobody can tell whether it was sent. Look at the portal first, then say that it was done, or send it again"
            }
            Standing::Failed { .. } => "That cannot be done with this act",
        };
        Err(Error::Invalid(words.to_owned()))
    }

    /// Said only while what the person saw still holds.
    fn person_says(
        &self,
        section: &Section,
        seen: &Outgoing,
        happened: Happened,
        instead: Vec<Fact>,
        commit: Commit,
    ) -> Result<(), Error> {
        let event = self.act_event(&seen.act.id, happened, seen.replaced_by_a_person())?;
        let facts: Vec<Fact> = std::iter::once(event).chain(instead).collect();
        let holds = |held: &Outgoing| held.standing == seen.standing;
        if self.say_while((section, &seen.act.id), holds, &facts, commit)? {
            return Ok(());
        }
        Err(Error::Invalid("It has changed meanwhile. Look again".to_owned()))
    }

    pub(super) fn attempt_of(&self, out: &Outgoing) -> Result<Attempt, Error> {
        let held = self.inner.store.attempts()?.remove(&out.act.id);
        Ok(held.unwrap_or_else(|| Attempt::none(out.act.id)))
    }
}

/// What is not wanted any more leaves no words behind.
fn forgetting(out: &Outgoing) -> Commit {
    Commit { dropped_texts: out.composed.fact.text.into_iter().collect(), ..Commit::default() }
}

/// Whether an act has words of the person's own that can be changed before it is sent.
pub(super) fn has_words(act: &Act, resource: Option<&Value>) -> bool {
    !matches!(act.kind, Kind::Cancel | Kind::Reschedule)
        && act.way != Way::ByHand
        && resource.and_then(words).is_some()
}
