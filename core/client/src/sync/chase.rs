//! What was referred to and is not held is asked for by itself, once all listings are read.

use std::collections::BTreeMap;

use fhir::bundle::Entry;
use portal::fetch::{Fetch, Outcome};

use super::{Run, references};
use crate::Error;
use crate::ingest::Answer;

/// So many answers are written in one transaction at most, and so many bytes.
const TOGETHER: usize = 64;
const BYTES: usize = 1024 * 1024;
const SLOT: &str = "reference";

/// Answers that have come and are not written yet: they are small and many. Nothing that goes on rests on them, and what a kill
/// loses of them stays wanted.
#[derive(Default)]
pub(super) struct Found {
    /// By their moment, so that each is kept as seen when it was.
    answers: BTreeMap<Option<i64>, Answer>,
    count: usize,
    bytes: usize,
}

impl Found {
    fn add(&mut self, answer: Answer) {
        self.count += 1;
        self.bytes += answer.entries.iter().map(|entry| entry.raw.len()).sum::<usize>();
        match self.answers.get_mut(&answer.date) {
            Some(same) => same.join(answer),
            None => drop(self.answers.insert(answer.date, answer)),
        }
    }

    fn is_enough(&self) -> bool {
        self.count >= TOGETHER || self.bytes >= BYTES
    }
}

impl Run<'_> {
    /// Asks for what was referred to and is not held, in this run or in one that was broken off. Whether there was any.
    pub(super) fn chase(&mut self, fetch: &mut Fetch) -> Result<bool, Error> {
        self.wanted = self.client.inner.store.wanted(&self.connection.id)?;
        let fresh: Vec<_> = self
            .wanted
            .keys()
            .filter(|pair| !self.chased.contains(*pair) && !self.settled.contains(*pair))
            .cloned()
            .collect();
        self.chased.extend(fresh.iter().cloned());
        let any = !fresh.is_empty();
        fetch.chase(fresh);
        Ok(any)
    }

    /// A reference was followed. Only a portal's own no settles it: what failed, or was not granted, is tried again another time.
    pub(super) fn chased(
        &mut self,
        (resource_type, id): (String, String),
        found: Result<Box<Entry>, Outcome>,
        date: Option<i64>,
    ) -> Result<(), Error> {
        let Some(section) = self.wanted.get(&(resource_type.clone(), id.clone())).cloned() else {
            return Ok(());
        };
        self.refusals.count(&resource_type, found.as_ref().err());
        let (entries, unfollowed) = match found {
            Ok(entry) => (vec![*entry], Vec::new()),
            Err(Outcome::Failed { fault, .. }) if fault.passing() => return Ok(()),
            // It stays wanted: it costs no request, and comes with the first sync after it was granted.
            Err(Outcome::NotGranted) => return Ok(()),
            Err(outcome) => {
                let pair = (resource_type.clone(), id.clone());
                (Vec::new(), vec![references::refused(&self.connection, pair, &outcome, self.client.now())])
            }
        };
        let asked_from = BTreeMap::from([((resource_type, id), section)]);
        let answer =
            Answer { slot: SLOT.to_owned(), entries, date, asked_from, unfollowed, ..Answer::default() };
        self.found.add(answer);
        if self.found.is_enough() { self.take_found() } else { Ok(()) }
    }

    /// Writes what was found.
    pub(super) fn take_found(&mut self) -> Result<(), Error> {
        let found = std::mem::take(&mut self.found);
        found.answers.into_values().try_for_each(|answer| self.take(answer))
    }
}

#[cfg(test)]
mod tests {
    use statement::Section;

    use super::*;

    fn answer(id: &str, date: i64, section: &Section) -> Answer {
        Answer {
            slot: SLOT.to_owned(),
            date: Some(date),
            asked_from: BTreeMap::from([(("Practitioner".to_owned(), id.to_owned()), section.clone())]),
            ..Answer::default()
        }
    }

    #[test]
    fn only_answers_of_one_moment_are_one() {
        let mut found = Found::default();
        for (id, date, section) in
            [("a", 2, Section::VISITS), ("b", 1, Section::VISITS), ("c", 2, Section::RESULTS)]
        {
            found.add(answer(id, date, &section));
        }
        let together = found.answers.iter().map(|(date, answer)| {
            let ids: String = answer.asked_from.keys().map(|(_, id)| id.as_str()).collect();
            (date.unwrap_or_default(), ids)
        });
        assert_eq!(together.collect::<Vec<_>>(), [(1, "b".to_owned()), (2, "ac".to_owned())]);
        assert!(!found.is_enough());
        (0..TOGETHER).for_each(|_| found.add(answer("d", 3, &Section::VISITS)));
        assert!(found.is_enough());
    }
}
