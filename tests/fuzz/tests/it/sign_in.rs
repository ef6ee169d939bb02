//! What a portal says of itself before anybody has signed in.

use portal::connect::{Connect, Options, Pkce, Step};
use portal::{Method, Response};
use url::Url;

use crate::feed::target;

const BASE: &str = "https://portal.example/fhir";
const NOW: i64 = 1_772_366_400;

fn answer(body: &[u8]) -> Response {
    Response { status: 200, headers: Vec::new(), body: body.to_vec() }
}

/// The same words as SMART configuration and, where they are none, as capability statement.
fn discovered(bytes: &[u8]) {
    for pkce in [Pkce::Announced, Pkce::SentAnyway] {
        let options = Options { pkce, ..Options::new("wellkept", "org.wellkept.app:/callback") };
        let mut connect = Connect::start(BASE, options, [7; 64]).unwrap();
        for place in ["/.well-known/smart-configuration", "/metadata"] {
            match connect.poll() {
                Step::Send(request) => {
                    assert_eq!(request.url.as_str(), format!("{BASE}{place}"));
                    assert!(request.method == Method::Get && request.body.is_none());
                    connect.receive(Ok(answer(bytes)), NOW);
                }
                step => return sign_in_page(&step),
            }
        }
        sign_in_page(&connect.poll());
    }
}

fn sign_in_page(step: &Step) {
    match step {
        Step::OpenBrowser(address) => safe(address),
        Step::Failed(error) => assert!(!error.to_string().contains(|c: char| c.is_control())),
        _ => panic!("neither a sign-in page nor a reason"),
    }
}

fn safe(address: &Url) {
    assert_eq!(address.scheme(), "https", "{address}");
    let last = |name: &str| {
        let all: Vec<_> = address.query_pairs().filter(|(key, _)| key == name).collect();
        all.last().map(|(_, value)| value.clone().into_owned())
    };
    assert_eq!(last("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(last("response_type").as_deref(), Some("code"));
    assert_eq!(last("redirect_uri").as_deref(), Some("org.wellkept.app:/callback"));
    assert_eq!(last("aud").as_deref(), Some(BASE));
    assert!(last("state").is_some_and(|state| state.len() >= 22) && last("code_challenge").is_some());
}

#[test]
fn c26_c38_whatever_a_portal_says_of_itself_the_sign_in_stays_a_safe_one() {
    target("smart_configuration", discovered);
}
