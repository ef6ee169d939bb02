//! All rows of a type, batch after batch.

use store::StoredRow;

use crate::{Client, Error};

impl Client {
    /// Every row of this type, newest first.
    pub(crate) fn every(&self, kind: &str) -> Result<Vec<StoredRow>, Error> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let query = store::Query {
                types: [kind.to_owned()].into(),
                member: Some(self.member()),
                after,
                ..store::Query::default()
            };
            let batch = self.inner.store.rows(&query)?;
            after = batch.last().map(|stored| stored.position.clone());
            all.extend(batch);
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}
