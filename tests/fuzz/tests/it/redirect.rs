//! The address with which a browser returns, which any app can call.

use portal::connect::{Connect, Options, Step};
use portal::{Error, Method, Response};
use url::Url;

use crate::feed::target;

const BASE: &str = "https://portal.example/fhir";
const RETURN: &str = "org.wellkept.app:/callback";
const ISSUER: &str = "https://portal.example/fhir";
/// Stands in the corpus for the state of the sign-in under way.
const STATE: &[u8] = b"{state}";
const NOW: i64 = 1_772_366_400;

fn configuration() -> Vec<u8> {
    let said = serde_json::json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://portal.example/authorize",
        "token_endpoint": "https://portal.example/token",
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["launch-standalone"],
    });
    said.to_string().into_bytes()
}

/// A sign-in that waits for the browser, and its state.
fn waiting() -> (Connect, String) {
    let random = std::array::from_fn(|at| at as u8);
    let mut connect = Connect::start(BASE, Options::new("wellkept", RETURN), random).unwrap();
    assert!(matches!(connect.poll(), Step::Send(_)));
    let answer = Response { status: 200, headers: Vec::new(), body: configuration() };
    connect.receive(Ok(answer), NOW);
    let Step::OpenBrowser(address) = connect.poll() else { panic!("no sign-in page") };
    let state = address.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
    (connect, state)
}

fn all(url: &Url, name: &str) -> Vec<String> {
    url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
}

fn returned(bytes: &[u8]) {
    let (mut connect, state) = waiting();
    let pieces: Vec<&[u8]> = split(bytes, STATE);
    let address = String::from_utf8_lossy(&pieces.join(state.as_bytes())).into_owned();
    match connect.redirected(&address, NOW) {
        Ok(()) => {
            let url = Url::parse(&address).expect("an address");
            assert_eq!((url.scheme(), url.path()), ("org.wellkept.app", "/callback"));
            assert_eq!(all(&url, "state"), [state.as_str()], "another state was accepted");
            assert_eq!(all(&url, "iss"), [ISSUER], "another issuer was accepted");
            let code = all(&url, "code");
            let Step::Send(request) = connect.poll() else { panic!("no code is sent") };
            assert_eq!(
                (request.method, request.url.as_str()),
                (Method::Post, "https://portal.example/token")
            );
            let form = String::from_utf8(request.body.unwrap()).unwrap();
            let fields: Vec<_> = url::form_urlencoded::parse(form.as_bytes()).collect();
            let sent: Vec<_> =
                fields.iter().filter(|(key, _)| key == "code").map(|(_, v)| v.as_ref()).collect();
            assert_eq!(sent, code, "one code, as it came");
            assert_eq!(connect.redirected(&address, NOW), Err(Error::NotExpected), "twice");
        }
        Err(Error::NotForUs | Error::WrongState | Error::NotExpected) => {
            assert!(matches!(connect.poll(), Step::Waiting), "a stranger ended the sign-in");
            let right = format!("{RETURN}?code=c1&state={state}&iss=https%3A%2F%2Fportal.example%2Ffhir");
            assert_eq!(connect.redirected(&right, NOW), Ok(()));
        }
        Err(_) => {
            let url = Url::parse(&address).expect("an address");
            assert_eq!(all(&url, "state"), [state.as_str()], "without the state nothing can end it");
            assert!(matches!(connect.poll(), Step::Failed(_)));
        }
    }
}

fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        pieces.push(&rest[..at]);
        rest = &rest[at + mark.len()..];
    }
    pieces.push(rest);
    pieces
}

#[test]
fn c26_c38_no_address_but_the_right_one_ends_a_sign_in_or_is_accepted() {
    target("redirect", returned);
}
