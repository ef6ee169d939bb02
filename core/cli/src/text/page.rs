//! A page of text: wrapped to a width, inked where colour is wanted. Whatever is put on it is made inert first.

use unicode_width::UnicodeWidthStr;

use crate::safe::inert;

/// How a piece of text stands out. It only repeats what its words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Not at all.
    Plain,
    /// A title.
    Strong,
    /// Less than the rest.
    Faint,
    /// A critical result.
    Critical,
    /// Something to look at.
    Warning,
    /// What has not been read.
    New,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Critical => "1;31",
            Self::Warning => "33",
            Self::New => "36",
        }
    }
}

/// A piece of a row.
pub type Piece = (Ink, String);

/// A page in the making.
pub struct Page {
    text: String,
    width: usize,
    colour: bool,
}

/// Stands between the pieces of a row.
const GAP: &str = "   ";
/// So much deeper than its title stands what does not fit beside it.
const DEEPER: usize = 4;

impl Page {
    /// An empty page of this width in columns.
    pub fn new(width: usize, colour: bool) -> Self {
        Self { text: String::new(), width, colour }
    }

    /// What was put on it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A heading, with an empty line before it unless it is the first.
    pub fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.blank();
        }
        self.line(0, Ink::Strong, text);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Wrapped words.
    pub fn line(&mut self, indent: usize, ink: Ink, text: &str) {
        self.pieces(indent, &[(ink, text.to_owned())]);
    }

    /// Words as they came, each of their lines wrapped.
    pub fn prose(&mut self, indent: usize, text: &str) {
        for line in text.lines() {
            if line.trim().is_empty() {
                self.blank();
            } else {
                self.line(indent, Ink::Plain, line);
            }
        }
    }

    /// `label: words`, what does not fit standing under it, deeper.
    pub fn labelled(&mut self, indent: usize, label: &str, text: &str) {
        if text.trim().is_empty() {
            return self.line(indent, Ink::Faint, label);
        }
        let label = inert(label);
        let mut parts = text.lines();
        let first = format!("{label}: {}", parts.next().unwrap_or_default());
        let mut rows = wrap(&inert(&first), self.width.saturating_sub(indent + 2)).into_iter();
        self.row(indent, &[(Ink::Plain, rows.next().unwrap_or_default())]);
        for row in rows {
            self.row(indent + 2, &[(Ink::Plain, row)]);
        }
        for part in parts {
            self.prose(indent + 2, &format!("{part}\n"));
        }
    }

    /// Something to be copied: on a line of its own, never wrapped.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        self.row(indent, &[(Ink::Plain, inert(text))]);
    }

    /// Pieces side by side, on as many rows as they need. A piece is only broken when it does not fit on a row of its own.
    pub fn pieces(&mut self, indent: usize, pieces: &[Piece]) {
        let room = self.width.saturating_sub(indent).max(1);
        let mut row: Vec<Piece> = Vec::new();
        let mut used = 0;
        for (ink, text) in pieces {
            let parts = wrap(&inert(text), room);
            let whole = parts.len() == 1;
            for part in parts {
                let wide = part.width();
                if used > 0 && (!whole || used + GAP.len() + wide > room) {
                    self.row(indent, &row);
                    row.clear();
                    used = 0;
                }
                used += wide + if row.is_empty() { 0 } else { GAP.len() };
                row.push((*ink, part));
            }
        }
        if !row.is_empty() {
            self.row(indent, &row);
        }
    }

    /// Rows whose pieces stand in columns; a row that does not fit is laid out like [`Page::pieces`].
    pub fn table(&mut self, indent: usize, rows: &[Vec<Piece>]) {
        let widths = widths(rows);
        let beside = indent + whole(&widths) <= self.width;
        for row in rows {
            match beside {
                true => self.cells(indent, row, &widths),
                false => self.pieces(indent, row),
            }
        }
    }

    /// As [`Page::table`], with what `under` puts below each row. Of rows that do not fit the first piece stands above the others,
    /// and those stand in columns.
    pub fn table_with(&mut self, indent: usize, rows: &[Vec<Piece>], under: impl Fn(&mut Self, usize)) {
        let widths = widths(rows);
        let beside = indent + whole(&widths) <= self.width;
        let others = widths.get(1..).unwrap_or_default();
        let in_columns = indent + DEEPER + whole(others) <= self.width;
        for (at, row) in rows.iter().enumerate() {
            match (beside, row.split_first()) {
                (true, _) => self.cells(indent, row, &widths),
                (false, None) => {}
                (false, Some((first, said))) => {
                    let indent = indent + first.1.len() - first.1.trim_start().len();
                    self.pieces(indent, std::slice::from_ref(first));
                    match in_columns {
                        true => self.cells(indent + DEEPER, said, others),
                        false => self.pieces(indent + DEEPER, said),
                    }
                }
            }
            under(self, at);
        }
    }

    /// One row of a table.
    fn cells(&mut self, indent: usize, row: &[Piece], widths: &[usize]) {
        let last = row.iter().rposition(|(_, text)| !text.is_empty()).map_or(0, |at| at + 1);
        let cell = |((ink, text), width): (&Piece, &usize)| {
            let text = inert(text);
            let space = width.saturating_sub(text.width());
            (*ink, format!("{text}{}", " ".repeat(space)))
        };
        if last == 0 {
            return;
        }
        let mut padded: Vec<Piece> = row.iter().zip(widths).take(last).map(cell).collect();
        if let Some((_, text)) = padded.last_mut() {
            text.truncate(text.trim_end().len());
        }
        self.row(indent, &padded);
    }

    /// One row of text that is inert and fits.
    fn row(&mut self, indent: usize, pieces: &[Piece]) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        for (at, (ink, text)) in pieces.iter().enumerate() {
            if at > 0 {
                self.text.push_str(GAP);
            }
            if self.colour && *ink != Ink::Plain && !text.trim().is_empty() {
                self.text.push_str(&format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()));
            } else {
                self.text.push_str(text);
            }
        }
        self.text.push('\n');
    }
}

/// How wide each column of a table is.
fn widths(rows: &[Vec<Piece>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let wide = |row: &Vec<Piece>, at: usize| row.get(at).map_or(0, |(_, text)| inert(text).width());
    (0..columns).map(|at| rows.iter().map(|row| wide(row, at)).max().unwrap_or(0)).collect()
}

/// How wide columns are beside one another.
fn whole(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
}

/// Rows of at most `room` columns, broken at spaces; a longer word has a row of its own.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in text.split_whitespace() {
        if !row.is_empty() && row.width() + 1 + word.width() > room {
            rows.push(std::mem::take(&mut row));
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    if !row.is_empty() || rows.is_empty() {
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_move_to_the_next_row_whole() {
        let mut page = Page::new(20, false);
        let piece = |text: &str| (Ink::Plain, text.to_owned());
        page.pieces(2, &[piece("6.8 mmol/L"), piece("! outside"), piece("a b")]);
        assert_eq!(page.text(), "  6.8 mmol/L\n  ! outside   a b\n");
    }

    #[test]
    fn wide_letters_count_as_wide() {
        let mut page = Page::new(9, false);
        page.line(0, Ink::Plain, "東京 大阪 abc");
        assert_eq!(page.text(), "東京 大阪\nabc\n");
    }

    #[test]
    fn colour_comes_only_from_us() {
        let mut page = Page::new(40, true);
        page.line(0, Ink::Critical, "high\u{1b}[0m");
        assert_eq!(page.text(), "\u{1b}[1;31mhigh\\u{1b}[0m\u{1b}[0m\n");
    }

    #[test]
    fn a_label_keeps_the_lines_of_its_text() {
        let mut page = Page::new(16, false);
        page.labelled(1, "Note", "one two three\n\nfour");
        assert_eq!(page.text(), " Note: one two\n   three\n\n   four\n");
    }
}
