//! What came of a sign-in.

use client::{Returned, SignIn};

use super::page::{Ink, Page};
use super::words::moment;

/// What to type next when the person at the portal may be another one.
pub struct Again {
    /// When it is the same person.
    pub same: String,
    /// When it is another person: makes a record for them.
    pub make: String,
    /// And connects the portal there.
    pub connect: String,
}

/// Draws what came of a sign-in. `sync` is what to type to fetch.
pub fn returned(page: &mut Page, returned: &Returned, again: &Again, sync: &str) {
    match returned {
        Returned::Connected(sign_in) => connected(page, sign_in, sync),
        Returned::Unsure { because } => {
            page.heading("It is not certain that the portal shows the person of this record");
            sentences(page, because);
            nothing_taken(page);
            page.line(0, Ink::Plain, "If you have looked and it is the same person:");
            page.verbatim(2, &again.same);
            another(page, again);
        }
        Returned::AnotherPerson { because } => {
            page.heading("The portal shows another person than this record's");
            sentences(page, because);
            nothing_taken(page);
            another(page, again);
        }
        Returned::NotForUs | Returned::ReadingOnly { .. } => {
            page.line(
                0,
                Ink::Plain,
                "The browser returned with another sign-in's answer. Nothing was changed.",
            );
        }
    }
}

fn connected(page: &mut Page, sign_in: &SignIn, sync: &str) {
    page.heading(&format!("Connected: {}", sign_in.portal));
    page.line(2, Ink::Plain, &format!("It shows {}", sign_in.patient));
    // Who it is, and not all that the portal holds of them: that is what `profile` shows.
    let told = sign_in.fields.iter().filter(|field| !field.label.starts_with("Extension"));
    told.for_each(|field| page.labelled(6, &field.label, &field.text));
    sentences(page, &sign_in.because);
    if let Some(ends) = sign_in.ends {
        page.line(2, Ink::Plain, &format!("The connection ends {}", moment(ends)));
    }
    page.line(0, Ink::Plain, "Fetch what it has:");
    page.verbatim(2, sync);
}

fn sentences(page: &mut Page, because: &[String]) {
    because.iter().for_each(|sentence| page.line(2, Ink::Plain, sentence));
}

fn nothing_taken(page: &mut Page) {
    page.line(0, Ink::Plain, "Nothing was taken in, and the access was given back to the portal.");
}

fn another(page: &mut Page, again: &Again) {
    page.line(0, Ink::Plain, "If it is another person, make a record for them and connect the portal there:");
    page.verbatim(2, &again.make);
    page.verbatim(2, &again.connect);
}
