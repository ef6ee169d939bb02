//! What a whole run says of its portal, kept with the connection.

use portal::fetch::Fetch;

use super::{Network, Run};
use crate::Error;
use crate::connections::Settings;

impl Run<'_> {
    /// After the last action: what the whole run says of the portal.
    pub(super) fn settle(&mut self, fetch: &Fetch) -> Result<(), Error> {
        self.report.sum_up();
        if self.network == Network::Metered {
            self.report.waits.listings = fetch.postponed() as u64;
        }
        let tokens = fetch.tokens();
        let held = Settings::of(&self.connection);
        let settings = Settings {
            scopes: tokens.scopes().to_string(),
            ends: tokens.ends(),
            sign_in_again: self.report.sign_in_again,
            ..held.clone()
        };
        if settings != held { self.remember(&settings) } else { Ok(()) }
    }

    pub(super) fn ask_to_sign_in(&mut self) -> Result<(), Error> {
        self.report.sign_in_again = true;
        self.report.trouble = Some("asks you to sign in again".to_owned());
        let settings = Settings { sign_in_again: true, ..Settings::of(&self.connection) };
        self.remember(&settings)
    }

    fn remember(&mut self, settings: &Settings) -> Result<(), Error> {
        self.client.keep_settings(&self.connection, settings)?;
        self.reload()
    }
}
