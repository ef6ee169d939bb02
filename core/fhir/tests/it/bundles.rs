use fhir::{Error, bundle};
use proptest::prelude::*;

const PAGE: &str = r#"{ "resourceType" : "Bundle", "type":"searchset", "total": 3,
 "link":[{"relation":"self","url":"https://p/x"},{"relation":"next","url":"https://p/x?page=2"}, 7],
 "entry":[
  {"fullUrl":"https://p/Patient/1","resource": {"resourceType":"Patient",  "id":"1" , "n": 1.00},"search":{"mode":"match"}},
  {"resource":{"id":"no type"}}, {"search":{"mode":"outcome"}}, null, 5,
  {"resource":{"resourceType":"Basic","id":"\ud800"}},
  {"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}}
 ]}"#;

#[test]
fn each_resource_keeps_its_exact_slice_and_one_bad_entry_spoils_no_other() {
    let bundle = bundle::split(PAGE.as_bytes()).unwrap();
    assert_eq!(bundle.kind.as_deref(), Some("searchset"));
    assert_eq!(bundle.total, Some(3));
    assert_eq!(bundle.next(), Some("https://p/x?page=2"));
    let first = bundle.entries[0].resource.as_ref().unwrap();
    assert_eq!(first.bytes(), br#"{"resourceType":"Patient",  "id":"1" , "n": 1.00}"#);
    assert_eq!(bundle.entries[0].full_url.as_deref(), Some("https://p/Patient/1"));
    assert_eq!(bundle.entries[0].mode.as_deref(), Some("match"));
    let errors: Vec<Option<&Error>> = bundle.entries.iter().map(|e| e.resource.as_ref().err()).collect();
    assert_eq!(errors[1], Some(&Error::NoResourceType));
    assert_eq!(errors[2], Some(&Error::NoResource));
    assert_eq!(errors[3], Some(&Error::NoResource));
    assert_eq!(errors[4], Some(&Error::NoResource));
    assert!(matches!(errors[5], Some(Error::NotJson { .. })));
    assert_eq!(bundle.entries[5].raw, br#"{"resourceType":"Basic","id":"\ud800"}"#);
    assert_eq!(errors[6], None);
}

#[test]
fn what_is_not_a_bundle_is_refused() {
    assert_eq!(bundle::split(br#"{"resourceType":"Patient"}"#).unwrap_err(), Error::NotABundle);
    assert_eq!(bundle::split(b"{}").unwrap_err(), Error::NotABundle);
    assert!(matches!(bundle::split(b"<html>").unwrap_err(), Error::NotJson { .. }));
    assert!(matches!(bundle::split(br#"{"resourceType":"Bundle""#).unwrap_err(), Error::NotJson { .. }));
}

#[test]
fn an_empty_next_link_is_no_next_page() {
    let bundle =
        bundle::split(br#"{"resourceType":"Bundle","link":[{"relation":"next","url":""}]}"#).unwrap();
    assert_eq!(bundle.next(), None);
}

#[test]
fn a_byte_order_mark_and_a_single_entry_are_tolerated() {
    let bytes =
        b"\xEF\xBB\xBF{\"resourceType\":\"Bundle\",\"entry\":{\"resource\":{\"resourceType\":\"Patient\"}}}";
    assert!(bundle::split(bytes).unwrap().entries[0].resource.is_ok());
}

#[test]
fn more_entries_than_the_limit_are_refused() {
    let page = |entries: usize| {
        format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, vec!["{}"; entries].join(","))
    };
    assert_eq!(
        bundle::split(page(bundle::MAX_ENTRIES).as_bytes()).unwrap().entries.len(),
        bundle::MAX_ENTRIES
    );
    assert_eq!(bundle::split(page(10_001).as_bytes()).unwrap_err(), Error::TooManyEntries { limit: 10_000 });
}

#[test]
fn one_entry_nested_too_deep_spoils_only_itself() {
    let deep = format!(r#"{{"resourceType":"Basic","x":{}{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    let page = format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{deep}}},{{"resource":{{"resourceType":"Basic"}}}}]}}"#
    );
    let bundle = bundle::split(page.as_bytes()).unwrap();
    assert_eq!(bundle.entries[0].resource, Err(Error::TooDeep { limit: 100 }));
    assert!(bundle.entries[1].resource.is_ok());
}

proptest! {
    #[test]
    fn any_resources_come_out_as_they_went_in(
        resources in prop::collection::vec(("[ \n\t]{0,3}", "[A-Za-z0-9 é😀]{0,12}", "[0-9]{1,9}\\.[0-9]{1,9}"), 0..20),
    ) {
        let slices: Vec<String> = resources
            .iter()
            .map(|(space, text, number)| {
                let text = serde_json::to_string(text).unwrap();
                format!(r#"{{{space}"resourceType":"Basic",{space}"t":{text},"n":{space}[1{number}]}}"#)
            })
            .collect();
        let entries: Vec<String> = slices.iter().map(|slice| format!(r#"{{"resource": {slice} }}"#)).collect();
        let page = format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, entries.join(" , "));
        let bundle = bundle::split(page.as_bytes()).unwrap();
        prop_assert_eq!(bundle.entries.len(), slices.len());
        for (entry, slice) in bundle.entries.iter().zip(&slices) {
            prop_assert_eq!(entry.resource.as_ref().unwrap().bytes(), slice.as_bytes());
            prop_assert_eq!(&entry.raw, slice.as_bytes());
        }
    }
}
