//! What a whole run says of its portal, kept with the connection.

use portal::fetch::Fetch;

use super::{Network, Run};
use crate::Error;

impl Run<'_> {
    /// After the last action: what the whole run says of the portal.
    pub(super) fn settle(&mut self, fetch: &Fetch) -> Result<(), Error> {
        self.report.sum_up();
        if self.network == Network::Metered {
            self.report.waits.listings = fetch.postponed() as u64;
        }
        let tokens = fetch.tokens();
        self.client.change_settings(&self.connection.id, |settings| {
            settings.scopes = tokens.scopes().to_string();
            settings.ends = tokens.ends();
            settings.sign_in_again = self.report.sign_in_again;
        })?;
        self.reload()
    }

    pub(super) fn ask_to_sign_in(&mut self) -> Result<(), Error> {
        self.report.sign_in_again = true;
        self.report.trouble = Some("asks you to sign in again".to_owned());
        self.client.must_sign_in(&self.connection)?;
        self.reload()
    }
}
