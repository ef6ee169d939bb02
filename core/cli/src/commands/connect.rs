//! Connecting a portal, and ending the connection.

use client::{App, Client, Connecting, NewConnection, Registration, Returned, SuppliedKey};
use zeroize::Zeroizing;

use super::{portals, runtime, say, typed};
use crate::args::{Connect, Global};
use crate::browser::Browser;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::loopback::Loopback;
use crate::out::{Out, aside};
use crate::stop::Stop;
use crate::text::{connect as draw, finding};

/// The name under which Wellkept is known where it does not register itself.
const USUAL: &str = "wellkept";
/// The most bytes of a key's file.
const KEY: usize = 64 << 10;

/// Signs in at a portal and takes in who it shows.
pub fn connect(global: &Global, out: &Out, wanted: &Connect, browser: Browser) -> Result<Exit, Error> {
    let app = app(wanted)?;
    let client = home::open(global)?;
    let (base, name) = portal(global, out, &client, wanted)?;
    let new = NewConnection {
        base: base.clone(),
        name: wanted.name.clone().or(name),
        app,
        redirect_uri: String::new(),
        same_person: wanted.same_person,
    };
    let returned = runtime()?.block_on(sign_in(&client, out, new, &browser))?;
    let again = draw::Again {
        same: typed(global, &format!("connect {base} --same-person")),
        make: "wellkept --record NAME init".to_owned(),
        connect: format!("wellkept --record NAME connect {base}"),
    };
    let sync = typed(global, "sync");
    out.put(&returned, |page| draw::returned(page, &returned, &again, &sync))?;
    Ok(if matches!(returned, Returned::Connected(_)) { Exit::Done } else { Exit::Refused })
}

fn app(wanted: &Connect) -> Result<App, Error> {
    let key = match (&wanted.key_file, &wanted.key_id) {
        (Some(file), Some(id)) => {
            let private = Zeroizing::new(home::bytes_of(file, KEY)?);
            Some(SuppliedKey { id: id.clone(), private })
        }
        _ => None,
    };
    match (&wanted.client_id, wanted.register, key) {
        (Some(client_id), _, key) => Ok(App::Named { client_id: client_id.clone(), key }),
        (None, true, key) => Ok(App::Registered { key }),
        (None, false, None) => Ok(App::Usual { otherwise: USUAL.to_owned() }),
        (None, false, Some(_)) => Err(Error::Usage(
            "A key needs --client-id, where the portal has its public half, or --register, to give it that"
                .to_owned(),
        )),
    }
}

/// The address to sign in at, and what the portal is called where that is known.
fn portal(
    global: &Global,
    out: &Out,
    client: &Client,
    wanted: &Connect,
) -> Result<(String, Option<String>), Error> {
    let words = wanted.portal.join(" ");
    if words.contains("://") {
        return Ok((words, None));
    }
    let same = |name: &str| name.to_lowercase() == words.to_lowercase();
    if let Some(held) = client.portals()?.into_iter().find(|held| same(&held.name)) {
        return Ok((held.issuer, Some(held.name)));
    }
    let meant = portals::meant(global, out, &words)?;
    if !out.is_json() {
        out.page(|page| finding::meant(page, &meant))?;
    }
    Ok((meant.address, Some(meant.portal.unwrap_or(meant.organisation))))
}

async fn sign_in(
    client: &Client,
    out: &Out,
    new: NewConnection,
    browser: &Browser,
) -> Result<Returned, Error> {
    let stop = Stop::listen();
    let mut loopback = Loopback::bind().await?;
    let new = NewConnection { redirect_uri: loopback.redirect_uri(), ..new };
    let mut connecting = client.connect(new).await?;
    if let Registration::Refused { reason } = connecting.registration() {
        aside(&format!(
            "The portal did not register this device: {reason}. The sign-in goes on under the name {USUAL}. If the portal \
             does not know that one, ask it for a client id and connect with --client-id."
        ));
    }
    let returned = through(&mut connecting, out, browser, &mut loopback, &stop).await;
    if let Err(Error::Stopped | Error::System(_) | Error::Closed) = &returned {
        connecting.give_up().await?;
    }
    returned
}

/// The way through the browser. What has come back is taken in to its end: a stop in between would lose what was given.
async fn through(
    connecting: &mut Connecting,
    out: &Out,
    browser: &Browser,
    loopback: &mut Loopback,
    stop: &Stop,
) -> Result<Returned, Error> {
    if stop.is_asked() {
        return Err(Error::Stopped);
    }
    let mut opening = browser.open(connecting.address(), out).await?;
    loop {
        let address = tokio::select! {
            biased;
            address = loopback.next() => address?,
            () = stop.asked() => return Err(Error::Stopped),
            error = opening.fails() => return Err(error),
        };
        match connecting.redirected(&address).await? {
            Returned::NotForUs => {}
            Returned::ReadingOnly { .. } => {
                aside("The portal lets no app act there. It is asked once more, for reading alone.");
                opening = browser.open(connecting.address(), out).await?;
            }
            returned => return Ok(returned),
        }
    }
}

/// Ends a connection.
pub fn disconnect(global: &Global, out: &Out, portal: &str) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let confirmed = runtime()?.block_on(client.disconnect(portal))?;
    say(out, "The connection has ended. What the portal sent stays in the record.")?;
    if !confirmed {
        say(
            out,
            "The portal did not confirm that it forgot the access. It is gone from this device; end it on the portal's \
             own pages too.",
        )?;
    }
    Ok(Exit::Done)
}
