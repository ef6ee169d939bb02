use fhir::{Digest, Resource};
use proptest::prelude::*;

fn comparison(text: &str) -> Digest {
    Resource::parse(text.as_bytes()).unwrap().comparison()
}

fn same(left: &str, right: &str) -> bool {
    comparison(left) == comparison(right)
}

#[test]
fn the_comparison_is_of_the_compact_json() {
    let text = r#"{ "resourceType": "Basic", "meta": {"versionId":"3","lastUpdated":"2024-01-01T00:00:00Z"}, "n": [1.00, "a\u00e9"] }"#;
    assert_eq!(
        comparison(text),
        Digest::of("{\"resourceType\":\"Basic\",\"meta\":{},\"n\":[1.00,\"aé\"]}".as_bytes())
    );
    let only = r#"{"meta":{"versionId":"3"},"resourceType":"Basic"}"#;
    assert_eq!(comparison(only), Digest::of(br#"{"meta":{},"resourceType":"Basic"}"#));
}

#[test]
fn what_servers_restamp_does_not_count() {
    assert!(same(
        r#"{"resourceType":"Basic","meta":{"versionId":"1","lastUpdated":"a","source":"s"}}"#,
        r#"{"resourceType":"Basic","meta":{"versionId":"2","source":"s"}}"#,
    ));
    for (before, after) in [
        (r#"DiagnosticReport","presentedForm":[{"url":"Binary/1"#, r#""}]"#),
        (r#"DocumentReference","content":[{"attachment":{"url":"https://p/Binary/1"#, r#""}}]"#),
        (r#"Patient","photo":[{"url":"Binary/1"#, r#""}]"#),
        (r#"Media","content":{"url":"Binary/1"#, r#""}"#),
        (r#"Communication","payload":[{"contentAttachment":{"url":"Binary/1"#, r#""}}]"#),
        (r#"Observation","extension":[{"valueAttachment":{"url":"Binary/1"#, r#""}}]"#),
        (r#"Observation","contained":[{"resourceType":"Media","content":{"url":"Binary/1"#, r#""}}]"#),
    ] {
        let with = |query: &str| format!(r#"{{"resourceType":"{before}{query}{after}}}"#);
        assert!(same(&with("?sig=1"), &with("?sig=2&t=3")), "{before}");
        assert!(same(&with("?sig=1"), &with("")), "{before}");
        assert!(!same(&with("2?sig=1"), &with("3?sig=1")), "{before}");
    }
}

#[test]
fn everything_else_counts() {
    let base = r#"{"resourceType":"Basic","id":"1","text":{"div":"<p>a</p>"},"n":1.0,"s":{"meta":{"versionId":"1"}},"url":"u?x=1"}"#;
    for (from, to) in [
        ("1.0", "1.00"),
        ("<p>a</p>", "<p>b</p>"),
        (r#""id":"1""#, r#""id":"2""#),
        (r#"{"versionId":"1"}"#, r#"{"versionId":"2"}"#),
        ("u?x=1", "u?x=2"),
        (r#","n":1.0"#, ""),
        (r#""id":"1","text":{"div":"<p>a</p>"}"#, r#""text":{"div":"<p>a</p>"},"id":"1""#),
    ] {
        let other = base.replace(from, to);
        assert_ne!(base, other);
        assert!(!same(base, &other), "{from} -> {to}");
    }
    let element =
        |query: &str| format!(r#"{{"resourceType":"DocumentReference","content":[{{"url":"x?{query}"}}]}}"#);
    assert!(!same(&element("a"), &element("b")), "`content` is an attachment in Media only");
}

#[test]
fn a_resource_without_an_id_is_known_by_its_digest() {
    for text in [
        r#"{"resourceType":"Basic"}"#,
        r#"{"resourceType":"Basic","id":7}"#,
        r#"{"resourceType":"Basic","id":""}"#,
    ] {
        let resource = Resource::parse(text.as_bytes()).unwrap();
        assert_eq!(resource.id(), format!("~{}", resource.digest().to_string().get(..32).unwrap()));
    }
    let key = Resource::parse(br#"{"resourceType":"Basic","id":"7"}"#).unwrap().key("https://p/a|b");
    assert_eq!(key.to_string(), "https://p/a|b|Basic|7");
    assert_eq!(key.to_string().parse::<fhir::ResourceKey>().unwrap(), key);
}

proptest! {
    #[test]
    fn only_the_restamped_members_are_left_out(
        version in "[a-z0-9]{1,8}", updated in "[0-9T:-]{1,20}", query in "[a-z=&]{0,9}", rest in "[a-z ]{1,9}", other in "[a-z ]{1,9}",
    ) {
        let text = |version: &str, updated: &str, query: &str, rest: &str| format!(
            r#"{{"resourceType":"DiagnosticReport","meta":{{"versionId":"{version}","lastUpdated":"{updated}","tag":"{rest}"}},"presentedForm":[{{"url":"b?{query}"}}]}}"#
        );
        prop_assert!(same(&text("1", "2", "", &rest), &text(&version, &updated, &query, &rest)));
        prop_assert_eq!(same(&text("1", "2", "", &rest), &text(&version, &updated, &query, &other)), rest == other);
    }
}
