//! Saying something: a place in this device's chain, a signature, one transaction.

use statement::chain::{self, ChainHead};
use statement::{Payload, Section, Signed, limits};
use store::{Commit, Touched};

use crate::client::lock;
use crate::{Client, Error};

/// What is to be said, before it has a place in a chain.
pub(crate) struct Draft {
    pub section: Section,
    pub kind: &'static str,
    pub body: Vec<u8>,
}

impl Client {
    /// Prepares, signs and commits, all or nothing; then wakes who looks on. `prepare` runs while no one else can write, so
    /// that what it reads still holds when its statements take their places in the chains.
    pub(crate) fn say(
        &self,
        prepare: impl FnOnce(&Self) -> Result<(Vec<Draft>, Commit), Error>,
    ) -> Result<Touched, Error> {
        self.say_after(prepare, |_, _| 0)
    }

    /// The same; `above` gives for each draft, by its place, and what is signed before it, a clock that its own must be above.
    pub(crate) fn say_after(
        &self,
        prepare: impl FnOnce(&Self) -> Result<(Vec<Draft>, Commit), Error>,
        above: impl Fn(usize, &[(Signed, Payload)]) -> u64,
    ) -> Result<Touched, Error> {
        self.must_be_current()?;
        let device = lock(&self.inner.device);
        let (drafts, mut commit) = prepare(self)?;
        let mut signed: Vec<(Signed, Payload)> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let heads = self.heads(&draft.section, &signed)?;
            let own = heads.iter().find(|head| head.device == self.inner.author.device);
            let mut link = chain::next(own, &heads);
            let below = above(signed.len(), &signed).max(self.clock_of_open_part(&draft.section, &signed)?);
            link.clock = link.clock.max(below.saturating_add(1)).min(limits::NUMBER);
            let payload = link.payload(&self.inner.author, draft.section, draft.kind, draft.body);
            signed.push((device.sign(&payload)?, payload));
        }
        commit.statements.extend(signed.iter().cloned());
        let touched = self.inner.store.commit(commit)?;
        self.have_said(&signed);
        drop(device);
        self.wake(&touched);
        Ok(touched)
    }

    /// For a withheld part the largest clock of the open part beside it, so that what is moved there comes later. An open part knows
    /// nothing of the withheld one: a gap in its clocks would betray that something was withheld.
    fn clock_of_open_part(&self, section: &Section, fresh: &[(Signed, Payload)]) -> Result<u64, Error> {
        if !section.is_withheld() {
            return Ok(0);
        }
        let open = section.base();
        let said =
            fresh.iter().filter(|(_, payload)| payload.section == open).map(|(_, payload)| payload.clock);
        Ok(said.chain([self.inner.store.max_clock(&open)?]).max().unwrap_or(0))
    }

    /// The heads of a section's chains: what the store holds, and what this very commit adds.
    fn heads(&self, section: &Section, fresh: &[(Signed, Payload)]) -> Result<Vec<ChainHead>, Error> {
        let mut heads = self.inner.store.chain_heads(section)?;
        let newest = fresh.iter().rev().find(|(_, payload)| payload.section == *section);
        if let Some((signed, payload)) = newest {
            heads.retain(|head| head.device != payload.device);
            heads.push(ChainHead::of(signed.digest(), payload));
        }
        Ok(heads)
    }
}
