//! Whatever answers come, in whatever order: the act goes out once, and "accepted" is never made up.

use portal::{
    Failure, Method, Request, Response,
    act::{Action, Came, Perform, Step},
    session::Session,
};
use proptest::prelude::*;
use serde_json::json;

use super::{SEARCH, deed, found, held, message, outcome, without_identifier};
use crate::script::{BASE, NOW, tokens};

fn body() -> impl Strategy<Value = String> {
    let token = json!({"access_token": "access-9", "token_type": "Bearer", "expires_in": 2, "refresh_token": "refresh-9"});
    let another = held("c1", |value| value["subject"] = json!({"reference": "Patient/p2"}));
    prop_oneof![
        Just(String::new()),
        Just(message().to_string()),
        Just(held("c1", |_| {}).to_string()),
        Just(held("c2", |_| {}).to_string()),
        Just(held("c1", without_identifier).to_string()),
        Just(another.to_string()),
        Just(outcome("error", "no").to_string()),
        Just(outcome("information", "yes").to_string()),
        Just(found(SEARCH, &[]).to_string()),
        Just(found(SEARCH, &[held("c1", |_| {})]).to_string()),
        Just(found(SEARCH, &[held("c1", |_| {}), another]).to_string()),
        Just(token.to_string()),
        Just(json!({"error": "invalid_grant"}).to_string()),
        "[\\[\\]{}\",:a-z0-9]{0,40}",
    ]
}

fn answer() -> impl Strategy<Value = Result<Response, Failure>> {
    let code = prop_oneof![
        4 => Just(200_u16), 2 => Just(201_u16), 2 => Just(401_u16),
        3 => prop_oneof![Just(202_u16), Just(409), Just(412), Just(429), Just(500), Just(503), Just(400), Just(404)],
        1 => any::<u16>(),
    ];
    let header = prop_oneof![
        Just(("Retry-After".to_owned(), "2".to_owned())),
        Just(("Location".to_owned(), "Communication/c1".to_owned())),
        Just(("Location".to_owned(), "https://evil.example/Communication/c1".to_owned())),
        "\\PC{0,20}".prop_map(|value| ("Location".to_owned(), value)),
        "\\PC{0,20}".prop_map(|value| ("ETag".to_owned(), value)),
    ];
    let good = (code, header, body()).prop_map(|(status, header, body)| {
        Ok(Response { status, headers: vec![header], body: body.into_bytes() })
    });
    let bad = prop_oneof![
        Just(Failure::Timeout),
        Just(Failure::TooLarge),
        Just(Failure::Garbled),
        Just(Failure::Network("lost".to_owned())),
        Just(Failure::Unsent("none".to_owned())),
    ];
    prop_oneof![8 => good, 1 => bad.prop_map(Err)]
}

fn is_act(request: &Request) -> bool {
    request.method != Method::Get && request.url.as_str().starts_with(BASE)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn h1_no_order_of_answers_sends_an_act_twice_or_makes_up_that_it_was_taken(
        answers in proptest::collection::vec(answer(), 1..12), looks: bool, ends: bool, stops in proptest::option::of(0..8_usize),
    ) {
        let step = if looks { Step::Look } else { Step::Try };
        let tokens = tokens(|value| if ends { value["expires_at"] = json!(NOW) });
        let mut perform = Perform::new(Session::new(tokens), deed(), step);
        let (mut now, mut flying, mut came, mut given) = (NOW, Vec::<(u64, Request)>::new(), None, 0_usize);
        let (mut received, mut unsure) = (0_usize, 0_usize);
        let mut taken = false;
        let mut finished = false;
        for turn in 0..2_000_usize {
            if stops == Some(turn) {
                perform.stop(now);
            }
            let actions = perform.poll(now);
            let idle = actions.is_empty();
            for action in actions {
                match action {
                    Action::Send { id, request } => {
                        let url = request.url.as_str();
                        let token = request.headers.iter().any(|(name, _)| name == "authorization");
                        prop_assert!(!token || url.starts_with(BASE), "a token for {url}");
                        if is_act(&request) {
                            prop_assert!(!looks, "a look does nothing");
                            prop_assert_eq!(unsure, 0, "it may have been received before");
                            received += 1;
                            prop_assert!(received <= 2, "once more after a 401, and never again");
                        }
                        flying.push((id, request));
                    }
                    Action::StoreTokens(_) => perform.stored(),
                    Action::Done(result) => prop_assert!(came.replace(result).is_none(), "it ended twice"),
                    Action::SignInAgain => {}
                    Action::Wait { until } => { prop_assert!(until > now); now = until; }
                    Action::Finished => finished = true,
                }
            }
            if finished { break; }
            if idle {
                let (id, request) = flying.pop().expect("it waits for an answer that nobody owes it");
                let answer = answers[given % answers.len()].clone();
                given += 1;
                if is_act(&request) && !answer.as_ref().is_ok_and(|answer| answer.status == 401) {
                    unsure += 1;
                }
                // What may be read as "it was taken": a success, or the act itself shown.
                taken |= answer.as_ref().is_ok_and(|answer| matches!(answer.status, 200..=299));
                perform.receive(id, answer, now);
            }
        }
        prop_assert!(finished, "it does not end");
        match came.expect("it ends with something") {
            Came::Accepted { resource, .. } => {
                prop_assert!(!looks && taken && unsure == 1);
                if let Some(entry) = resource {
                    let text = String::from_utf8(entry.raw).unwrap();
                    prop_assert!(text.contains("Patient/p1") && !text.contains("Patient/p2"));
                }
            }
            Came::NotDone { .. } => prop_assert!(!looks),
            Came::Refused { .. } => prop_assert!(!looks && unsure == 1),
            Came::Unknown { .. } => prop_assert!(!looks && received > 0),
            Came::Found { .. } | Came::NotThere { .. } | Came::CannotLook { .. } => prop_assert!(looks),
        }
    }
}
