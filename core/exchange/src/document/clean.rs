//! The cleaner: what is left can neither act nor load, and reads in the order in which it stands.

use std::collections::BTreeMap;

use ammonia::Builder;

use super::markup;

/// HTML that is safe to show; nothing when no words are left.
pub(super) fn clean(html: &str) -> Option<String> {
    let flat = markup::flat(html);
    let cleaned = inert(&markup::joined(&builder().clean(&flat).to_string()));
    (!markup::words(&cleaned).is_empty()).then_some(cleaned)
}

/// Text of others, made fit to be shown ([`fhir::text::inert`]), with its line ends as they are.
pub fn inert(text: &str) -> String {
    let mut lines = text.lines();
    let mut out = lines.next().map(fhir::text::inert).unwrap_or_default().into_owned();
    for line in lines {
        out.push('\n');
        out.push_str(&fhir::text::inert(line));
    }
    out
}

fn builder() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder.add_tags(markup::TAGS.iter().copied());
    let numbers: BTreeMap<&str, &[&str]> = markup::NUMBERS.iter().copied().collect();
    for (tag, keys) in numbers {
        builder.add_tag_attributes(tag, keys.iter().copied());
    }
    builder.add_clean_content_tags(["script", "style"]);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_reads_as_it_stands() {
        let html = clean("<p onclick=x()>5&#x202e;gm 01&rlm;</p>\u{1b}[31m").unwrap();
        assert_eq!(html, "<p>5\u{fffd}gm 01</p>\u{fffd}[31m");
    }

    #[test]
    fn nothing_readable_is_nothing() {
        assert_eq!(clean("<div><script>x</script> <br></div>"), None);
        assert_eq!(clean(""), None);
    }
}
