//! Writing over HTTP: create, update, transaction, and the operations of scheduling
//! (<https://hl7.org/fhir/R4/http.html>).

mod faults;
mod said;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::grants::Grant;
use super::scopes::{Access, Act, access};
use super::{Inner, Portal, answer, api, log};
use crate::acts::{self, Author, Desk, Done, Find, Refusal};
use crate::world::World;
pub(super) use faults::Lost;
use said::Said;

type Refused = Box<Response>;

/// `POST [base]/[type]`
pub(super) async fn create(
    State(portal): State<Arc<Portal>>,
    Path(resource_type): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let said = Said::of(&headers);
    let delivery = faults::around(&portal, |inner| {
        let wanted = Wanted { resource_type: &resource_type, act: Act::Create, body: &body };
        let done = act(&portal, inner, &headers, &wanted, |desk, world, author, resource, now| {
            desk.create_at_last(world, author, &resource_type, resource, said.unless.as_deref(), now)
        });
        done.map_or_else(|refused| *refused, |done| said.answer(inner, portal.base(), &done))
    });
    delivery.deliver().await
}

/// `PUT [base]/[type]/[id]`
pub(super) async fn update(
    State(portal): State<Arc<Portal>>,
    Path((resource_type, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let said = Said::of(&headers);
    let delivery = faults::around(&portal, |inner| {
        let wanted = Wanted { resource_type: &resource_type, act: Act::Update, body: &body };
        let done = act(&portal, inner, &headers, &wanted, |desk, world, author, resource, now| {
            desk.update(world, author, (&resource_type, &id), &resource, said.version.as_deref(), now)
        });
        done.map_or_else(|refused| *refused, |done| said.answer(inner, portal.base(), &done))
    });
    delivery.deliver().await
}

/// `POST [base]`
pub(super) async fn transaction(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let said = Said::of(&headers);
    let delivery = faults::around(&portal, |inner| {
        let done = transacted(&portal, inner, &headers, &body);
        done.map_or_else(|refused| *refused, |done| said.answer_all(inner, portal.base(), &done))
    });
    delivery.deliver().await
}

fn transacted(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Vec<Done>, Refused> {
    let grant = open(portal, inner, headers)?;
    if inner.desk.faults().no_transaction {
        return Err(Box::new(answer::outcome(422, "not-supported", "transactions are not done here")));
    }
    let bundle = read(portal, headers, body)?;
    let may = |resource_type: &str, change: bool| {
        let act = if change { Act::Update } else { Act::Create };
        access(&grant.scopes, resource_type, act) != Access::Denied
    };
    let (author, now) = (author(portal, &grant), portal.clock.now());
    refused_anyway(inner)?;
    let Inner { desk, world, .. } = inner;
    acts::transact(desk, world, &author, &bundle, may, now).map_err(refuse)
}

/// `GET [base]/Appointment/$find`
pub(super) async fn find(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = Find { pairs: answer::pairs(query.unwrap_or_default().as_bytes()) };
    find_now(&portal, &headers, |_| Ok(asked))
}

/// `POST [base]/Appointment/$find`
pub(super) async fn find_by_body(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    find_now(&portal, &headers, |headers| Find::of(&read(&portal, headers, &body)?).map_err(refuse))
}

/// `POST [base]/Appointment/$hold`
pub(super) async fn hold(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let delivery = faults::around(&portal, |inner| {
        let done = operation(&portal, inner, &headers, &body, acts::hold);
        done.map_or_else(
            |refused| *refused,
            |(held, until)| said::bundle(portal.base(), &[held], Some(&acts::held_until(until))),
        )
    });
    delivery.deliver().await
}

/// `POST [base]/Appointment/$book`
pub(super) async fn book(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let delivery = faults::around(&portal, |inner| {
        let done = operation(&portal, inner, &headers, &body, acts::book);
        done.map_or_else(|refused| *refused, |booked| said::bundle(portal.base(), &[booked], None))
    });
    delivery.deliver().await
}

/// One request to write.
struct Wanted<'a> {
    resource_type: &'a str,
    act: Act,
    body: &'a [u8],
}

/// Checks who asks and what for, and does it.
fn act<T>(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
    wanted: &Wanted<'_>,
    todo: impl FnOnce(&mut Desk, &mut World, &Author, Value, i64) -> Result<T, Refusal>,
) -> Result<T, Refused> {
    let resource_type = wanted.resource_type;
    let acts = inner.desk.acts();
    let taken =
        if wanted.act == Act::Update { acts.updates(resource_type) } else { acts.creates(resource_type) };
    if !taken && api::knows(inner, resource_type) {
        let words = format!("{resource_type} is not written here");
        return Err(Box::new(answer::outcome(405, "not-supported", &words)));
    }
    let grant = api::admit(portal, inner, headers, resource_type)?;
    scoped(&grant, resource_type, wanted.act)?;
    let resource = read(portal, headers, wanted.body)?;
    let (author, now) = (author(portal, &grant), portal.clock.now());
    refused_anyway(inner)?;
    let Inner { desk, world, .. } = inner;
    todo(desk, world, &author, resource, now).map_err(refuse)
}

fn operation<T>(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
    body: &[u8],
    todo: impl FnOnce(&mut Desk, &mut World, &Author, &Value, i64) -> Result<T, Refusal>,
) -> Result<T, Refused> {
    operated(inner)?;
    let grant = api::admit(portal, inner, headers, "Appointment")?;
    scoped(&grant, "Appointment", Act::Create)?;
    let parameters = read(portal, headers, body)?;
    let (author, now) = (author(portal, &grant), portal.clock.now());
    refused_anyway(inner)?;
    let Inner { desk, world, .. } = inner;
    todo(desk, world, &author, &parameters, now).map_err(refuse)
}

fn find_now(
    portal: &Portal,
    headers: &HeaderMap,
    asked: impl FnOnce(&HeaderMap) -> Result<Find, Refused>,
) -> Response {
    let mut inner = portal.lock();
    let found = (|| {
        operated(&inner)?;
        let grant = api::admit(portal, &mut inner, headers, "Appointment")?;
        scoped(&grant, "Appointment", Act::Search)?;
        let asked = asked(headers)?;
        let (author, now) = (author(portal, &grant), portal.clock.now());
        let Inner { desk, world, .. } = &mut *inner;
        acts::find(desk, world, &author, &asked, now).map_err(refuse)
    })();
    found.map_or_else(|refused| *refused, |found| said::bundle(portal.base(), &found, None))
}

/// Whether the operations of scheduling are there.
fn operated(inner: &Inner) -> Result<(), Refused> {
    if inner.desk.acts().appointments == crate::Appointments::FindHoldBook {
        return Ok(());
    }
    Err(Box::new(answer::outcome(404, "not-supported", "there is no such operation")))
}

/// The grant of the token, at a portal where anything is written.
fn open(portal: &Portal, inner: &mut Inner, headers: &HeaderMap) -> Result<Grant, Refused> {
    if !inner.desk.acts().take() {
        return Err(Box::new(answer::outcome(405, "not-supported", "nothing is written here")));
    }
    api::signed_in(portal, inner, headers)
}

/// What a portal with such faults answers to what is good.
fn refused_anyway(inner: &Inner) -> Result<(), Refused> {
    let faults = inner.desk.faults();
    if faults.other_scope {
        let words = "this needs the scope user/*.write, which is not given to apps of patients";
        return Err(Box::new(answer::outcome(403, "forbidden", words)));
    }
    if faults.ok_with_outcome {
        return Err(Box::new(answer::outcome(200, "processing", "our message system did not take it")));
    }
    Ok(())
}

fn scoped(grant: &Grant, resource_type: &str, act: Act) -> Result<(), Refused> {
    if access(&grant.scopes, resource_type, act) == Access::Denied {
        let words = format!("no scope to do this with {resource_type}");
        return Err(Box::new(answer::outcome(403, "forbidden", &words)));
    }
    Ok(())
}

fn read(portal: &Portal, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let kind = log::text(headers, &header::CONTENT_TYPE);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !["application/fhir+json", "application/json"].contains(&kind) {
        return Err(Box::new(answer::outcome(415, "not-supported", "only application/fhir+json is read")));
    }
    let value = serde_json::from_slice(body);
    let value = value.map_err(|_| Box::new(answer::outcome(400, "structure", "this is not JSON")))?;
    Ok(acts::localised(value, portal.base()))
}

fn author(portal: &Portal, grant: &Grant) -> Author {
    Author {
        patient: grant.patient.clone(),
        user: grant.user.clone(),
        client: grant.client_id.clone(),
        base: portal.base().to_owned(),
        direct: false,
    }
}

fn refuse(refusal: Refusal) -> Refused {
    if refusal.status < 300 {
        return Box::new(said::word(refusal.status, &refusal.text));
    }
    Box::new(answer::outcome(refusal.status, refusal.code, &refusal.text))
}

/// The status of what became of a request.
fn status_of(done: &Done) -> StatusCode {
    match done {
        Done::Created(_) => StatusCode::CREATED,
        Done::Found(_) | Done::Changed(_) => StatusCode::OK,
    }
}
