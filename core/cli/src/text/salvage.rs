//! What was saved of a damaged record.

use std::path::Path;

use client::{Salvaged, Verified};

use super::page::{Ink, Page};
use super::words::counted;

/// Draws what was saved, what was lost, where the damaged file lies, and what to type next.
pub fn salvaged(page: &mut Page, salvaged: &Salvaged, verified: &Verified, aside: &Path, next: &[String]) {
    page.line(0, Ink::Strong, "What is whole of the damaged record was taken over into a new file.");
    let parts = [
        counted(salvaged.statements, "statement", "statements"),
        counted(salvaged.contents, "content of entries", "contents of entries"),
        counted(salvaged.texts, "text that people wrote", "texts that people wrote"),
    ];
    page.line(
        0,
        Ink::Plain,
        &format!("Saved, each checked by its signature or digest: {}.", parts.join(", ")),
    );
    match salvaged.lost {
        0 => page.line(0, Ink::Plain, "Lost: nothing that is known of."),
        lost => {
            let rows = counted(lost, "row of the file", "rows of the file");
            page.line(0, Ink::Critical, &format!("!! Lost: {rows} could not be read."));
        }
    }
    if !verified.sound {
        page.line(0, Ink::Warning, "What is missing or amiss now:");
        verified.problems.iter().for_each(|problem| page.line(2, Ink::Plain, &format!("- {problem}")));
    }
    page.blank();
    page.line(
        0,
        Ink::Plain,
        "The damaged file was kept as it is. Only `erase` removes it, with the whole record:",
    );
    page.verbatim(2, &aside.display().to_string());
    match next {
        [one] => page.line(0, Ink::Plain, &format!("To have portals send again what is missing: {one}")),
        more => {
            page.line(
                0,
                Ink::Plain,
                "Some of what this device had said is lost, so nothing can be added to this record. To go on, make another \
                 record of it, and connect its portals again:",
            );
            more.iter().for_each(|words| page.verbatim(2, words));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(lost: u64, problems: &[&str], next: &[&str]) -> String {
        let salvaged =
            Salvaged { statements: 12, contents: 1, texts: 0, lost, aside: "record.db.damaged-1".to_owned() };
        let verified = Verified {
            sound: problems.is_empty(),
            digest: String::new(),
            statements: 12,
            entries: 1,
            purged: 0,
            problems: problems.iter().map(|problem| (*problem).to_owned()).collect(),
        };
        let mut page = Page::new(100, false);
        let next: Vec<String> = next.iter().map(|words| (*words).to_owned()).collect();
        super::salvaged(&mut page, &salvaged, &verified, Path::new("records/record.db.damaged-1"), &next);
        page.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn c2_what_was_saved_and_what_was_lost_is_said_in_words() {
        let part = drawn(3, &["1 content is known of, but is not here"], &["wellkept sync --full"]);
        for words in [
            "12 statements, 1 content of entries, 0 texts that people wrote",
            "!! Lost: 3 rows of the file could not be read",
            "1 content is known of",
            "The damaged file was kept",
            "records/record.db.damaged-1",
            "wellkept sync --full",
        ] {
            assert!(part.contains(words), "{words}: {part}");
        }
        let older = drawn(1, &["an older copy"], &["wellkept export DIR", "wellkept --record NAME init"]);
        assert!(
            older.contains("nothing can be added to this record") && older.contains("wellkept export DIR"),
            "{older}"
        );
        assert!(!older.contains("sync"), "{older}");
    }
}
