//! `index.html`: the record on one page. It stands by itself: nothing in it runs, and nothing is loaded.
//!
//! Whatever it is given is text; all of it is escaped and made inert here. The words are the caller's: this module adds none
//! that say anything about health.

mod style;

use crate::document::inert;

/// What stands above all sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Whose record it is.
    pub holder: String,
    /// When it was made, in words.
    pub made: String,
    /// Each portal, with what is to be known of it.
    pub portals: Vec<Portal>,
    /// Id and title of every section, for the contents.
    pub contents: Vec<(String, String)>,
}

/// A portal, as the page tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portal {
    /// Its name.
    pub name: String,
    /// Address, as of when, what was refused: one sentence each.
    pub lines: Vec<String>,
}

/// One list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its name in addresses: small letters and hyphens.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it rests on and what it lacks, one sentence each.
    pub rests_on: Vec<String>,
    /// The groups, in reading order.
    pub groups: Vec<Group>,
    /// What stands there when it has no entries.
    pub when_empty: String,
}

/// Entries under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub heading: String,
    /// What explains it.
    pub note: Option<String>,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub title: String,
    /// When, in words.
    pub when: String,
    /// The value as it came.
    pub value: Option<String>,
    /// Flag and range, in words.
    pub flag: Option<Flag>,
    /// What changes its meaning, and how it stands.
    pub notices: Vec<String>,
    /// Folded together under these words: withdrawn, or covered.
    pub folded: Option<String>,
    /// More of it: label and text.
    pub fields: Vec<(String, String)>,
    /// Notes about it.
    pub notes: Vec<Note>,
    /// Attachments: what they are called, and their names in the archive.
    pub files: Vec<(String, String)>,
    /// Where it came from and its name.
    pub origin: String,
}

/// A flag in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The words. They say all that colour says.
    pub words: String,
    /// Whether it is to stand out.
    pub stands_out: bool,
}

/// A note, as the page tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// By whom and when.
    pub by: String,
    /// Its words.
    pub text: String,
}

/// The page up to its first section.
pub fn head(head: &Head) -> String {
    let mut out = String::new();
    begin(&mut out, &format!("Health record: {}", head.holder));
    out.push_str("<header>\n");
    element(&mut out, "h1", &format!("Health record: {}", head.holder));
    element(&mut out, "p", &format!("Exported from Wellkept on {}. This page is not encrypted.", head.made));
    out.push_str("</header>\n<nav aria-label=\"Contents\"><h2>Contents</h2>\n<ul>\n");
    for (id, title) in head.contents.iter() {
        out.push_str(&format!("<li><a href=\"#{}\">{}</a></li>\n", escaped(id), escaped(title)));
    }
    out.push_str("</ul></nav>\n<main>\n<section id=\"portals\"><h2>Where it comes from</h2>\n");
    for portal in &head.portals {
        element(&mut out, "h3", &portal.name);
        list(&mut out, &portal.lines);
    }
    out.push_str("</section>\n");
    out
}

/// One section.
pub fn section(section: &Section) -> String {
    let mut out = format!("<section id=\"{}\">", escaped(&section.id));
    element(&mut out, "h2", &section.title);
    list(&mut out, &section.rests_on);
    if section.groups.iter().all(|group| group.entries.is_empty()) {
        element(&mut out, "p", &section.when_empty);
    }
    for group in &section.groups {
        let headed = group.heading != section.title;
        if headed {
            element(&mut out, "h3", &group.heading);
        }
        group.note.iter().for_each(|note| element(&mut out, "p", note));
        let level = if headed { "h4" } else { "h3" };
        group.entries.iter().for_each(|entry| push_entry(&mut out, level, entry));
    }
    out.push_str("</section>\n");
    out
}

/// The notes that are about the record as a whole.
pub fn notes(title: &str, notes: &[Note]) -> String {
    let mut out = String::from("<section id=\"notes\">");
    element(&mut out, "h2", title);
    push_notes(&mut out, notes);
    out.push_str("</section>\n");
    out
}

/// What ends the page.
pub fn end() -> &'static str {
    "</main>\n</body>\n</html>\n"
}

/// A page around a document that [`crate::document::html`] has cleaned.
pub fn document(title: &str, cleaned: &str) -> String {
    let mut out = String::new();
    begin(&mut out, title);
    out.push_str("<main>\n");
    out.push_str(cleaned);
    out.push('\n');
    out.push_str(end());
    out
}

fn begin(out: &mut String, title: &str) {
    out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         form-action 'none'; base-uri 'none'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    element(out, "title", title);
    out.push_str(style::STYLE);
    out.push_str("</head>\n<body>\n");
}

fn push_entry(out: &mut String, level: &str, entry: &Entry) {
    out.push_str("<article>");
    element(out, level, &entry.title);
    if let Some(words) = &entry.folded {
        out.push_str("<details><summary>");
        out.push_str(&escaped(words));
        out.push_str("</summary>");
    }
    out.push_str("<p>");
    if let Some(value) = &entry.value {
        out.push_str(&format!("<strong>{}</strong> ", escaped(value)));
    }
    if let Some(flag) = &entry.flag {
        let class = if flag.stands_out { "flag out" } else { "flag" };
        out.push_str(&format!("<span class=\"{class}\">{}</span> ", escaped(&flag.words)));
    }
    out.push_str(&format!("<span class=\"when\">{}</span></p>", escaped(&entry.when)));
    list(out, &entry.notices);
    push_fields(out, &entry.fields);
    push_notes(out, &entry.notes);
    for (title, name) in &entry.files {
        out.push_str(&format!("<p>File: <a href=\"{}\">{}</a></p>", escaped(name), escaped(title)));
    }
    out.push_str(&format!("<p class=\"origin\">{}</p>", escaped(&entry.origin)));
    if entry.folded.is_some() {
        out.push_str("</details>");
    }
    out.push_str("</article>\n");
}

fn push_fields(out: &mut String, fields: &[(String, String)]) {
    if fields.is_empty() {
        return;
    }
    out.push_str("<dl>");
    for (label, text) in fields {
        element(out, "dt", label);
        element(out, "dd", text);
    }
    out.push_str("</dl>");
}

fn push_notes(out: &mut String, notes: &[Note]) {
    for note in notes {
        out.push_str("<blockquote>");
        element(out, "p", &note.text);
        element(out, "footer", &note.by);
        out.push_str("</blockquote>");
    }
}

fn list(out: &mut String, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    out.push_str("<ul>");
    sentences.iter().for_each(|sentence| element(out, "li", sentence));
    out.push_str("</ul>");
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in inert(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
