//! Which tags there are and what becomes of each.

use super::scan::Attributes;

/// What becomes of a tag.
pub(super) enum Shape {
    /// Kept under this name; begins a line.
    Block(&'static str),
    /// Kept; begins a line and ends its like.
    Item(&'static str),
    /// Kept; a table's cell.
    Cell(&'static str),
    /// Kept within a line.
    Inline(&'static str),
    /// Kept; has no end.
    Void(&'static str),
    /// Its address is put into words.
    Link,
    /// Put into words.
    Words,
    /// Left out; the text in it stays.
    Dropped,
}

/// Every name that the flattener writes. The cleaner allows these and no others.
pub(in crate::document) const TAGS: &[&str] = &[
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "wbr",
];

/// Attributes that the flattener writes, always with a number.
pub(in crate::document) const NUMBERS: &[(&str, &[&str])] = &[
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan"]),
    ("ol", &["start"]),
    ("li", &["value"]),
];

/// What becomes of the tag `name`.
pub(super) fn shape(name: &str) -> Shape {
    let same = |name: &str| TAGS.iter().find(|tag| **tag == name).copied();
    match name {
        "br" | "hr" => same(name).map_or(Shape::Dropped, Shape::Void),
        "td" | "th" => same(name).map_or(Shape::Dropped, Shape::Cell),
        "p" | "li" | "dt" | "dd" | "tr" | "thead" | "tbody" | "tfoot" | "caption" => {
            same(name).map_or(Shape::Dropped, Shape::Item)
        }
        "blockquote" | "div" | "dl" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ol" | "pre" | "table"
        | "ul" => same(name).map_or(Shape::Dropped, Shape::Block),
        "address" | "article" | "aside" | "body" | "center" | "details" | "dialog" | "fieldset"
        | "figcaption" | "figure" | "footer" | "form" | "header" | "legend" | "main" | "nav" | "section"
        | "summary" | "title" | "xmp" => Shape::Block("div"),
        "dir" | "menu" => Shape::Block("ul"),
        "strike" => Shape::Inline("s"),
        "tt" | "kbd" | "samp" | "var" => Shape::Inline("code"),
        "a" => Shape::Link,
        "img" | "image" | "input" | "option" | "area" => Shape::Words,
        "wbr" => Shape::Dropped,
        _ => same(name).map_or(Shape::Dropped, Shape::Inline),
    }
}

/// Whether an open `top` ends where `next` begins.
pub(super) fn ends(top: &str, next: &str) -> bool {
    match top {
        "p" => matches!(
            next,
            "p" | "div"
                | "ul"
                | "ol"
                | "dl"
                | "table"
                | "pre"
                | "blockquote"
                | "li"
                | "dt"
                | "dd"
                | "td"
                | "th"
                | "tr"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "tbody"
        ),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "thead" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "thead" | "tbody" | "tfoot"),
        "thead" | "tbody" | "tfoot" | "caption" => matches!(next, "thead" | "tbody" | "tfoot"),
        _ => false,
    }
}

/// The numbers that are kept of a tag's attributes.
pub(super) fn kept<'a>(
    name: &str,
    attributes: &'a Attributes<'_>,
) -> impl Iterator<Item = (&'static str, u32)> + 'a {
    let known = NUMBERS.iter().find(|(tag, _)| *tag == name).map_or(&[][..], |(_, keys)| keys);
    known.iter().filter_map(|key| {
        let number = attributes.get(key)?.trim().parse().ok()?;
        (number <= 1000).then_some((*key, number))
    })
}

/// Whether words may stand directly in the element.
pub(super) fn may_hold_words(name: &str) -> bool {
    !matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr" | "ul" | "ol" | "dl")
}

/// Whether a style strikes the words through.
pub(super) fn strikes(style: &str) -> bool {
    style.to_ascii_lowercase().contains("line-through")
}

/// What a picture or a form field says.
pub(super) fn said(name: &str, attributes: &Attributes<'_>) -> Option<String> {
    let text = |key: &str| attributes.get(key).map(str::trim).filter(|text| !text.is_empty());
    let ticked = |yes: bool| if yes { "x" } else { " " }.to_owned();
    match name {
        "option" => Some(ticked(attributes.get("selected").is_some())),
        "input" => match attributes.get("type").unwrap_or_default().to_ascii_lowercase().as_str() {
            "checkbox" | "radio" => Some(ticked(attributes.get("checked").is_some())),
            "hidden" | "password" => None,
            _ => text("value").map(str::to_owned),
        },
        _ => Some(match text("alt") {
            Some(alt) => format!("picture: {alt}"),
            None => "picture".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_written_is_allowed() {
        for name in ["section", "dir", "strike", "tt", "p", "td", "b", "hr", "h3", "caption"] {
            let (Shape::Block(kept)
            | Shape::Item(kept)
            | Shape::Cell(kept)
            | Shape::Inline(kept)
            | Shape::Void(kept)) = shape(name)
            else {
                panic!("{name} is not kept");
            };
            assert!(TAGS.contains(&kept), "{kept}");
        }
        assert!(TAGS.is_sorted());
    }
}
