use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::privacy;
use super::wording::{all, file as file_name, label, numbers, state, titled, unless};
use crate::json;
use crate::lens::{Consent, Period, Provision, is_directive, labels};
use crate::modifiers;

/// Exceptions to exceptions are told no deeper than this.
const DEEPEST: usize = 5;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let consent = Consent::read(value);
    let directive = is_directive(value);
    let readable = |held: &Json| held.is_object() && held.get("type").is_none_or(Json::is_string);
    if !directive && value.get("provision").is_some_and(readable) {
        fields.told(&["provision"]);
    }
    fill(&consent, directive, fields);
    let about = all(&consent.categories).or_else(|| label(consent.scope.as_ref()));
    let stopped = unless("active", "Consent.status", consent.status.as_ref());
    // What it permits counts only while it is in force; what a directive says is for people to read.
    let says = match &stopped {
        _ if directive => json::joined(consent.files.iter().map(file_name), "; "),
        None => Some(permission(consent.provision.as_ref())),
        Some(_) => None,
    };
    Draft {
        title: titled(if directive { "Advance directive" } else { "Consent" }, about),
        codes: codes(consent.categories.first().or(consent.scope.as_ref())),
        when: moment([consent.date.clone()]),
        value: json::joined(stopped.into_iter().chain(says), "; "),
        ..Draft::default()
    }
}

/// Missing and unknown permissions deny.
fn permission(provision: Option<&Provision>) -> String {
    match provision {
        Some(provision) => state("Consent.provision.type", provision.kind.as_ref()),
        None => modifiers::plain("Consent.provision", None),
    }
}

fn fill(consent: &Consent, directive: bool, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "scope",
        "category",
        "dateTime",
        "performer",
        "organization",
        "sourceAttachment",
        "sourceReference",
        "policy",
        "policyRule",
        "verification",
    ]);
    fields.put("Note", directive.then(|| modifiers::plain("Consent.category", Some("(any)"))));
    let coded = consent.scope.as_ref().filter(|scope| scope.label().as_deref() == scope.code());
    let plain =
        coded.and_then(|scope| scope.code()).map(|code| modifiers::plain("Consent.scope", Some(code)));
    fields.put("About", plain.or_else(|| label(consent.scope.as_ref())));
    fields.concepts("Kind", &consent.categories);
    fields.put("Status", Some(state("Consent.status", consent.status.as_ref())));
    fields.each("The paper", consent.files.iter().map(|file| Some(file_name(file))));
    fields.reference("The paper", consent.source.as_ref());
    // Of a directive, and where it cannot be read, the provision is left to the plain lines at the end, as it came.
    if !directive {
        let said = permission(consent.provision.as_ref());
        match &consent.provision {
            Some(held) => provision("What it says", held, DEEPEST, fields),
            None => fields.put("What it says", Some(said)),
        }
    }
    fields.time("Given", consent.date.as_ref());
    fields.references("Given by", &consent.performers);
    fields.references("Kept by", &consent.organizations);
    fields.concept("Rule", consent.rule.as_ref());
    for policy in &consent.policies {
        let parts = policy.authority.clone().into_iter().chain(policy.uri.clone());
        fields.put("Policy", json::joined(parts, ", "));
    }
    for check in &consent.verifications {
        let said = if check.verified == Some(true) { "Yes" } else { "No" }.to_owned();
        let with = check.with.as_ref().and_then(|with| fields.name(with));
        let when = check.date.as_ref().map(|date| date.display());
        fields.put("Checked", json::joined([said].into_iter().chain(with).chain(when), ", "));
    }
    numbers(fields, &consent.identifiers);
}

fn provision(heading: &str, provision: &Provision, deeper: usize, fields: &mut Fields<'_>) {
    fields.put(heading, Some(words(provision, fields)));
    if deeper == 0 {
        let more = (!provision.exceptions.is_empty()).then(|| "more in the full record".to_owned());
        return fields.put("Exception", more);
    }
    for exception in &provision.exceptions {
        self::provision("Exception", exception, deeper - 1, fields);
    }
}

fn words(provision: &Provision, fields: &Fields<'_>) -> String {
    let tagged = |tag: &str, text: Option<String>| text.map(|text| format!("{tag}: {text}"));
    let actors = json::joined(
        provision.actors.iter().filter_map(|actor| {
            let who = actor.who.as_ref().and_then(|who| fields.name(who));
            json::joined(who.into_iter().chain(label(actor.role.as_ref())), ", ")
        }),
        "; ",
    );
    let data = json::joined(provision.data.iter().filter_map(|data| fields.name(data.what.as_ref()?)), ", ");
    let parts = [
        Some(state("Consent.provision.type", provision.kind.as_ref())),
        tagged("when", provision.period.as_ref().and_then(Period::display)),
        tagged("who", actors),
        tagged("may do", labels(&provision.actions)),
        tagged("for", labels(&provision.purposes)),
        tagged("entries labelled", json::joined(provision.labels.iter().filter_map(privacy::of), ", ")),
        tagged("entries of kind", labels(&provision.classes)),
        tagged("entries about", labels(&provision.codes)),
        tagged("entries dated", provision.data_period.as_ref().and_then(Period::display)),
        tagged("entries", data),
    ];
    json::joined(parts.into_iter().flatten(), "; ").unwrap_or_default()
}
