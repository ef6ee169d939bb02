//! Answers of the token address with the signed words in them, and tokens as they are kept.

use portal::connect::{Connect, Options, Step};
use portal::{Method, Response, Tokens};
use serde_json::json;

use crate::feed::target;

const BASE: &str = "https://portal.example/fhir";
const NOW: i64 = 1_772_366_400;
/// Between what the token address answers and the Patient that comes then.
const THEN: &[u8] = b"\n\n";

fn answer(body: &[u8]) -> Response {
    Response { status: 200, headers: Vec::new(), body: body.to_vec() }
}

/// A sign-in that has sent its code.
fn asked() -> Connect {
    let said = json!({
        "authorization_endpoint": "https://portal.example/authorize",
        "token_endpoint": "https://portal.example/token",
        "code_challenge_methods_supported": ["S256"],
    });
    let options = Options::new("wellkept", "org.wellkept.app:/callback");
    let mut connect = Connect::start(BASE, options, [7; 64]).unwrap();
    connect.poll();
    connect.receive(Ok(answer(said.to_string().as_bytes())), NOW);
    let Step::OpenBrowser(address) = connect.poll() else { panic!("no sign-in page") };
    let state = address.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
    connect.redirected(&format!("org.wellkept.app:/callback?code=c&state={state}"), NOW).unwrap();
    let Step::Send(request) = connect.poll() else { panic!("no code is sent") };
    assert_eq!(request.method, Method::Post);
    connect
}

fn granted(bytes: &[u8]) {
    let at = bytes.windows(THEN.len()).position(|window| window == THEN);
    let (token, patient) = at.map_or((bytes, &b"{}"[..]), |at| (&bytes[..at], &bytes[at + THEN.len()..]));
    let mut connect = asked();
    connect.receive(Ok(answer(token)), NOW);
    let request = match connect.poll() {
        Step::Send(request) => request,
        Step::Failed(error) => {
            return assert!(!error.to_string().contains(|c: char| c.is_control()), "{error}");
        }
        _ => panic!("neither the Patient nor a reason"),
    };
    let asked = request.url.as_str().to_owned();
    let id = asked.strip_prefix("https://portal.example/fhir/Patient/").expect("the portal's own Patient");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
    assert!(!id.is_empty() && id.chars().all(plain) && id != ".." && id != ".", "{id}");
    connect.receive(Ok(answer(patient)), NOW);
    if let Step::Done(connected) = connect.poll() {
        assert_eq!(connected.patient.resource_type(), "Patient");
        assert_eq!(connected.patient.id(), connected.tokens.patient());
        assert_eq!(connected.patient.bytes(), patient);
        kept(&connected.tokens.encode());
    }
}

/// What is kept is read back as it was.
fn kept(bytes: &[u8]) {
    let Ok(tokens) = Tokens::decode(bytes) else { return };
    let written = tokens.encode();
    let again = Tokens::decode(&written).expect("what was written is read");
    assert_eq!(*again.encode(), *written);
    let about = |tokens: &Tokens| {
        (tokens.patient().to_owned(), tokens.scopes().to_string(), tokens.ends(), tokens.can_refresh())
    };
    assert_eq!(about(&again), about(&tokens));
}

#[test]
fn c28_c38_token_answers_lead_to_the_portal_s_own_patient_or_to_a_reason() {
    target("token_answer", granted);
}

#[test]
fn c38_kept_tokens_are_read_back_as_they_were() {
    target("tokens", kept);
}
