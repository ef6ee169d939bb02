use url::Url;

use crate::Base;

/// The longest address that is read.
const LONGEST: usize = 8_192;

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the portal itself.
    Here(Url),
    /// At another host, which is not asked.
    Elsewhere {
        /// The host, with its port where it is not the usual one.
        host: String,
    },
    /// In the address itself (`data:`).
    Inline,
    /// Nowhere that can be asked.
    Unreadable,
}

/// Where the file of this address lies, as seen from the portal at `base`. Relative addresses stand below the base.
pub fn place(base: &Base, address: &str) -> Place {
    let address = address.trim();
    if address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return Place::Inline;
    }
    if address.is_empty() || address.len() > LONGEST || address.starts_with('#') || climbs(address) {
        return Place::Unreadable;
    }
    let Some(mut url) = base.at("").ok().and_then(|folder| folder.join(address).ok()) else {
        return Place::Unreadable;
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Place::Unreadable;
    }
    if !base.same_origin(&url) {
        return Place::Elsewhere { host: host(&url) };
    }
    url.set_fragment(None);
    Place::Here(url)
}

/// A step upwards in the path leads out of what a file's address may name.
fn climbs(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    path.replace("%2e", ".").split(['/', '\\']).any(|step| step == "..")
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    crate::clean(&url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Place {
        place(&Base::parse("https://portal.example/fhir").unwrap(), address)
    }

    #[test]
    fn relative_absolute_and_root_addresses_of_the_portal_are_here() {
        for (address, url) in [
            ("Binary/x", "https://portal.example/fhir/Binary/x"),
            (" Binary/x?v=2#page=3 ", "https://portal.example/fhir/Binary/x?v=2"),
            ("/files/1.pdf", "https://portal.example/files/1.pdf"),
            ("https://portal.example:443/other/1", "https://portal.example/other/1"),
            ("HTTPS://Portal.Example/fhir/Binary/x", "https://portal.example/fhir/Binary/x"),
        ] {
            assert_eq!(at(address), Place::Here(Url::parse(url).unwrap()), "{address}");
        }
    }

    #[test]
    fn c31_another_host_is_named_and_never_here() {
        for (address, host) in [
            ("https://files.example/1.pdf", "files.example"),
            ("http://portal.example/fhir/Binary/x", "portal.example"),
            ("https://portal.example:8443/x", "portal.example:8443"),
            ("https://portal.example@evil.example/x", "evil.example"),
            ("https://u:p@portal.example/x", "portal.example"),
            ("//evil.example/x", "evil.example"),
            (r"\\evil.example\x", "evil.example"),
            ("/\\evil.example/x", "evil.example"),
        ] {
            assert_eq!(at(address), Place::Elsewhere { host: host.to_owned() }, "{address}");
        }
    }

    #[test]
    fn c31_what_climbs_or_names_nothing_is_not_asked_for() {
        for address in [
            "",
            "#contained",
            "../Patient/other",
            "Binary/../../admin",
            "Binary/%2E%2e/x",
            r"Binary\..\x",
            "urn:uuid:1",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ftp://portal.example/x",
            "https://",
        ] {
            assert_eq!(at(address), Place::Unreadable, "{address}");
        }
        assert_eq!(at(&format!("Binary/{}", "x".repeat(9_000))), Place::Unreadable);
        assert_eq!(at("DATA:text/plain,x"), Place::Inline);
    }
}
