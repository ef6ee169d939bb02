//! Statements of others: opened, read, and written again.

use statement::body::{Connection, Facts, Genesis, Listing, Page};
use statement::{Payload, Section, Signed, limits};

use crate::feed::target;

fn opened(bytes: &[u8]) {
    bodies(bytes);
    let Ok(signed) = Signed::from_bytes(bytes) else { return };
    assert_eq!(signed.to_bytes(), bytes, "stored and sent as it came");
    let Ok(payload) = signed.payload() else { return };
    assert!(payload.heads.len() <= limits::HEADS && payload.kind.len() <= limits::KIND);
    assert_eq!(Section::new(payload.section.as_str()), Ok(payload.section.clone()));
    let written = payload.encode().expect("what was read can be written");
    assert_eq!(Payload::decode(&written), Ok(payload.clone()), "decoding what was encoded is the same");
    bodies(&payload.body);
}

/// The same bytes as every kind of body.
fn bodies(bytes: &[u8]) {
    macro_rules! same {
        ($($kind:ty),*) => {$(
            if let Ok(body) = <$kind>::decode(bytes) {
                let written = body.encode().expect("what was read can be written");
                assert_eq!(<$kind>::decode(&written), Ok(body), stringify!($kind));
            }
        )*};
    }
    same!(Genesis, Connection, Page, Listing, Facts);
}

#[test]
fn c38_a_statement_is_read_within_its_caps_and_means_the_same_when_it_is_written_again() {
    target("statement", opened);
}
