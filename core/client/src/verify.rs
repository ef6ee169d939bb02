//! Checking the whole record, and building its projections again.

use serde::Serialize;
use statement::body::Genesis;
use statement::{Payload, Signed, kind};
use store::Phase;

use crate::{Client, Error};

/// Statements that are looked at in one go.
const BATCH: usize = 500;

/// What [`Client::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Nothing is wrong.
    pub sound: bool,
    /// One digest of the whole record, in hex: the same content gives the same digest on every device.
    pub digest: String,
    /// How many statements were checked: signature, record, right to say it, and place in its chain.
    pub statements: u64,
    /// How many entries the record has.
    pub entries: u64,
    /// How many contents were removed at the wish of a member: nothing is wrong with that.
    pub purged: u64,
    /// What is wrong, in words.
    pub problems: Vec<String>,
}

/// What is to be thought of a statement.
enum Judged {
    Genuine,
    /// Its signature is right and it is of this record, but no device of that name is known to belong here.
    Unadmitted,
    False,
}

impl Client {
    /// Checks every signature, every chain and every named digest, the file itself, and that rows equal a rebuild.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the record cannot be read through.
    pub fn verify(&self) -> Result<Verified, Error> {
        let store = &self.inner.store;
        let mut problems = Vec::new();
        let mut statements = 0_u64;
        let (mut false_ones, mut unadmitted) = (0_u64, 0_u64);
        let mut place = 0;
        loop {
            let batch = store.statements_after(place, BATCH)?;
            let Some((last, _)) = batch.last() else { break };
            place = *last;
            for (_, signed) in &batch {
                statements += 1;
                match self.judged(signed) {
                    Judged::Genuine => {}
                    Judged::Unadmitted => unadmitted += 1,
                    Judged::False => false_ones += 1,
                }
            }
        }
        let report = store.check()?;
        let counts = [
            (
                report.different,
                "entry differs from a rebuild: run `rebuild`",
                "entries differ from a rebuild: run `rebuild`",
            ),
            (
                report.search_different,
                "entry is not in the search index: run `rebuild`",
                "entries are not in the search index: run `rebuild`",
            ),
            (
                report.missing_resources,
                "content is known of, but is not here",
                "contents are known of, but are not here",
            ),
            (
                report.not_purged,
                "content that was to be removed is still here: run `rebuild`",
                "contents that were to be removed are still here: run `rebuild`",
            ),
            (
                report.false_resources,
                "content does not have the digest it is kept under",
                "contents do not have the digests they are kept under",
            ),
            (report.missing_texts, "note has lost its words", "notes have lost their words"),
            (
                report.false_statements,
                "statement does not have the digest it is kept under",
                "statements do not have the digests they are kept under",
            ),
            (false_ones, "statement is not genuine", "statements are not genuine"),
            (
                unadmitted,
                "statement is rightly signed, by a device that nothing in this record admits: whether it may write here cannot be told",
                "statements are rightly signed, by devices that nothing in this record admits: whether they may write here cannot be told",
            ),
        ];
        let found = counts.iter().filter(|(count, _, _)| *count > 0);
        problems.extend(
            found.map(|(count, one, more)| format!("{count} {}", if *count == 1 { one } else { more })),
        );
        for chain in &report.chains {
            problems.push(format!("a chain of section {} is not whole", chain.section.as_str()));
        }
        problems
            .extend(report.integrity.iter().chain(&report.cipher).map(|said| format!("the file: {said}")));
        if report.rebuilding {
            problems.push("a rebuild has not finished: run `rebuild`".to_owned());
        }
        if self.is_older_copy() {
            problems.push(Error::OlderCopy.to_string());
        }
        let entries = store.counts(None)?.iter().map(|count| count.rows).sum();
        let digest = store.content_digest()?.to_string();
        let purged = report.purged;
        Ok(Verified { sound: problems.is_empty(), digest, statements, entries, purged, problems })
    }

    /// By the devices that the record's authority names.
    fn judged(&self, signed: &Signed) -> Judged {
        let authority = &self.inner.authority;
        match authority.verify(signed) {
            Ok(said) if authority.may_write(&said.device, &said.member, &said.section, &said.kind) => {
                Judged::Genuine
            }
            // What those may say whom the first statement names is known.
            Ok(said) if !is_named(authority.genesis(), &said) => Judged::Unadmitted,
            Ok(_) | Err(_) => Judged::False,
        }
    }

    /// Whether projections are still to be built: after an update, or after a rebuild that was cut short.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn is_rebuilding(&self) -> Result<bool, Error> {
        Ok(self.inner.store.progress()?.phase != Phase::Done)
    }

    /// Goes on with a rebuild that is due. `progress` hears how much is left.
    ///
    /// # Errors
    /// [`Error::OutOfSpace`], [`Error::Damaged`]; the log stays as it is.
    pub fn finish_rebuild(&self, mut progress: impl FnMut(u64)) -> Result<(), Error> {
        self.inner.store.rebuild(|step| {
            progress(step.left);
            true
        })?;
        self.inner.wakes.send_modify(|wakes| wakes.touch(statement::Section::ALL, true));
        Ok(())
    }

    /// Builds all projections again from the log.
    ///
    /// # Errors
    /// As [`Client::finish_rebuild`].
    pub fn rebuild(&self, progress: impl FnMut(u64)) -> Result<(), Error> {
        self.inner.store.start_rebuild()?;
        self.finish_rebuild(progress)
    }
}

fn is_named(genesis: &Genesis, said: &Payload) -> bool {
    said.kind == kind::GENESIS || [genesis.root, genesis.device].contains(&said.device)
}
