//! How writing goes wrong on its way: before it is done, and between its being done and its being heard of.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::portal::{Inner, Portal, answer, odd};

/// Marks an answer that nobody hears.
#[derive(Clone, Copy, Debug)]
pub(in crate::portal) struct Lost;

/// An answer, and how long it takes.
pub(super) struct Delivery {
    response: Response,
    delay: Duration,
}

impl Delivery {
    pub(super) async fn deliver(self) -> Response {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        self.response
    }
}

/// Does what was asked, unless the portal's faults stand before it; and spoils the answer.
pub(super) fn around(portal: &Portal, todo: impl FnOnce(&mut Inner) -> Response) -> Delivery {
    let mut inner = portal.lock();
    let response = before(&mut inner, portal.clock.now()).unwrap_or_else(|| {
        let response = todo(&mut inner);
        after(&mut inner, response)
    });
    let done = response.status().is_success();
    let delayed = inner.desk.faults().twice_delayed.filter(|_| done && inner.once.heard <= 2);
    Delivery { response, delay: Duration::from_secs(delayed.unwrap_or(0)) }
}

fn before(inner: &mut Inner, now: i64) -> Option<Response> {
    if !inner.desk.acts().take() {
        return None;
    }
    let faults = inner.desk.faults().clone();
    inner.once.writes += 1;
    if let Some(status) = faults.no_write {
        return Some(answer::outcome(status, "not-supported", "nothing can be written here"));
    }
    if let Some(seconds) = faults.rate_limited {
        let until = *inner.once.cooled.get_or_insert(now.saturating_add(seconds));
        if now < until {
            return Some(odd::later(&until.saturating_sub(now).to_string()));
        }
    }
    let lost = faults.lost_before.is_some_and(|often| often.hits(inner.once.writes));
    lost.then(|| unheard(answer::outcome(503, "transient", "the connection broke off")))
}

fn after(inner: &mut Inner, mut response: Response) -> Response {
    if !response.status().is_success() {
        return response;
    }
    inner.once.heard += 1;
    let faults = inner.desk.faults();
    if response.status() == StatusCode::CREATED && faults.without_body {
        *response.body_mut() = axum::body::Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    if response.status() == StatusCode::CREATED && faults.without_location {
        response.headers_mut().remove(header::LOCATION);
    }
    match faults.answer_lost {
        Some(often) if often.hits(inner.once.heard) => unheard(response),
        _ => response,
    }
}

fn unheard(mut response: Response) -> Response {
    response.extensions_mut().insert(Lost);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
