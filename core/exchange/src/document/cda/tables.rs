//! The table headed "Performance Information": it tells of the machine that made the document, not of the patient, and its
//! makers ask that it be left out. A line says that it was.

const HEADING: &str = "performance information";
const LEFT_OUT: &str = "<p>A table headed \"Performance Information\" is in the file and not shown here.</p>";
/// Letters of a block that are remembered.
const REMEMBERED: usize = 64;

/// Follows the blocks of a narrative, so that a table knows what heads it.
#[derive(Default)]
pub(super) struct Tables {
    open: Vec<Table>,
    block: String,
    last: String,
}

struct Table {
    /// Where it begins in what was written.
    from: usize,
    hidden: bool,
    /// Nothing has been said in it.
    silent: bool,
}

impl Tables {
    /// An element of the narrative begins; `out` is what was written before it.
    pub(super) fn began(&mut self, name: &str, out: &str) {
        if is_block(name) {
            self.end_block();
        }
        if name == "table" {
            let hidden = self.last == HEADING;
            self.open.push(Table { from: out.len(), hidden, silent: true });
        }
    }

    /// Words of the narrative or of a title.
    pub(super) fn said(&mut self, text: &str) {
        let room = REMEMBERED.saturating_sub(self.block.len());
        self.block.extend(text.chars().take(room));
    }

    /// An element has been written to its end.
    pub(super) fn ended(&mut self, name: &str, out: &mut String) {
        if is_block(name) {
            self.end_block();
        }
        if name == "table"
            && let Some(table) = self.open.pop()
        {
            if table.hidden {
                out.truncate(table.from);
                out.push_str(LEFT_OUT);
            }
            self.last.clear();
        }
    }

    fn end_block(&mut self) {
        let said = std::mem::take(&mut self.block).split_whitespace().collect::<Vec<_>>().join(" ");
        if said.is_empty() {
            return;
        }
        self.last = said.trim_end_matches(':').to_lowercase();
        if let Some(table) = self.open.last_mut() {
            table.hidden |= table.silent && self.last == HEADING;
            table.silent = false;
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "text"
            | "paragraph"
            | "list"
            | "item"
            | "caption"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "th"
            | "td"
            | "br"
            | "content"
    )
}
