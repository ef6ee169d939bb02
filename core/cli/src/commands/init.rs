//! A new record.

use super::typed;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::text::page::Ink;
use crate::{home, safe};

const COLUMNS: usize = 4;

/// Makes a record and shows its kit, this once.
pub fn run(global: &Global, out: &Out, name: &str) -> Result<Exit, Error> {
    let (_client, kit, database) = home::init(global, name)?;
    let words = kit.words().map_err(|_| client::Error::Bug("the kit has no words"))?;
    let connect = typed(global, "connect <address>");
    out.page(|page| {
        page.line(0, Ink::Plain, "A new record was made, encrypted, in");
        page.verbatim(2, &database.display().to_string());
        page.heading("Your recovery kit");
        page.line(
            0,
            Ink::Plain,
            "Write down these 24 words, in this order, and keep them where nobody else finds them. They open your \
             record when the passphrase is lost. They are never shown again, and nobody can give them back to you.",
        );
        page.blank();
        for row in columns(&words) {
            page.verbatim(2, &row);
        }
        page.blank();
        page.line(0, Ink::Plain, "Next, connect a portal:");
        page.verbatim(2, &safe::inert(&connect));
    })?;
    Ok(Exit::Done)
}

/// Numbered from top to bottom, then to the right.
fn columns(words: &[&str]) -> Vec<String> {
    let rows = words.len().div_ceil(COLUMNS);
    let cell = |at: usize| words.get(at).map(|word| format!("{:>2}. {word:<8}", at + 1));
    let row = |row: usize| {
        (0..COLUMNS).filter_map(|column| cell(column * rows + row)).collect::<Vec<_>>().join("   ")
    };
    (0..rows).map(|at| row(at).trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kit_is_numbered_down_the_columns() {
        let words = ["abandon"; 24];
        let rows = columns(&words);
        assert_eq!(rows.len(), 6);
        assert_eq!(rows.first().unwrap(), " 1. abandon     7. abandon    13. abandon    19. abandon");
    }
}
