//! Signs in at a portal's pages as a person does: reads each form, fills it in, sends it, and follows to the app's
//! return address. For the sandbox's pages, over plain HTTP.

mod form;
mod http;

use std::collections::BTreeMap;

use url::Url;

use crate::Error;
use form::Form;
pub use http::{Reply, request, request_with};

const MOST_PAGES: usize = 12;

/// Who signs in, and what she chooses on the way.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The id of the patient, or a part of how the page calls her. None: the first one offered.
    pub patient: Option<String>,
    /// The scopes to take away on the consent page.
    pub without: Vec<String>,
    /// Do not allow it.
    pub deny: bool,
    /// The root certificate (PEM) of a portal over TLS.
    pub root: Option<String>,
}

/// Signs in, chooses the patient (id or part of the name; None: the first), allows everything asked for.
/// Returns the whole redirect URL with `code`, `state` and `iss`, or with `error`.
///
/// # Errors
/// [`Error::Refused`] with the page's words: a wrong password, a request that the portal shows to the person only;
/// [`Error::Page`] when the patient is not offered or a page is not understood.
pub async fn sign_in(
    authorize_url: &str,
    user: &str,
    password: &str,
    patient: Option<&str>,
) -> Result<String, Error> {
    let visitor = SignIn {
        user: user.to_owned(),
        password: password.to_owned(),
        patient: patient.map(str::to_owned),
        ..SignIn::default()
    };
    visitor.run(authorize_url).await
}

impl SignIn {
    /// As [`sign_in`].
    ///
    /// # Errors
    /// As [`sign_in`].
    pub async fn run(&self, authorize_url: &str) -> Result<String, Error> {
        let portal = parse(authorize_url)?;
        let (mut at, mut form) = (portal.clone(), None::<String>);
        let mut cookies = BTreeMap::new();
        for _ in 0..MOST_PAGES {
            let reply = visit(self.root.as_deref(), &at, form.take(), &mut cookies).await?;
            if let Some(to) = reply.header("location") {
                let to = at.join(to).map_err(|_| Error::Page("a redirect".to_owned()))?;
                if to.origin() != portal.origin() {
                    return Ok(to.into());
                }
                at = to;
                continue;
            }
            let page = String::from_utf8_lossy(&reply.body).into_owned();
            if reply.status != 200 {
                return Err(Error::Refused(
                    form::alert(&page).unwrap_or_else(|| format!("status {}", reply.status)),
                ));
            }
            let mut found = Form::first(&page).ok_or_else(|| Error::Page("no form".to_owned()))?;
            self.fill(&mut found)?;
            at = at.join(&found.action).map_err(|_| Error::Page("a form's address".to_owned()))?;
            form = Some(found.encoded());
        }
        Err(Error::Page("too many pages".to_owned()))
    }

    fn fill(&self, form: &mut Form) -> Result<(), Error> {
        if form.has("username") {
            form.set("username", &self.user);
            form.set("password", &self.password);
        }
        if form.has("patient")
            && let Some(patient) = &self.patient
            && !form.choose("patient", patient)
        {
            return Err(Error::Page("the patient is not offered".to_owned()));
        }
        if form.has("decision") {
            for scope in &self.without {
                form.uncheck("scope", scope);
            }
            form.press("decision", if self.deny { "deny" } else { "allow" });
        }
        Ok(())
    }
}

async fn visit(
    root: Option<&str>,
    at: &Url,
    form: Option<String>,
    cookies: &mut BTreeMap<String, String>,
) -> Result<Reply, Error> {
    let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut headers = vec![("Cookie", jar.join("; "))];
    if form.is_some() {
        headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let method = if form.is_some() { "POST" } else { "GET" };
    let form = form.unwrap_or_default();
    let reply = request_with(root, method, at.as_str(), &headers, form.as_bytes()).await?;
    for (name, value) in &reply.headers {
        let pair = value.split(';').next().unwrap_or_default();
        if let (true, Some((cookie, value))) = (name == "set-cookie", pair.split_once('=')) {
            cookies.insert(cookie.trim().to_owned(), value.trim().to_owned());
        }
    }
    Ok(reply)
}

fn parse(url: &str) -> Result<Url, Error> {
    Url::parse(url).map_err(|_| Error::Page("not a URL".to_owned()))
}
