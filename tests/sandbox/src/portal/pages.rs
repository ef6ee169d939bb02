//! The pages that a person sees. Every form carries the request it belongs to and the session's secret.

use std::fmt::Write;

use super::visits::Ask;
use super::{Portal, scopes};

/// One form: where it goes, and the hidden fields that prove where it comes from.
pub(super) struct Form<'f> {
    pub(super) ask: &'f str,
    pub(super) csrf: &'f str,
}

pub(super) fn login(portal: &Portal, form: &Form<'_>, problem: Option<&str>) -> String {
    let problem = problem.map(|text| format!("<p role=\"alert\">{}</p>", escape(text))).unwrap_or_default();
    let fields = "<p><label>User name <input name=\"username\" autocomplete=\"username\" required></label></p>\
        <p><label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\" required></label></p>\
        <p><button type=\"submit\">Sign in</button></p>";
    page(portal, "Sign in", &format!("{problem}{}", form.html("/auth/login", fields)))
}

/// `patients`: id and how the patient is called.
pub(super) fn picker(portal: &Portal, form: &Form<'_>, patients: &[(String, String)]) -> String {
    let mut fields = "<fieldset><legend>Whose record shall the app see?</legend>".to_owned();
    for (number, (id, called)) in patients.iter().enumerate() {
        let checked = if number == 0 { " checked" } else { "" };
        let (id, called) = (escape(id), escape(called));
        let _infallible = write!(
            fields,
            "<p><label><input type=\"radio\" name=\"patient\" value=\"{id}\"{checked}> {called}</label></p>"
        );
    }
    fields.push_str("</fieldset><p><button type=\"submit\">Continue</button></p>");
    page(portal, "Choose a record", &form.html("/auth/patient", &fields))
}

pub(super) fn consent(portal: &Portal, form: &Form<'_>, ask: &Ask, called: &str) -> String {
    let mut fields = format!(
        "<p>The app <strong>{}</strong> asks to see the record of <strong>{}</strong>.</p>\
         <fieldset><legend>What it may do. Take away what it may not.</legend>",
        escape(&ask.client_id),
        escape(called)
    );
    for scope in ask.scopes.iter().filter(|scope| *scope != "launch/patient") {
        let (value, says) = (escape(scope), escape(&in_words(scope)));
        let _infallible = write!(
            fields,
            "<p><label><input type=\"checkbox\" name=\"scope\" value=\"{value}\" checked> {says}</label></p>"
        );
    }
    fields.push_str(
        "</fieldset><p><button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button> \
         <button type=\"submit\" name=\"decision\" value=\"deny\">Do not allow</button></p>",
    );
    page(portal, "Allow access", &form.html("/auth/consent", &fields))
}

pub(super) fn problem(portal: &Portal, text: &str) -> String {
    page(portal, "This did not work", &format!("<p role=\"alert\">{}</p>", escape(text)))
}

impl Form<'_> {
    fn html(&self, action: &str, fields: &str) -> String {
        format!(
            "<form method=\"post\" action=\"{action}\">\
             <input type=\"hidden\" name=\"ask\" value=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">\
             {fields}</form>",
            escape(self.ask),
            escape(self.csrf)
        )
    }
}

fn page(portal: &Portal, title: &str, content: &str) -> String {
    let (name, title) = (escape(&portal.name), escape(title));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}: {name}</title>\
         <style>body{{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}</style></head>\
         <body><main><p>{name} (a sandbox with synthetic people)</p><h1>{title}</h1>{content}</main></body></html>"
    )
}

fn in_words(scope: &str) -> String {
    match scope {
        "offline_access" => "stay connected until you end it (offline_access)".to_owned(),
        "online_access" => "stay connected while you are here (online_access)".to_owned(),
        _ if scopes::writes_only(scope) => format!("send and change {scope}"),
        _ if scopes::is_of_resources(scope) => format!("read {scope}"),
        _ => scope.to_owned(),
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
