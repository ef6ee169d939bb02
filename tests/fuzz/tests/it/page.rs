//! Bodies of answers: taken apart as a bundle, and walked by a whole run of fetching.

use std::collections::BTreeSet;

use fhir::bundle::{self, MAX_ENTRIES};
use portal::fetch::{Action, Fetch, MAX_CHASED, Options};
use portal::session::Session;
use portal::{Response, Tokens, plan};

use crate::feed::target;

const NOW: i64 = 1_772_366_400;
const TOKENS: &[u8] = include_bytes!("../../../vectors/portal/tokens-1.json");

fn split(bytes: &[u8]) {
    let Ok(bundle) = bundle::split(bytes) else { return };
    assert!(bundle.entries.len() <= MAX_ENTRIES);
    assert_ne!(bundle.next(), Some(""));
    for entry in &bundle.entries {
        let slice = bytes.windows(entry.raw.len().max(1)).any(|window| window == entry.raw);
        assert!(slice, "an entry is a slice of what came");
        if let Ok(resource) = &entry.resource {
            assert_eq!(resource.bytes(), entry.raw);
        }
    }
}

/// The portal answers everything with this body. Nobody else is asked, nobody else gets the token, and it ends.
fn fetched(bytes: &[u8]) {
    let tokens = Tokens::decode(TOKENS).unwrap();
    let slots = plan::slots(tokens.scopes(), tokens.patient());
    let slots: Vec<_> = slots.into_iter().take(3).collect();
    let mut fetch = Fetch::new(
        Session::new(tokens),
        slots,
        Vec::new(),
        Options { full: false, metered: false, now: NOW },
    );
    let (mut sent, mut now, mut ended) = (0_usize, NOW, BTreeSet::new());
    for _ in 0..40_000 {
        let actions = fetch.poll(now);
        let mut answers = Vec::new();
        for action in actions {
            match action {
                Action::Send { id, request } => {
                    sent += 1;
                    let address = request.url.as_str();
                    assert!(address.starts_with("https://portal.example/"), "asked {address}");
                    answers.push((id, Response { status: 200, headers: Vec::new(), body: bytes.to_vec() }));
                }
                Action::Page { slot, entries, cursor_after, .. } => {
                    assert!(entries.len() <= MAX_ENTRIES);
                    let raw: BTreeSet<_> = entries.iter().map(|entry| &entry.raw).collect();
                    assert_eq!(raw.len(), entries.len(), "the same bytes twice count once");
                    let kept = serde_json::to_string(&cursor_after).unwrap();
                    assert_eq!(serde_json::from_str::<portal::fetch::Cursor>(&kept).unwrap(), cursor_after);
                    fetch.committed(&slot);
                }
                Action::SlotDone { slot, .. } => assert!(ended.insert(slot), "ended twice"),
                Action::StoreTokens(_) | Action::SignInAgain => panic!("no answer is a refusal of the token"),
                Action::Chased { .. } => panic!("nothing was chased"),
                Action::Wait { until } => now = until,
                Action::Finished => {
                    assert!(sent <= 4 * 1_000 && sent <= 2 * MAX_CHASED);
                    return;
                }
            }
        }
        for (id, answer) in answers {
            fetch.receive(id, Ok(answer), now);
        }
    }
    panic!("it does not end");
}

#[test]
fn c30_c38_a_page_is_taken_apart_within_its_caps_and_no_byte_is_changed() {
    target("fhir_page", split);
}

#[test]
fn c30_c38_a_run_ends_whatever_the_pages_say_and_asks_nobody_else() {
    target("fhir_run", fetched);
}
