//! How this app shows a portal who it is: by a name, by a key, or by a registration of this device's own.
//!
//! A key serves one portal only: one that two of them know would tell them that their patients are one person. What signs,
//! and what was registered, is kept sealed in the keychain and is given back when no connection uses it any more.

mod kept;

use std::fmt;

use data_encoding::HEXLOWER;
use portal::register::{Register, Registered, Step, give_back};
use portal::session::Session;
use portal::{Base, ClientAuth, Signer, Tokens, register};
use statement::ConnectionId;
use zeroize::Zeroizing;

use crate::connections::Settings;
use crate::platform::KeyFailure;
use crate::{Client, Error, NewConnection};
pub(crate) use kept::KeptApp;

/// How to show a portal who this app is.
#[derive(Debug, Clone)]
pub enum App {
    /// As the last time at this portal. The first time by a registration of this device's own, with a key that is made for
    /// it; where the portal registers no apps, by the name `otherwise`.
    Usual {
        /// The name under which the app is known at many portals.
        otherwise: String,
    },
    /// By a client id that the portal gave.
    Named {
        /// The client id.
        client_id: String,
        /// The key whose public half the portal has; none for a public client.
        key: Option<SuppliedKey>,
    },
    /// By a new registration of this device's own, or not at all.
    Registered {
        /// The key to register instead of one that is made for it.
        key: Option<SuppliedKey>,
    },
}

/// A private key that a person supplies. Nothing of it is shown.
#[derive(Clone)]
pub struct SuppliedKey {
    /// The name under which the portal knows it (`kid`).
    pub id: String,
    /// P-384, or RSA of at least 2048 bits; PKCS #8 or PKCS #1, DER or PEM.
    pub private: Zeroizing<Vec<u8>>,
}

/// What became of registering this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// It was not asked for, or the portal registers no apps, or the portal knew this app from before.
    Unneeded,
    /// This device has a name and a key of its own at the portal now.
    Made,
    /// The portal refused, so the sign-in goes on under the app's usual name. It may not know that one either.
    Refused {
        /// In the portal's words, made safe.
        reason: String,
    },
}

impl Client {
    /// How to sign in, and what became of a registration that was made for it.
    pub(crate) async fn app_for(
        &self,
        new: &NewConnection,
        base: &Base,
    ) -> Result<(KeptApp, Registration), Error> {
        let otherwise = match &new.app {
            App::Named { client_id, key } => {
                let app = KeptApp::named(base, client_id);
                let key = key.as_ref().map(|key| self.taken(key)).transpose()?;
                return Ok((KeptApp { key, ..app }, Registration::Unneeded));
            }
            App::Registered { key } => {
                let key = key.as_ref().map(|key| self.taken(key)).transpose()?;
                let made = self.register(new, base, key, None).await?;
                return Ok((made.map_err(|error| not_registered(new, &error))?, Registration::Made));
            }
            App::Usual { otherwise } => otherwise,
        };
        if let Some(app) = self.usual_app(new, base)? {
            return Ok((app, Registration::Unneeded));
        }
        let by_name = KeptApp::named(base, otherwise);
        match self.register(new, base, None, None).await? {
            Ok(app) => Ok((app, Registration::Made)),
            Err(portal::Error::NoRegistration) => Ok((by_name, Registration::Unneeded)),
            Err(error @ (portal::Error::NotRegistered { .. } | portal::Error::Unusable(_))) => {
                Ok((by_name, Registration::Refused { reason: said(&error) }))
            }
            // Whatever else is wrong, the sign-in itself will find, and say.
            Err(_) => Ok((by_name, Registration::Unneeded)),
        }
    }

    /// Makes access that cannot be renewed last, where the portal lets it pay for a key of this device
    /// ([`Register::within`]): the tokens that last, and what signs for them.
    pub(crate) async fn made_to_last(
        &self,
        new: &NewConnection,
        app: &KeptApp,
        tokens: &Tokens,
    ) -> Result<Option<(Tokens, KeptApp)>, Error> {
        if tokens.can_refresh() || app.signs() || app.is_registered() {
            return Ok(None);
        }
        let Ok(app) = self.register(new, tokens.base(), None, Some(tokens)).await? else { return Ok(None) };
        let lasting = app.registered.as_ref().and_then(|registered| registered.take_over(tokens).ok());
        Ok(lasting.map(|lasting| (lasting, app)))
    }

    /// How to sign in as this app. `redirect_uri`: where the browser returns to this time.
    pub(crate) fn options(
        &self,
        app: &KeptApp,
        redirect_uri: &str,
    ) -> Result<portal::connect::Options, Error> {
        let signer = self.signer(app)?;
        let lost =
            || Error::Invalid("This device's key for the portal is gone. Register it again".to_owned());
        Ok(match &app.registered {
            Some(registered) => {
                let options = registered.options(signer).map_err(|_| lost())?;
                portal::connect::Options { redirect_uri: redirect_uri.to_owned(), ..options }
            }
            None => portal::connect::Options {
                key: signer,
                ..portal::connect::Options::new(app.client_id.clone(), redirect_uri)
            },
        })
    }

    /// What signs for these tokens; none where nothing has to, or where it cannot be had now.
    pub(crate) fn signer_of(&self, tokens: &Tokens) -> Result<Option<Signer>, Error> {
        match self.app_of(tokens)? {
            Some(app) => self.signer(&app),
            None => Ok(None),
        }
    }

    /// Access to a connection's portal, with the key that it needs; `None` when the person has to sign in.
    pub(crate) fn session(&self, connection: &ConnectionId) -> Result<Option<Session>, Error> {
        let Some(tokens) = self.kept_tokens(connection)? else { return Ok(None) };
        if tokens.key().is_none() {
            return Ok(Some(Session::new(tokens)));
        }
        let Some(app) = self.app_of(&tokens)? else { return Ok(None) };
        Ok(match self.signer(&app) {
            Ok(Some(signer)) => Some(Session::new(tokens).signing(signer)),
            Ok(None) => None,
            // A key that does not answer now is no reason to sign in again.
            Err(Error::Locked) => Some(Session::new(tokens)),
            Err(error) => return Err(error),
        })
    }

    /// Gives back what no connection to this portal uses: its registrations are forgotten there and here. One that the portal
    /// could not be reached about waits for the next time.
    pub(crate) async fn tidy_apps(&self, base: &Base) -> Result<(), Error> {
        let mut used = Vec::new();
        for row in self.inner.store.connections()?.iter().filter(|row| row.ended.is_none()) {
            used.extend(self.kept_tokens(&row.id)?.filter(|tokens| tokens.base() == base));
        }
        for app in self.kept_apps()?.into_iter().filter(|app| app.base == *base) {
            if used.iter().any(|tokens| app.is_of(tokens)) {
                continue;
            }
            let answered = match app.registered.as_ref().and_then(give_back) {
                Some(request) => self.inner.platform.http.send(request).await.is_ok(),
                None => true,
            };
            if answered {
                self.forget_app(&app)?;
            }
        }
        Ok(())
    }

    /// Registers this device and keeps what came of it. The outer error is of this device, the inner of the portal.
    async fn register(
        &self,
        new: &NewConnection,
        base: &Base,
        supplied: Option<Key>,
        within: Option<&Tokens>,
    ) -> Result<Result<KeptApp, portal::Error>, Error> {
        let key = match supplied {
            Some(key) => key,
            None => self.made_key()?,
        };
        let options = register::Options {
            name: "Wellkept".to_owned(),
            redirect_uri: new.redirect_uri.clone(),
            software: Some(("org.wellkept".to_owned(), env!("CARGO_PKG_VERSION").to_owned())),
            key: Some(self.opened(&key)?.ok_or(Error::Bug("a key that was just made is gone"))?),
        };
        let machine = match within {
            Some(tokens) => Register::within(tokens, options),
            None => Register::open(base.as_str(), options),
        };
        let registered = match machine {
            Ok(machine) => self.drive_registration(machine).await?,
            Err(error) => Err(error),
        };
        Ok(match registered {
            Ok(registered) => {
                let keyed = registered.auth() == ClientAuth::PrivateKeyJwt || !registered.signs_in();
                let mut app = KeptApp {
                    client_id: registered.client_id().to_owned(),
                    key: Some(key).filter(|_| keyed),
                    registered: Some(registered),
                    ..KeptApp::named(base, "")
                };
                self.keep_app(&mut app)?;
                Ok(app)
            }
            Err(error) => Err(error),
        })
    }

    async fn drive_registration(
        &self,
        mut machine: Register,
    ) -> Result<Result<Registered, portal::Error>, Error> {
        loop {
            match machine.poll() {
                Step::Send(request) => {
                    let answer = self.inner.platform.http.send(request).await;
                    machine.receive(answer);
                }
                Step::Done(registered) => return Ok(Ok(registered)),
                Step::Failed(error) => return Ok(Err(error)),
                Step::Waiting => return Err(Error::Bug("a registration waits for nothing")),
            }
        }
    }

    /// What served at this portal before: a registration or key that is kept, else the name of a connection.
    fn usual_app(&self, new: &NewConnection, base: &Base) -> Result<Option<KeptApp>, Error> {
        let returns = |app: &KeptApp| match &app.registered {
            Some(registered) => registered.signs_in() && registered.returns_to(&new.redirect_uri),
            None => true,
        };
        for app in self.kept_apps()?.into_iter().filter(|app| app.base == *base && returns(app)) {
            let lost =
                app.key.as_ref().map(|key| self.opened(key)).transpose()?.is_some_and(|key| key.is_none());
            if !lost {
                return Ok(Some(app));
            }
        }
        let rows = self.inner.store.connections()?.into_iter();
        let here = rows.filter(|row| row.ended.is_none() && row.issuer == base.as_str());
        let named = here.max_by_key(|row| row.created).map(|row| Settings::of(&row));
        // A name that was registered is worth nothing without its registration.
        let named = named.filter(|settings| !settings.registered && !settings.client_id.is_empty());
        Ok(named.map(|settings| KeptApp::named(base, &settings.client_id)))
    }

    fn app_of(&self, tokens: &Tokens) -> Result<Option<KeptApp>, Error> {
        Ok(self.kept_apps()?.into_iter().find(|app| app.is_of(tokens)))
    }

    /// None where there is no key, or it is gone for good.
    pub(crate) fn signer(&self, app: &KeptApp) -> Result<Option<Signer>, Error> {
        let Some(key) = &app.key else { return Ok(None) };
        let Some(key) = self.opened(key)? else { return Ok(None) };
        Ok(Some(Signer::new(key, self.inner.platform.random()?)))
    }

    fn opened(&self, key: &Key) -> Result<Option<std::sync::Arc<dyn portal::ClientKey>>, Error> {
        match self.inner.platform.keys.open(&key.kept, &key.id) {
            Ok(key) => Ok(Some(key)),
            Err(KeyFailure::Unusable) => Ok(None),
            Err(KeyFailure::Unavailable) => Err(Error::Locked),
        }
    }

    fn made_key(&self) -> Result<Key, Error> {
        let kept = self.inner.platform.keys.make().map_err(|_| Error::Locked)?;
        Ok(Key { id: HEXLOWER.encode(&self.inner.platform.random::<16>()?), kept })
    }

    fn taken(&self, supplied: &SuppliedKey) -> Result<Key, Error> {
        if supplied.id.is_empty()
            || supplied.id.len() > 256
            || !supplied.id.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(Error::Invalid("The key's name has plain letters, at most 256".to_owned()));
        }
        match self.inner.platform.keys.take(&supplied.private) {
            Ok(kept) => Ok(Key { id: supplied.id.clone(), kept }),
            Err(KeyFailure::Unavailable) => Err(Error::Locked),
            Err(KeyFailure::Unusable) => Err(Error::Invalid(
                "This is not a private key that can be used here. It takes P-384, or RSA of at least 2048 bits".to_owned(),
            )),
        }
    }
}

/// A key as it is kept: its name at the portal, and what the keys' own door finds it by.
pub(crate) struct Key {
    pub id: String,
    pub kept: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for SuppliedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SuppliedKey({})", self.id)
    }
}

fn not_registered(new: &NewConnection, error: &portal::Error) -> Error {
    match error {
        portal::Error::NoRegistration | portal::Error::NotRegistered { .. } | portal::Error::Unusable(_) => {
            Error::NotRegistered { portal: new.portal(), reason: said(error) }
        }
        other => crate::connect::portal_error(new, other),
    }
}

/// In the portal's words where it had any.
fn said(error: &portal::Error) -> String {
    error.reason().map_or_else(|| error.to_string(), str::to_owned)
}
