//! What a person sees of each act at each kind of portal: composed offline, and after the network returned.

use std::fmt::Write as _;

use client::{Client, Error, NewBooking, NewMessage, NewRequest, OutboxItem, Queued};
use harness::{Device, portal};
use sandbox::{Acts, Config, Running, demo_data};

use super::{alice_at, any, doctor, pass};
use crate::screens::golden;

/// A kind of portal.
type Level = (&'static str, fn() -> Acts);

const LEVELS: [Level; 5] = [
    ("find_hold_book", Acts::find_hold_book),
    ("slots", Acts::slots),
    ("request", Acts::request),
    ("phone", Acts::phone),
    ("none", Acts::default),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_of_each_act_at_each_kind_of_portal() {
    for (level, acts) in LEVELS {
        let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
        let hospital = portal(Config { acts: acts(), ..config });
        let alice = alice_at(&hospital).await;
        let mut told = String::new();
        for (name, act) in ACTS {
            let _ = writeln!(told, "=== {name}");
            let queued = act(&alice).await;
            follow(&alice, &hospital, queued, &mut told).await;
        }
        golden("acts", &format!("{level}.txt"), &told);
    }
}

type Act = for<'a> fn(&'a Device) -> std::pin::Pin<Box<dyn Future<Output = Result<Queued, Error>> + 'a>>;

const ACTS: [(&str, Act); 7] = [
    ("a message", |alice| Box::pin(async { message(alice.client()) })),
    ("a request for an appointment", |alice| Box::pin(async { request(alice.client()) })),
    ("an appointment is booked", |alice| Box::pin(book(alice, None))),
    ("an appointment is moved", |alice| {
        Box::pin(async { book(alice, Some(appointment(alice.client())?)).await })
    }),
    ("an appointment is given up", |alice| {
        Box::pin(async {
            alice.client().cancel_appointment(&appointment(alice.client())?, Some("It is better"))
        })
    }),
    ("a refill", |alice| {
        Box::pin(async {
            let all = harness::everything(alice.client(), &client::views::Filter::default());
            let order = |line: &&client::views::Line| line.resource_type == "MedicationRequest";
            let mut orders: Vec<String> =
                all.iter().filter(order).map(|line| line.reference.clone()).collect();
            // The one that portals of this kind give everybody, where there is one.
            orders.sort_by_key(|one| !one.contains("refillable"));
            let order = orders.into_iter().next().ok_or(Error::NotFound)?;
            alice.client().ask_for_refill(&order, Some("Two boxes"))
        })
    }),
    ("a correction of the record", |alice| {
        Box::pin(async {
            let result = super::entry(alice.client(), "Observation");
            alice.client().ask_for_correction(&result, &[doctor(alice.client())], "This is not mine")
        })
    }),
];

fn message(client: &Client) -> Result<Queued, Error> {
    client.send_message(NewMessage {
        portal: Some("Riverside".to_owned()),
        to: vec![doctor(client)],
        subject: Some("A question".to_owned()),
        text: "May I fly?".to_owned(),
        ..NewMessage::default()
    })
}

fn request(client: &Client) -> Result<Queued, Error> {
    client.request_appointment(NewRequest {
        portal: "Riverside".to_owned(),
        reason: Some("Knee pain".to_owned()),
        suits: vec![("2026-12-01".to_owned(), "2026-12-05".to_owned())],
        ..NewRequest::default()
    })
}

async fn book(alice: &Device, moves: Option<String>) -> Result<Queued, Error> {
    let found = alice.client().find_free_times(&any(5)).await?;
    let Some(time) = found.times.into_iter().next() else {
        return Err(Error::Invalid(found.notices.join("; ")));
    };
    alice.client().book_appointment(NewBooking { time, reason: None, moves })
}

/// The appointment that was made here last.
fn appointment(client: &Client) -> Result<String, Error> {
    let mut made = client.outbox()?.into_iter().filter_map(|item| item.became);
    made.find(|one| one.starts_with("Appointment/")).ok_or(Error::NotFound)
}

async fn follow(alice: &Device, hospital: &Running, queued: Result<Queued, Error>, told: &mut String) {
    let queued = match queued {
        Ok(queued) => queued,
        Err(error) => {
            let _ = writeln!(told, "not queued: {error}\n");
            return;
        }
    };
    for advice in &queued.advice {
        let _ = writeln!(told, "said: {advice}");
    }
    draw(&alice.client().outbox_item(&queued.id).unwrap(), told);
    pass(alice, hospital, 60);
    alice.sync().await;
    let _ = writeln!(told, "--- after a sync");
    draw(&alice.client().outbox_item(&queued.id).unwrap(), told);
    told.push('\n');
}

fn draw(item: &OutboxItem, told: &mut String) {
    let OutboxItem { title, state, to, subject, words, when, may, advice, trouble, became, .. } = item;
    let _ =
        writeln!(told, "{title}: {state:?}; to {to:?}; subject {subject:?}; words {words:?}; when {when:?}");
    let _ = writeln!(told, "may {may:?}; it is {became:?}; trouble {trouble:?}");
    for advice in advice {
        let _ = writeln!(told, "advice: {advice}");
    }
}
