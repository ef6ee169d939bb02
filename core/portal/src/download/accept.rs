/// What to accept for a file of this declared type: that first, then whatever there is. A portal that is asked for FHIR gives
/// a CDA or a PDF wrapped into JSON, or refuses, so FHIR is asked for only where the file itself is FHIR.
pub(super) fn header(declared: Option<&str>) -> String {
    let kind = declared.map(|declared| declared.split(';').next().unwrap_or_default().trim());
    match kind.filter(|kind| sound(kind)) {
        Some(kind) => format!("{}, */*;q=0.1", kind.to_ascii_lowercase()),
        None => "*/*".to_owned(),
    }
}

/// `type/subtype` of plain letters (RFC 9110, section 5.6.2), so that a declared type adds nothing else to a request.
fn sound(kind: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    kind.len() <= 128 && kind.split_once('/').is_some_and(|(one, other)| token(one) && token(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_type_comes_first_and_fhir_is_not_asked_for() {
        for (declared, accept) in [
            (Some("application/pdf"), "application/pdf, */*;q=0.1"),
            (Some(" Text/HTML; charset=utf-8"), "text/html, */*;q=0.1"),
            (Some("application/hl7-cda+xml"), "application/hl7-cda+xml, */*;q=0.1"),
            (None, "*/*"),
            (Some(""), "*/*"),
            (Some("pdf"), "*/*"),
            (Some("a/b\r\nx-evil: 1"), "*/*"),
            (Some("*/*"), "*/*"),
            (Some("a/b, application/fhir+json"), "*/*"),
        ] {
            assert_eq!(header(declared), accept, "{declared:?}");
        }
    }
}
