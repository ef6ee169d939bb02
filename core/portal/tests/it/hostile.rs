//! Whatever a portal answers: no panic, an end, and no token to anyone else.

use portal::{
    Failure, Request, Response, Scopes,
    connect::{Connect, Step},
    fetch::{Action, Fetch, Options, Outcome},
    plan,
    session::Session,
};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    discovering::{configuration, options},
    script::{BASE, NOW, page, tokens},
};

fn body() -> impl Strategy<Value = Vec<u8>> {
    let next = prop_oneof![
        Just("https://portal.example/fhir?page=1".to_owned()),
        (0..50_u32).prop_map(|n| format!("https://portal.example/fhir?page={n}")),
        Just("https://evil.example/".to_owned()),
        Just("//evil.example/".to_owned()),
        Just("?".to_owned()),
        "\\PC{0,30}",
    ];
    let token = json!({"access_token": "access-9", "token_type": "Bearer", "expires_in": 2, "refresh_token": "refresh-9", "patient": "p1"});
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\",:a-z0-9]{0,60}".prop_map(String::into_bytes),
        proptest::option::of(next).prop_map(|next| page(&["a"], next.as_deref()).to_string().into_bytes()),
        Just(token.to_string().into_bytes()),
        Just(json!({"error": "invalid_grant"}).to_string().into_bytes()),
        Just(json!({"resourceType": "Patient", "id": "p1"}).to_string().into_bytes()),
        Just(configuration(|_| {}).to_string().into_bytes()),
        Just(b"[".repeat(100_000)),
    ]
}

fn answer() -> impl Strategy<Value = Result<Response, Failure>> {
    let code = prop_oneof![6 => Just(200_u16), 4 => 100..600_u16, 1 => Just(401_u16), 1 => any::<u16>()];
    let after = prop_oneof![
        Just("1".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "\\PC{0,20}",
        Just("Sun, 01 Mar 2026 12:00:20 GMT".to_owned())
    ];
    let good = (code, after.clone(), after, body()).prop_map(|(status, retry, date, body)| {
        Ok(Response {
            status,
            headers: vec![("Retry-After".to_owned(), retry), ("Date".to_owned(), date)],
            body,
        })
    });
    let bad = prop_oneof![
        Just(Failure::Timeout),
        Just(Failure::TooLarge),
        "\\PC{0,400}".prop_map(Failure::Network),
        "\\PC{0,400}".prop_map(Failure::Unsent)
    ];
    prop_oneof![9 => good, 1 => bad.prop_map(Err)]
}

fn at_home(request: &Request) {
    let url = request.url.as_str();
    let token = request.headers.iter().any(|(name, _)| name == "authorization");
    assert!(!token || url.starts_with("https://portal.example/"), "a token for {url}");
    assert!(!url.contains("evil"));
    assert!(request.headers.iter().all(|(_, value)| value.bytes().all(|b| (32..127).contains(&b))));
}

fn plain(outcome: &Outcome) {
    if let Outcome::Refused { reason, .. } | Outcome::Failed { reason, .. } = outcome {
        assert!(reason.chars().count() <= 300 && !reason.chars().any(char::is_control), "{reason:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fetching_always_ends(answers in proptest::collection::vec(answer(), 1..40), order in any::<u64>(), start in any::<i32>(), full: bool) {
        let mut now = i64::from(start) + NOW;
        let slots: Vec<_> = plan::slots(&Scopes::parse("patient/*.rs"), "p1").into_iter().take(12).collect();
        let open = slots.len();
        let mut fetch = Fetch::new(Session::new(tokens(|value| value["expires_at"] = json!(NOW))), slots, vec![], Options { full, metered: false, now });
        fetch.chase((0..10).map(|n| ("Location".to_owned(), n.to_string())));
        let (mut flying, mut sent, mut ended, mut chased) = (Vec::new(), 0_usize, 0, 0);
        let mut finished = false;
        for step in 0..100_000_usize {
            let actions = fetch.poll(now);
            let waiting = actions.is_empty();
            for action in actions {
                match action {
                    Action::Send { id, request } => {
                        at_home(&request);
                        flying.push(id);
                        prop_assert!(flying.len() <= 4);
                    }
                    Action::StoreTokens(_) => fetch.stored(),
                    Action::Page { slot, .. } => fetch.committed(&slot),
                    Action::SlotDone { outcome, .. } => { plain(&outcome); ended += 1; }
                    Action::Chased { found, .. } => { if let Err(outcome) = found { plain(&outcome); } chased += 1; }
                    Action::Wait { until } => { prop_assert!(until > now && until <= now + 60); now = until; }
                    Action::SignInAgain => {}
                    Action::Finished => finished = true,
                }
            }
            if finished { break; }
            if waiting || step % 7 == 0 {
                if flying.is_empty() { prop_assert!(!waiting); continue; }
                let pick = (order.rotate_left((step % 64) as u32) as usize) % flying.len();
                let id = flying.swap_remove(pick);
                let at = sent % answers.len();
                fetch.receive(id, answers[at].clone(), now);
                fetch.receive(id, answers[at].clone(), now);
                sent += 1;
            }
        }
        prop_assert!(finished);
        prop_assert_eq!((ended, chased), (open + fetch.slots().count() - open, 10));
    }

    #[test]
    fn connecting_always_ends(answers in proptest::collection::vec(answer(), 4), address in "\\PC{0,200}") {
        let mut connect = Connect::start(BASE, options(), [7; 64]).unwrap();
        let mut ended = false;
        for number in 0..20 {
            match connect.poll() {
                Step::Send(request) => {
                    at_home(&request);
                    connect.receive(answers[number % 4].clone(), NOW);
                }
                Step::OpenBrowser(_) => {
                    prop_assert!(connect.redirected(&address, NOW).is_err());
                    connect.redirected("org.wellkept.app:/callback?code=c&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", NOW).ok();
                }
                Step::Done(_) | Step::Failed(_) => { ended = true; break; }
                Step::Waiting => prop_assert!(false, "nothing to wait for"),
            }
        }
        prop_assert!(ended);
    }

    #[test]
    fn words_are_always_plain(text in "\\PC*|[\\x00-\\x1f\\u{202a}-\\u{202e}a ]*") {
        let clean = portal::clean(&text);
        let bad = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(clean.chars().count() <= 300);
        prop_assert!(!clean.chars().any(bad));
        prop_assert_eq!(portal::clean(&clean), clean);
    }

    #[test]
    fn scopes_read_anything(text in "(patient/|user/|[a-zA-Z*.?=|/, ]){0,60}") {
        let scopes = Scopes::parse(&text);
        scopes.may_search("Observation", Some("laboratory"));
        prop_assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
    }
}
