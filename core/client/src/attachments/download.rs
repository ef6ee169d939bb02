//! Asking one portal for files.

use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use portal::download::{Action, Download, Want};
use store::ConnectionRow;

use super::{File, Miss};
use crate::{Client, Error};

/// A file to ask for.
pub(super) struct Asked {
    /// As the resource says it.
    pub address: String,
    /// What the resource says it is.
    pub content_type: Option<String>,
    /// How many bytes the resource says it has.
    pub size: Option<u64>,
    /// SHA-1 in base64, as the resource says it.
    pub hash: Option<String>,
    /// The newest sighting of what points at it.
    pub seen: i64,
    /// The most that is taken.
    pub max_bytes: usize,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Each file came or was missed.
    Done,
    /// The portal asks for a new sign-in.
    SignIn,
}

/// Asks for all of them and gives each to `each`, which says whether to go on. Ends early at `deadline`. The caller holds the lock
/// under which a connection's tokens are renewed.
pub(super) async fn run(
    client: &Client,
    connection: &ConnectionRow,
    asked: &[Asked],
    deadline: Option<i64>,
    mut each: impl FnMut(&Asked, Result<File, Miss>) -> Result<bool, Error>,
) -> Result<End, Error> {
    let Some(session) = client.session(&connection.id)? else { return Ok(End::SignIn) };
    let mut download = Download::new(session, asked.iter().zip(0..).map(want).collect());
    let (http, clock) = (&client.inner.platform.http, &client.inner.platform.clock);
    let mut flying = FuturesUnordered::new();
    let (mut end, mut failed, mut stopped) = (End::Done, None, false);
    loop {
        let mut until = None;
        let actions = download.poll(clock.now());
        let acted = !actions.is_empty();
        for action in actions {
            match action {
                Action::Send { id, request } => {
                    flying.push(http.send(request).map(move |answer| (id, answer)))
                }
                Action::StoreTokens(tokens) => {
                    client.keep_tokens(&connection.id, &tokens)?;
                    download.stored();
                }
                Action::Done { want, came } if failed.is_none() => {
                    let file = usize::try_from(want).ok().and_then(|want| asked.get(want));
                    match file.map(|file| each(file, came)) {
                        Some(Ok(true)) | None => {}
                        Some(Ok(false)) => download.stop(),
                        Some(Err(error)) => {
                            // Tokens that are being renewed must not be lost over it.
                            failed = Some(error);
                            download.stop();
                        }
                    }
                }
                Action::Done { .. } => {}
                Action::SignInAgain => end = End::SignIn,
                Action::Wait { until: at } => until = Some(at),
                Action::Finished => return failed.map_or(Ok(end), Err),
            }
        }
        let over = |at: i64| deadline.is_some_and(|deadline| at >= deadline);
        if !stopped && (over(clock.now()) || until.is_some_and(over) && flying.is_empty()) {
            stopped = true;
            download.stop();
            continue;
        }
        match until {
            Some(at) if flying.is_empty() => clock.sleep_until(at).await,
            Some(at) => match select(flying.select_next_some(), clock.sleep_until(at)).await {
                Either::Left(((id, answer), _)) => download.receive(id, answer, clock.now()),
                Either::Right(_) => {}
            },
            None if acted => {}
            None => match flying.next().await {
                Some((id, answer)) => download.receive(id, answer, clock.now()),
                None => return Err(Error::Bug("a download that waits for nothing")),
            },
        }
    }
}

fn want((asked, id): (&Asked, u64)) -> Want {
    Want {
        id,
        url: asked.address.clone(),
        content_type: asked.content_type.clone(),
        max_bytes: asked.max_bytes,
    }
}
