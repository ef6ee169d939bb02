//! Tags and the text between them, in one pass over any input.

/// Elements whose content is nobody's words.
const CODE: &[&str] = &["script", "style", "iframe"];
/// Attributes that are looked at in one tag.
const ATTRIBUTES: usize = 32;

/// A tag, or the text between two.
pub(super) enum Piece<'a> {
    /// Text with its entities. A `<` that begins no tag is text.
    Text(&'a str),
    /// A start tag; its name in lower case.
    Open(String, Attributes<'a>),
    /// An end tag; its name in lower case.
    Close(String),
}

/// The first attributes of a tag. Names are in lower case, the first of a name counts.
#[derive(Default)]
pub(super) struct Attributes<'a>(Vec<(String, &'a str)>);

impl<'a> Attributes<'a> {
    /// The value of the attribute `name`; empty when it has none.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }
}

/// The pieces of a document, in order. Comments, declarations and code are passed over.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    fn tag(&mut self, tail: &'a str) -> Option<Piece<'a>> {
        let (closes, named) = match tail.strip_prefix('/') {
            Some(named) => (true, named),
            None => (false, tail),
        };
        let end = named.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(named.len());
        let (name, tail) = named.split_at_checked(end)?;
        let name = name.chars().take(32).collect::<String>().to_ascii_lowercase();
        let (attributes, after) = attributes(tail);
        self.rest = after;
        if closes {
            return Some(Piece::Close(name));
        }
        if CODE.contains(&name.as_str()) {
            self.rest = after_code(after, &name);
            return self.next();
        }
        Some(Piece::Open(name, attributes))
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(tail) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, after) = self.rest.split_at_checked(end)?;
                self.rest = after;
                return Some(Piece::Text(text));
            };
            match tail.chars().next() {
                Some('!') if tail.starts_with("!--") => self.rest = after(tail, "-->"),
                // XHTML may have it; what it holds is text.
                Some('!') if tail.starts_with("![CDATA[") => {
                    let (text, after) =
                        tail.strip_prefix("![CDATA[")?.split_once("]]>").unwrap_or((tail, ""));
                    self.rest = after;
                    return Some(Piece::Text(text));
                }
                Some('!' | '?') => self.rest = after(tail, ">"),
                Some('/') if tail.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                    return self.tag(tail);
                }
                Some('/') => self.rest = after(tail, ">"),
                Some(letter) if letter.is_ascii_alphabetic() => return self.tag(tail),
                _ => {
                    self.rest = tail;
                    return Some(Piece::Text("<"));
                }
            }
        }
    }
}

/// What follows `end`; nothing when it never comes.
fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, after)| after)
}

/// What follows the end tag of `name`.
fn after_code<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("</") {
        if tail.get(..name.len()).is_some_and(|here| here.eq_ignore_ascii_case(name)) {
            return after(tail, ">");
        }
        rest = tail;
    }
    ""
}

/// The attributes up to the `>`, and what follows it. A quote that is never closed ends at the first `>`, so that it hides no
/// words.
fn attributes(tail: &str) -> (Attributes<'_>, &str) {
    let mut found = Vec::new();
    let mut rest = tail;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (Attributes(found), "");
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (Attributes(found), after);
        }
        // A name may begin with `=`.
        let skip = rest.chars().next().map_or(0, char::len_utf8);
        let more = rest.get(skip..).unwrap_or_default();
        let end = more
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '='))
            .map_or(rest.len(), |at| at + skip);
        let Some((name, after_name)) = rest.split_at_checked(end) else { return (Attributes(found), "") };
        let Some((value, after_value)) = value(after_name) else {
            return (Attributes(found), after(tail, ">"));
        };
        if found.len() < ATTRIBUTES {
            found.push((name.chars().take(32).collect::<String>().to_ascii_lowercase(), value));
        }
        rest = after_value;
    }
}

/// The value that may follow a name. Nothing when its quote is never closed.
fn value(text: &str) -> Option<(&str, &str)> {
    let Some(tail) = text.trim_start().strip_prefix('=') else { return Some(("", text)) };
    let tail = tail.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = tail.strip_prefix(quote) {
            return quoted.split_once(quote);
        }
    }
    let end = tail.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(tail.len());
    tail.split_at_checked(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(html: &str) -> Vec<String> {
        let told = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Open(name, attributes) => format!("<{name} {:?}>", attributes.0),
            Piece::Close(name) => format!("</{name}>"),
        };
        Scanner::new(html).map(told).collect()
    }

    #[test]
    fn tags_attributes_and_text() {
        assert_eq!(
            pieces("a<B x='1' Y=2 z>b</b >c"),
            ["a", "<b [(\"x\", \"1\"), (\"y\", \"2\"), (\"z\", \"\")]>", "b", "</b>", "c"]
        );
        assert_eq!(pieces("<p title=it's>x>y"), ["<p [(\"title\", \"it's\")]>", "x>y"]);
        assert_eq!(pieces("<br/><hr class='a'/>"), ["<br []>", "<hr [(\"class\", \"a\")]>"]);
    }

    #[test]
    fn comments_declarations_and_code_say_nothing() {
        assert_eq!(pieces("a<!-- <b> -->b<!doctype x>c<?php d ?>e</ f>g"), ["a", "b", "c", "e", "g"]);
        assert_eq!(pieces("a<script>\"</b>\"<x></SCRIPT >b<style>c"), ["a", "b"]);
        assert_eq!(pieces("<![CDATA[1 < 2]]>"), ["1 < 2"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_hides_no_words() {
        assert_eq!(
            pieces("<p title=\"a>stop the warfarin").last().map(String::as_str),
            Some("stop the warfarin")
        );
        assert_eq!(pieces("a <b"), ["a ", "<b []>"]);
    }
}
