//! HTML in one pass: a scanner that any input gets through in linear time, and a flattener whose output is small, well nested
//! and made of a few tags only.
//!
//! The cleaner's parser needs time that grows with the square of the nesting (0.2 MB of `<div>` take 3.5 s, ten times as many a
//! hundred times as long), and its writer with the square of one text's length; so it is given what comes out of here. What the words depend on is put into words: a ticked box, a picture's description, the
//! address behind a link, text that a style strikes through.

mod scan;
mod table;

pub(super) use table::{NUMBERS, TAGS};

use scan::{Attributes, Piece, Scanner};
use table::{Shape, shape};

use super::plain::Words;

/// Levels of tags within each other; deeper ones are left out, their text stays.
const DEPTH: usize = 100;
/// Bytes of HTML that are kept.
const OUTPUT: usize = 4 * 1024 * 1024;
/// Letters of text after which a break is written that is taken out again after cleaning.
const RUN: usize = 8 * 1024;
const BREAK: &str = "<wbr>";
const CUT: &str = "<p>The rest is not shown here. It is in the file as it came.</p>";

/// The same document in few tags: well nested, at most [`DEPTH`] deep, with escaped text.
pub(super) fn flat(html: &str) -> String {
    let mut flattener = Flattener::default();
    for piece in Scanner::new(html) {
        flattener.take(piece);
        if flattener.out.len() > OUTPUT {
            flattener.close_all();
            flattener.out.push_str(CUT);
            break;
        }
    }
    flattener.close_all();
    flattener.out
}

/// Cleaned HTML without the breaks that [`flat`] put into long texts.
pub(super) fn joined(html: &str) -> String {
    html.replace(BREAK, "")
}

/// The words of cleaned HTML.
pub(super) fn words(html: &str) -> String {
    let mut words = Words::default();
    for piece in Scanner::new(html) {
        match piece {
            Piece::Text(text) => words.push(&unescaped(text)),
            Piece::Open(name, _) | Piece::Close(name) => match shape(&name) {
                Shape::Inline(_) | Shape::Dropped => {}
                Shape::Cell(_) => words.space(),
                _ => words.line(),
            },
        }
        if words.is_full() {
            break;
        }
    }
    words.into_text()
}

/// `&`, `<`, `>` and `"` made text.
pub(super) fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

/// The five entities that a cleaned document has.
fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    plain.replace("&amp;", "&")
}

#[derive(Default)]
struct Flattener {
    out: String,
    open: Vec<Opened>,
    /// Letters since the last break.
    run: usize,
    /// Where links that are open lead to.
    links: Vec<Option<String>>,
}

struct Opened {
    name: &'static str,
    /// A `<s>` was opened within it.
    struck: bool,
}

impl Flattener {
    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Open(name, attributes) => self.open(&name, &attributes),
            Piece::Close(name) => self.close(&name),
        }
    }

    /// Entities stay as they are: the cleaner reads them.
    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            if self.out.len() > OUTPUT {
                return;
            }
            self.run += 1;
            if self.run > RUN && !letter.is_ascii_alphanumeric() && !matches!(letter, '#' | ';') {
                self.out.push_str(BREAK);
                self.run = 0;
            }
            match letter {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\u{0}' => {}
                other => self.out.push(other),
            }
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match shape(name) {
            Shape::Void(name) => self.out.extend(["<", name, ">"]),
            Shape::Words => self.said(name, attributes),
            Shape::Link => self.links.push(attributes.get("href").map(str::to_owned)),
            Shape::Block(name) | Shape::Item(name) | Shape::Cell(name) | Shape::Inline(name) => {
                self.end_implied(name);
                self.push(name, attributes);
            }
            Shape::Dropped => {}
        }
    }

    fn push(&mut self, name: &'static str, attributes: &Attributes<'_>) {
        if self.open.len() >= DEPTH {
            return;
        }
        self.out.extend(["<", name]);
        for (key, value) in table::kept(name, attributes) {
            self.out.push_str(&format!(" {key}=\"{value}\""));
        }
        self.out.push('>');
        let struck = table::may_hold_words(name) && attributes.get("style").is_some_and(table::strikes);
        if struck {
            self.out.push_str("<s>");
        }
        self.open.push(Opened { name, struck });
    }

    /// What ends without an end tag: a paragraph by a paragraph, a cell by a cell or a row.
    fn end_implied(&mut self, name: &str) {
        while let Some(top) = self.open.last() {
            if !table::ends(top.name, name) {
                break;
            }
            self.pop();
        }
    }

    fn close(&mut self, name: &str) {
        match shape(name) {
            Shape::Link => self.leads_to(),
            Shape::Block(name) | Shape::Item(name) | Shape::Cell(name) | Shape::Inline(name)
                if self.open.iter().any(|open| open.name == name) =>
            {
                while self.pop().is_some_and(|closed| closed != name) {}
            }
            _ => {}
        }
    }

    /// The address behind a link, after its words. It leads nowhere by itself.
    fn leads_to(&mut self) {
        let Some(Some(target)) = self.links.pop() else { return };
        let known = ["http://", "https://", "mailto:", "tel:"];
        let lower = target.trim().to_ascii_lowercase();
        if known.iter().any(|scheme| lower.starts_with(scheme)) {
            self.out.push_str(" (");
            self.text(target.trim());
            self.out.push(')');
        }
    }

    /// Pictures and form fields, as what they say.
    fn said(&mut self, name: &str, attributes: &Attributes<'_>) {
        let Some(said) = table::said(name, attributes) else { return };
        self.out.push_str(" [");
        self.text(&said);
        self.out.push_str("] ");
    }

    fn pop(&mut self) -> Option<&'static str> {
        let Opened { name, struck } = self.open.pop()?;
        if struck {
            self.out.push_str("</s>");
        }
        self.out.extend(["</", name, ">"]);
        Some(name)
    }

    fn close_all(&mut self) {
        while self.pop().is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_few_and_well_nested() {
        assert_eq!(flat("<P>a<p>b<b>c<i>d</b>e</p>f</nope>"), "<p>a</p><p>b<b>c<i>d</i></b>e</p>f");
        assert_eq!(flat("<ul><li>a<li>b</ul>"), "<ul><li>a</li><li>b</li></ul>");
        let table = "<table><tr><td>a<td colspan=2>b<tr><th>c</table>";
        assert_eq!(
            flat(table),
            "<table><tr><td>a</td><td colspan=\"2\">b</td></tr><tr><th>c</th></tr></table>"
        );
        assert_eq!(flat("<section><font>x</font></section>"), "<div>x</div>");
    }

    #[test]
    fn a_smaller_than_sign_is_not_a_tag() {
        assert_eq!(flat("K <5 and < 6 and <= 7 <b>x</b>"), "K &lt;5 and &lt; 6 and &lt;= 7 <b>x</b>");
    }

    #[test]
    fn what_the_words_depend_on_is_put_into_words() {
        assert_eq!(flat("<input type=checkbox checked>pain"), " [x] pain");
        assert_eq!(flat("<input type=radio>none"), " [ ] none");
        assert_eq!(flat("<select><option>no<option selected>yes</select>"), " [ ] no [x] yes");
        assert_eq!(flat("<input value='12 mg'>"), " [12 mg] ");
        assert_eq!(flat("<img src=x alt='rash on arm'>"), " [picture: rash on arm] ");
        assert_eq!(flat("<a href='https://x.example/a?b=1'>here</a>"), "here (https://x.example/a?b=1)");
        assert_eq!(flat("<a href='javascript:alert(1)'>here</a>"), "here");
        let struck = "<p style='color:red; text-decoration : LINE-THROUGH'>50 mg</p>";
        assert_eq!(flat(struck), "<p><s>50 mg</s></p>");
    }

    #[test]
    fn nesting_and_length_have_an_end() {
        let deep = flat(&"<div>".repeat(500_000));
        assert_eq!(deep.matches("<div>").count(), DEPTH);
        assert_eq!(deep.matches("</div>").count(), DEPTH);
        let long = flat(&"<p>word</p>".repeat(1_000_000));
        assert!(long.len() < OUTPUT + 200 && long.ends_with(CUT));
    }

    #[test]
    fn words_keep_lines_and_cells_apart() {
        let html = "<h1>Lab</h1><table><tr><td>K</td><td>5.1</td></tr><tr><td>Na &lt; 130</td></tr></table>a<b>b</b>";
        assert_eq!(words(html), "Lab\nK 5.1\nNa < 130\nab");
        assert_eq!(words("&amp;lt;script&amp;gt;"), "&lt;script&gt;");
    }
}
