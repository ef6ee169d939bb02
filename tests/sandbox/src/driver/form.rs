//! The first form of an HTML page: enough of HTML for the portal's own pages.

/// A form and its fields.
pub(super) struct Form {
    pub(super) action: String,
    fields: Vec<Field>,
}

struct Field {
    kind: String,
    name: String,
    value: String,
    label: String,
    /// Whether it is sent.
    on: bool,
}

impl Form {
    pub(super) fn first(page: &str) -> Option<Form> {
        let (_, from) = page.split_once("<form")?;
        let (head, rest) = from.split_once('>')?;
        let (inside, _) = rest.split_once("</form>")?;
        let mut fields = Vec::new();
        for tag in inside.split('<').skip(1) {
            let (tag, text) = tag.split_once('>').unwrap_or((tag, ""));
            if !tag.starts_with("input") && !tag.starts_with("button") {
                continue;
            }
            let kind = if tag.starts_with("button") {
                "button".to_owned()
            } else {
                attribute(tag, "type").unwrap_or_default()
            };
            let asks = matches!(kind.as_str(), "radio" | "checkbox" | "button");
            fields.push(Field {
                name: attribute(tag, "name").unwrap_or_default(),
                value: attribute(tag, "value").unwrap_or_default(),
                label: unescape(text.trim()),
                on: !asks || tag.split_whitespace().any(|word| word == "checked"),
                kind,
            });
        }
        Some(Form { action: attribute(head, "action")?, fields })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            value.clone_into(&mut field.value);
        }
    }

    /// Chooses the radio button of this value, or the first whose label contains it. False when there is none.
    pub(super) fn choose(&mut self, name: &str, wanted: &str) -> bool {
        let radios = || self.fields.iter().filter(|field| field.name == name && field.kind == "radio");
        let by_value = radios().find(|field| field.value == wanted);
        let Some(chosen) = by_value.or_else(|| radios().find(|field| field.label.contains(wanted))) else {
            return false;
        };
        let chosen = chosen.value.clone();
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.on = field.value == chosen;
        }
        true
    }

    pub(super) fn uncheck(&mut self, name: &str, value: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == name && field.value == value) {
            field.on = false;
        }
    }

    pub(super) fn press(&mut self, name: &str, value: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == name && field.value == value) {
            field.on = true;
        }
    }

    pub(super) fn encoded(&self) -> String {
        let sent = self.fields.iter().filter(|field| field.on && !field.name.is_empty());
        let pairs = sent.map(|field| (field.name.as_str(), field.value.as_str()));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

/// What the page says in its alert.
pub(super) fn alert(page: &str) -> Option<String> {
    let (_, from) = page.split_once("role=\"alert\">")?;
    Some(unescape(from.split_once('<')?.0))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, from) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(from.split_once('"')?.0))
}

fn unescape(text: &str) -> String {
    text.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}
