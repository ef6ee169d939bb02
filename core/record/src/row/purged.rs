use super::{Prior, Row, State, words};

impl Row {
    /// The row of a resource whose current revision a member wanted gone ([`crate::facts::purged`]): nothing of what it
    /// said is left.
    #[must_use]
    pub fn purged(self) -> Self {
        let summary = words::nothing_said(&self.key.resource_type);
        let prior = self.prior.map(|prior| Prior { title: None, value: None, status: None, ..prior });
        Self {
            state: State::Purged,
            status: None,
            changed: words::changed(State::Purged, &summary, None, None),
            prior,
            attachments: Vec::new(),
            findings: Vec::new(),
            links: Vec::new(),
            summary,
            ..self
        }
    }
}
