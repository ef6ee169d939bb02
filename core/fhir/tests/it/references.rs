use fhir::reference::{Target, all, literal, target, texts};
use proptest::prelude::*;

/// What [`literal`] says, as [`target`] would.
fn told(text: &str, own: &str) -> Option<Target> {
    let literal = literal(text, own)?;
    let (resource_type, id) = (literal.resource_type.to_owned(), literal.id.to_owned());
    Some(match literal.base {
        None => Target::Relative { resource_type, id },
        Some(base) => Target::Absolute { base: base.to_owned(), resource_type, id },
    })
}

fn relative(resource_type: &str, id: &str) -> Target {
    Target::Relative { resource_type: resource_type.into(), id: id.into() }
}

#[test]
fn every_shape_of_reference_is_told_apart() {
    let own = "https://portal.example/fhir/";
    for (text, expected) in [
        ("#med", Target::Contained("med".into())),
        ("#", Target::Contained(String::new())),
        ("Patient/1", relative("Patient", "1")),
        ("/Patient/1", relative("Patient", "1")),
        ("Patient/1/_history/3", relative("Patient", "1")),
        ("https://portal.example/fhir/Patient/1", relative("Patient", "1")),
        ("https://portal.example/fhir/Patient/1/_history/2", relative("Patient", "1")),
        (
            "https://other.example/r4/Patient/1",
            Target::Absolute {
                base: "https://other.example/r4".into(),
                resource_type: "Patient".into(),
                id: "1".into(),
            },
        ),
        ("urn:uuid:7", Target::Urn("urn:uuid:7".into())),
    ] {
        assert_eq!(target(text, own), expected, "{text}");
        let is_literal = matches!(expected, Target::Relative { .. } | Target::Absolute { .. });
        assert_eq!(told(text, own), Some(expected).filter(|_| is_literal), "{text}");
    }
    for text in [
        "",
        "Patient",
        "Patient/",
        "Patient/..",
        "Patient/a b",
        "patient/1",
        "Practitioner?identifier=x|y",
        "../Patient/1",
        "ftp://x/Patient/1",
        "javascript:Patient/1",
        "https://other.example/Patient/1?x=1",
        "Patient/%2e%2e",
    ] {
        assert_eq!(target(text, own), Target::Unreadable(text.into()), "{text}");
        assert_eq!(told(text, own), None, "{text}");
    }
}

#[test]
fn every_reference_is_found_with_its_path() {
    let value = serde_json::json!({
        "resourceType": "Encounter",
        "class": {"display": "not a reference"},
        "type": [{"coding": [{"display": "nor this"}], "text": "t"}],
        "subject": {"reference": "Patient/1", "display": "Alice"},
        "participant": [{"individual": {"display": "Dr. Fir"}}, {"individual": {"identifier": {"system": "s", "value": "v"}}}],
        "extension": [{"url": "u", "valueReference": {"reference": "Basic/2"}}],
        "contained": [{"resourceType": "Basic", "id": "c", "author": {"reference": "#"}}],
        "note": [{"text": "a", "authorReference": {"reference": "Practitioner/3"}}],
    });
    let found: Vec<String> =
        all(&value).iter().map(|r| format!("{} = {}", r.path, r.label().unwrap())).collect();
    assert_eq!(
        found,
        [
            "subject = Alice",
            "participant[0].individual = Dr. Fir",
            "participant[1].individual = s|v",
            "extension[0].valueReference = Basic/2",
            "contained[0].author = #",
            "note[0].authorReference = Practitioner/3",
        ]
    );
    let mut literals = Vec::new();
    texts(&value, &mut |text| literals.push(text));
    assert_eq!(literals, ["Patient/1", "Basic/2", "#", "Practitioner/3"]);
}

proptest! {
    #[test]
    fn no_text_makes_an_id_that_could_climb(text in ".{0,60}") {
        if let Target::Relative { id, .. } | Target::Absolute { id, .. } = target(&text, "https://p") {
            prop_assert!(!id.contains('/') && id != ".." && id != ".");
        }
    }
}
