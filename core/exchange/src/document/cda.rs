//! CDA documents: the title, and the sections in order with their titles, text and tables. A parser that reads event by event
//! and expands no entity of the document's own, so nothing grows.

mod tables;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::markup::escape;
use super::plain::Words;
use tables::Tables;

/// Levels of elements within each other; what lies deeper is not read.
const DEPTH: usize = 256;
/// Bytes of HTML that are made.
const OUTPUT: usize = 8 * 1024 * 1024;

/// The document as HTML that is still to be cleaned. Nothing when it is no CDA document. What stands before a mistake in the
/// XML is kept.
pub(super) fn html(xml: &str) -> Option<String> {
    let mut document = Document::default();
    let mut reader = reader(xml);
    while document.out.len() < OUTPUT {
        match reader.read_event() {
            Ok(Event::Start(tag)) => document.start(&tag),
            Ok(Event::End(_)) => document.end(),
            Ok(Event::Text(text)) => document.text(&text.xml_content(quick_xml::XmlVersion::Implicit1_0)),
            Ok(Event::CData(text)) => document.text(&text),
            Ok(Event::GeneralRef(name)) => document.text(&resolved(&name)),
            Ok(Event::Eof) => return document.finished(true),
            Ok(_) => {}
            Err(_) => return document.finished(false),
        }
    }
    document.finished(false)
}

/// All text of any XML, in order.
pub(super) fn words(xml: &str) -> String {
    let mut words = Words::default();
    let mut reader = reader(xml);
    while !words.is_full() {
        match reader.read_event() {
            Ok(Event::Text(text)) => words.push(&text),
            Ok(Event::CData(text)) => words.push(&text),
            Ok(Event::GeneralRef(name)) => words.push(&resolved(&name)),
            Ok(Event::Start(_) | Event::End(_)) => words.line(),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    words.into_text()
}

fn reader(xml: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// A character or one of XML's five entities; any other stays as its name.
fn resolved(name: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return letter.to_string();
    }
    match quick_xml::escape::resolve_predefined_entity(name) {
        Some(text) => text.to_owned(),
        None => format!("&{};", &**name),
    }
}

#[derive(Default)]
struct Document {
    out: String,
    path: Vec<Element>,
    /// Elements that are open below [`DEPTH`].
    deeper: usize,
    sections: usize,
    tables: Tables,
    is_cda: bool,
}

struct Element {
    name: String,
    /// What ends it in HTML.
    end: &'static str,
    role: Role,
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Structure: no words of its own.
    Frame,
    Section,
    Title,
    /// Inside a section's text.
    Narrative,
}

impl Document {
    fn start(&mut self, tag: &BytesStart<'_>) {
        if self.path.len() >= DEPTH {
            self.deeper += 1;
            return;
        }
        let name: String = tag.local_name().as_ref().chars().take(32).collect();
        self.is_cda |= self.path.is_empty() && name == "ClinicalDocument";
        let parent = self.path.last();
        let role = match (name.as_str(), parent.map(|e| e.role), parent.map(|e| e.name.as_str())) {
            (_, Some(Role::Narrative | Role::Title), _) => Role::Narrative,
            ("section", ..) => Role::Section,
            ("title", Some(Role::Section), _) | ("title", _, Some("ClinicalDocument")) => Role::Title,
            ("text", Some(Role::Section), _) => Role::Narrative,
            _ => Role::Frame,
        };
        let end = match role {
            Role::Frame => self.attached(&name, tag),
            Role::Section => {
                self.sections += 1;
                ""
            }
            Role::Title => self.heading(),
            Role::Narrative => self.element(&name, tag),
        };
        self.path.push(Element { name, end, role });
    }

    fn end(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(Element { name, end, role }) = self.path.pop() else { return };
        if role == Role::Section {
            self.sections = self.sections.saturating_sub(1);
        }
        self.out.push_str(end);
        if role == Role::Title || role == Role::Narrative {
            self.tables.ended(&name, &mut self.out);
        }
    }

    fn text(&mut self, text: &str) {
        let worded = self.path.last().is_some_and(|e| matches!(e.role, Role::Title | Role::Narrative));
        if worded && self.deeper == 0 {
            escape(text, &mut self.out);
            self.tables.said(text);
        }
    }

    /// A level below the document's title for each section around it.
    fn heading(&mut self) -> &'static str {
        let (begin, end) = match self.sections {
            0 => ("<h1>", "</h1>"),
            1 => ("<h2>", "</h2>"),
            2 => ("<h3>", "</h3>"),
            3 => ("<h4>", "</h4>"),
            _ => ("<h5>", "</h5>"),
        };
        self.out.push_str(begin);
        end
    }

    /// A body that is a file: it is named, not shown.
    fn attached(&mut self, name: &str, tag: &BytesStart<'_>) -> &'static str {
        if name == "text" && self.path.last().is_some_and(|e| e.name == "nonXMLBody") {
            self.out.push_str("<p>This document holds a file that is not shown here: ");
            escape(
                &attribute(tag, "mediaType").unwrap_or_else(|| "of an unknown kind".to_owned()),
                &mut self.out,
            );
            self.out.push_str("</p>");
        }
        ""
    }

    fn element(&mut self, name: &str, tag: &BytesStart<'_>) -> &'static str {
        self.tables.began(name, &self.out);
        let (begin, end) = match name {
            "text" => ("<div>", "</div>"),
            "paragraph" => ("<p>", "</p>"),
            "list" if attribute(tag, "listType").as_deref() == Some("ordered") => ("<ol>", "</ol>"),
            "list" => ("<ul>", "</ul>"),
            "item" => ("<li>", "</li>"),
            "caption" if self.path.last().is_some_and(|e| e.name == "table") => ("<caption>", "</caption>"),
            "caption" => ("<strong>", "</strong> "),
            "br" => ("<br>", ""),
            "sub" => ("<sub>", "</sub>"),
            "sup" => ("<sup>", "</sup>"),
            "table" => ("<table>", "</table>"),
            "thead" => ("<thead>", "</thead>"),
            "tbody" => ("<tbody>", "</tbody>"),
            "tfoot" => ("<tfoot>", "</tfoot>"),
            "tr" => ("<tr>", "</tr>"),
            "th" | "td" => return self.cell(name, tag),
            "renderMultiMedia" => (" [picture] ", ""),
            "footnote" => (" [", "] "),
            "content" => styled(tag),
            _ => ("", ""),
        };
        self.out.push_str(begin);
        end
    }

    fn cell(&mut self, name: &str, tag: &BytesStart<'_>) -> &'static str {
        self.out.extend(["<", name]);
        for key in ["colspan", "rowspan"] {
            if let Some(number) = attribute(tag, key).and_then(|text| text.trim().parse::<u32>().ok()) {
                self.out.push_str(&format!(" {key}=\"{number}\""));
            }
        }
        self.out.push('>');
        if name == "th" { "</th>" } else { "</td>" }
    }

    fn finished(self, whole: bool) -> Option<String> {
        let Self { mut out, is_cda, .. } = self;
        if !whole {
            out.push_str("<p>The rest of this document cannot be read. It is in the file as it came.</p>");
        }
        is_cda.then_some(out)
    }
}

/// What an author marked as taken out or put in stays marked.
fn styled(tag: &BytesStart<'_>) -> (&'static str, &'static str) {
    match attribute(tag, "revised").as_deref() {
        Some("delete") => return ("<del>", "</del>"),
        Some("insert") => return ("<ins>", "</ins>"),
        _ => {}
    }
    let style = attribute(tag, "styleCode").unwrap_or_default().to_ascii_lowercase();
    if style.contains("strike") || style.contains("line-through") {
        ("<s>", "</s>")
    } else if style.contains("bold") {
        ("<b>", "</b>")
    } else if style.contains("italic") {
        ("<i>", "</i>")
    } else if style.contains("underline") {
        ("<u>", "</u>")
    } else {
        ("", "")
    }
}

/// An attribute by its local name, among the first few.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .take(32)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.chars().take(256).collect())
}
