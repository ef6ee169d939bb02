//! Connecting a portal, and ending the connection.

use client::{Client, NewConnection, Returned};

use super::{runtime, say, typed};
use crate::args::Global;
use crate::browser::Browser;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::loopback::Loopback;
use crate::out::Out;
use crate::text::connect as draw;

/// What to connect.
pub struct Wanted {
    /// The portal's address.
    pub url: String,
    /// What to call it.
    pub name: Option<String>,
    /// The client id there.
    pub client_id: String,
    /// The person has looked and says that it is the same person.
    pub same_person: bool,
    /// Who opens the sign-in page.
    pub browser: Browser,
}

/// Signs in at a portal and takes in who it shows.
pub fn connect(global: &Global, out: &Out, wanted: Wanted) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let url = wanted.url.clone();
    let returned = runtime()?.block_on(sign_in(&client, out, wanted))?;
    let again = draw::Again {
        same: typed(global, &format!("connect {url} --same-person")),
        make: "wellkept --record NAME init".to_owned(),
        connect: format!("wellkept --record NAME connect {url}"),
    };
    let sync = typed(global, "sync");
    out.put(&returned, |page| draw::returned(page, &returned, &again, &sync))?;
    Ok(if matches!(returned, Returned::Connected(_)) { Exit::Done } else { Exit::Refused })
}

async fn sign_in(client: &Client, out: &Out, wanted: Wanted) -> Result<Returned, Error> {
    let mut loopback = Loopback::bind().await?;
    let new = NewConnection {
        base: wanted.url,
        name: wanted.name,
        client_id: wanted.client_id,
        redirect_uri: loopback.redirect_uri(),
        same_person: wanted.same_person,
    };
    let mut connecting = client.connect(new).await?;
    wanted.browser.open(connecting.address(), out).await?;
    loop {
        let address = loopback.next().await?;
        match connecting.redirected(&address).await? {
            Returned::NotForUs => {}
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
