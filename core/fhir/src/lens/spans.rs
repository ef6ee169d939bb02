use serde_json::Value as Json;

use crate::json;
use crate::reference;
use crate::time::FhirTime;

/// A Period: from start to end, either of which may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// When it began.
    pub start: Option<FhirTime>,
    /// When it ended; open when it goes on or is not stated.
    pub end: Option<FhirTime>,
}

/// An Annotation: a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// The words.
    pub text: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was written.
    pub time: Option<FhirTime>,
}

/// An Attachment, without its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Media type: `application/pdf`.
    pub content_type: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Where it is kept.
    pub url: Option<String>,
    /// Size in bytes, as stated.
    pub size: Option<String>,
    /// When it was made.
    pub creation: Option<FhirTime>,
    /// The language of the content.
    pub language: Option<String>,
    /// The bytes are in the resource, in base64.
    pub inline: bool,
}

/// SampledData: a series of readings, as a device gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampledData {
    /// The readings, separated by spaces, as they came.
    pub data: Option<String>,
    /// Milliseconds between readings.
    pub period: Option<String>,
    /// The zero value, with the unit.
    pub origin: Option<super::Quantity>,
}

impl Period {
    /// Reads a Period; a bare date is taken as its start.
    pub fn read(value: &Json) -> Option<Self> {
        if let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) {
            return Some(Self { start: Some(FhirTime::new(text)), end: None });
        }
        let period = Self { start: json::time(value, "start"), end: json::time(value, "end") };
        (period != Self::default()).then_some(period)
    }

    /// For people: `14 March 2024 to 16 March 2024`, `from 14 March 2024`, `until 16 March 2024`.
    pub fn display(&self) -> Option<String> {
        match (&self.start, &self.end) {
            (Some(start), Some(end)) if start == end => Some(start.display()),
            (Some(start), Some(end)) => Some(format!("{} to {}", start.display(), end.display())),
            (Some(start), None) => Some(format!("from {}", start.display())),
            (None, Some(end)) => Some(format!("until {}", end.display())),
            (None, None) => None,
        }
    }
}

impl Annotation {
    /// Reads an Annotation; a bare text is taken as its words.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { text, ..Self::default() });
        }
        let author = value.get("authorReference").and_then(|r| reference::read_one(r, "").label());
        Some(Self {
            text: json::said(value, "text")?,
            author: json::text(value, "authorString").or(author),
            time: json::time(value, "time"),
        })
    }

    /// Every note of a resource.
    pub fn members(parent: &Json) -> Vec<Self> {
        json::list(parent, "note").filter_map(Self::read).collect()
    }

    /// For people: the words, who and when.
    pub fn display(&self) -> String {
        let when = self.time.as_ref().map(FhirTime::display);
        match json::joined(self.author.clone().into_iter().chain(when), ", ") {
            Some(source) => format!("{} ({source})", self.text),
            None => self.text.clone(),
        }
    }
}

impl Attachment {
    /// Reads an Attachment; a bare text is taken as its address.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|url| Self { url: Some(url), ..Self::default() });
        }
        let attachment = Self {
            content_type: json::text(value, "contentType"),
            title: json::said(value, "title"),
            url: json::text(value, "url"),
            size: json::text(value, "size"),
            creation: json::time(value, "creation"),
            language: json::text(value, "language"),
            inline: value.get("data").is_some_and(|data| !data.is_null()),
        };
        (attachment != Self::default()).then_some(attachment)
    }

    /// For people: the title and what kind of file it is.
    pub fn display(&self) -> String {
        let kind = self.kind();
        match &self.title {
            Some(title) => format!("{title} ({kind})"),
            None => kind,
        }
    }

    fn kind(&self) -> String {
        let media = self.content_type.as_deref().map(|t| t.split(';').next().unwrap_or(t).trim());
        match media {
            Some("application/pdf") => "PDF file".to_owned(),
            Some("text/html" | "application/xhtml+xml") => "web page".to_owned(),
            Some("text/plain") => "text".to_owned(),
            Some("text/rtf" | "application/rtf") => "RTF text".to_owned(),
            Some("application/xml" | "text/xml" | "application/cda+xml") => "XML document".to_owned(),
            Some(media) if media.starts_with("image/") => format!("picture, {media}"),
            Some(media) => format!("file, {media}"),
            None => "file".to_owned(),
        }
    }
}

impl SampledData {
    /// Reads SampledData; a bare text is taken as its readings.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|data| Self { data: Some(data), ..Self::default() });
        }
        let sampled = Self {
            data: json::text(value, "data"),
            period: json::text(value, "period"),
            origin: super::Quantity::member(value, "origin"),
        };
        (sampled != Self::default()).then_some(sampled)
    }

    /// For people: how many readings, how far apart, and the first of them.
    pub fn display(&self) -> String {
        let data = self.data.as_deref().unwrap_or("");
        let count = data.split_whitespace().count();
        let shown: Vec<&str> = data.split_whitespace().take(20).collect();
        let unit = self.origin.as_ref().and_then(|q| q.shown_unit());
        let apart = self.period.as_ref().map(|ms| format!(", {ms} milliseconds apart")).unwrap_or_default();
        let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        let more = if count > shown.len() { " ..." } else { "" };
        format!("{count} readings{apart}: {}{more}{unit}", shown.join(" "))
    }
}
