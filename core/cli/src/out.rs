//! Where text goes: standard output for what was asked for, standard error for what is said beside it.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::args::{Colour, Global};
use crate::error::Error;
use crate::safe;
use crate::text::page::Page;

const WIDEST: usize = 120;
const NARROWEST: usize = 40;
/// Where the width is not known: a file, a pipe.
const USUAL: usize = 100;

/// How to write to standard output.
#[derive(Debug, Clone)]
pub struct Out {
    json: bool,
    colour: bool,
    width: usize,
}

impl Out {
    /// As the options and the terminal say.
    pub fn new(global: &Global) -> Self {
        let terminal = io::stdout().is_terminal();
        let colour = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Self { json: global.json, colour, width: width().clamp(NARROWEST, WIDEST) }
    }

    /// Writes `value` as one JSON document if that was asked for, else the page that `draw` fills.
    pub fn put<T: Serialize + ?Sized>(&self, value: &T, draw: impl FnOnce(&mut Page)) -> Result<(), Error> {
        if !self.json {
            return self.page(draw);
        }
        let text = serde_json::to_string_pretty(value)
            .map_err(|_| Error::System("JSON could not be written".to_owned()))?;
        self.bytes(format!("{}\n", safe::inert_json(&text)).as_bytes())
    }

    /// Writes the page that `draw` fills.
    pub fn page(&self, draw: impl FnOnce(&mut Page)) -> Result<(), Error> {
        let mut page = Page::new(self.width, self.colour);
        draw(&mut page);
        self.bytes(page.text().as_bytes())
    }

    /// Writes whole lines, of whatever length.
    pub fn lines(&self, lines: &[String]) -> Result<(), Error> {
        let text: String = lines.iter().map(|line| format!("{}\n", safe::inert(line))).collect();
        self.bytes(text.as_bytes())
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes these very bytes.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Error::Closed,
            _ => Error::System(format!("The output could not be written: {error}")),
        })
    }
}

/// Says something beside the output. That nobody hears it is no failure.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", safe::inert(text));
}

fn width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    stated.or_else(terminal).unwrap_or(USUAL)
}
