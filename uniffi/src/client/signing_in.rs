//! Connecting a portal and ending a connection. One sign-in at a time.

use ::client::{Connecting, Returned as Of};

use super::Client;
use crate::give::Give;
use crate::runtime::on_thread_async;
use crate::{HealthError, NewConnection, Returned, Revoked, SignInPage};

#[uniffi::export]
impl Client {
    /// Begins a sign-in: registers this device where that is wanted, and asks the portal where its sign-in page is. The person
    /// then opens the page in their own browser. A sign-in that had begun before is given up.
    ///
    /// Errors: `Invalid` for an address that is not a portal's or a key that cannot be used, `Offline`, `Refused`, `NotRegistered`,
    /// `Locked`.
    pub async fn connect(&self, new: NewConnection) -> Result<SignInPage, HealthError> {
        let (held, open) = (self.held.clone(), self.held.open().await?);
        on_thread_async(move || async move {
            let mut place = held.signing_in.lock().await;
            if let Some(before) = place.take() {
                before.give_up().await?;
            }
            let connecting = open.client().connect(new.take()).await?;
            let page = page(&connecting);
            *place = Some(connecting);
            Ok(page)
        })
        .await
    }

    /// The address with which the browser returned. `NotFound` when no sign-in is under way.
    ///
    /// Errors: `Refused`, `AppNotKnown`, `Offline`. The sign-in has then ended.
    pub async fn redirected(&self, address: String) -> Result<Returned, HealthError> {
        let (held, open) = (self.held.clone(), self.held.open().await?);
        on_thread_async(move || async move {
            let mut place = held.signing_in.lock().await;
            let connecting = place.as_mut().ok_or(::client::Error::NotFound)?;
            let returned = connecting.redirected(&address).await;
            let goes_on = matches!(returned, Ok(Of::NotForUs | Of::ReadingOnly { .. }));
            let address = connecting.address().to_owned();
            if !goes_on {
                *place = None;
            }
            drop(open);
            Ok(given(returned?, address))
        })
        .await
    }

    /// Gives the sign-in up that is under way: what was registered for it is given back. Without one, nothing happens.
    pub async fn give_up(&self) -> Result<(), HealthError> {
        let (held, open) = (self.held.clone(), self.held.open().await?);
        on_thread_async(move || async move {
            if let Some(connecting) = held.signing_in.lock().await.take() {
                connecting.give_up().await?;
            }
            drop(open);
            Ok(())
        })
        .await
    }

    /// The person has looked at what differs (`SyncedPortal.another_person`) and says that whom the portal shows now is the same
    /// person: the next sync takes it in.
    ///
    /// Errors: `NotFound`.
    pub async fn same_person(&self, portal: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.same_person(&portal)).await
    }

    /// Ends a connection: asks the portal to forget its tokens, and forgets them here. What it sent stays in the record. Waits for
    /// a sync that is under way. Gives whether the portal confirmed.
    ///
    /// Errors: `NotFound`, or those of the keychain and the store; the network's failure is no error.
    pub async fn disconnect(&self, portal: String) -> Result<bool, HealthError> {
        self.held.ask_portal(move |client| async move { client.disconnect(&portal).await }).await
    }

    /// Ends every connection. What cannot be reached is passed over.
    pub async fn end_connections(&self) -> Result<Vec<Revoked>, HealthError> {
        self.held.ask_portal(|client| async move { client.end_connections().await }).await
    }
}

fn page(connecting: &Connecting) -> SignInPage {
    SignInPage {
        address: connecting.address().to_owned(),
        registration: connecting.registration().clone().give(),
    }
}

fn given(returned: Of, address: String) -> Returned {
    match returned {
        Of::NotForUs => Returned::NotForUs,
        Of::ReadingOnly { reason } => Returned::ReadingOnly { reason, address },
        Of::Connected(sign_in) => Returned::Connected { sign_in: sign_in.give() },
        Of::Unsure { because } => Returned::Unsure { because },
        Of::AnotherPerson { because } => Returned::AnotherPerson { because },
    }
}
