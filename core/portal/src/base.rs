use std::fmt;

use url::{Host, Url};

use crate::Error;

/// A portal's FHIR base address, normalised: no slash at the end, no query, no fragment, no password. It is the issuer
/// of every resource that comes from there, and `aud` at sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Base {
    text: String,
    url: Url,
}

impl Base {
    /// Reads an address such as `https://portal.example/fhir/`. http is accepted for this machine only
    /// (127.0.0.0/8, [::1], localhost).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut url = Url::parse(text.trim()).map_err(|_| Error::BadBase)?;
        let plain = url.query().is_none() && url.fragment().is_none();
        if !plain || !without_password(&url) || !(url.scheme() == "https" || loopback_http(&url)) {
            return Err(Error::BadBase);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, url })
    }

    /// The normalised address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of something below the base: `Patient/1`, `metadata`, `Observation?patient=1`.
    pub(crate) fn at(&self, path: &str) -> Result<Url, Error> {
        Url::parse(&format!("{}/{}", self.text, path)).map_err(|_| Error::BadBase)
    }

    /// Same scheme, host and port, and no password in it: the only place where a token of this portal goes.
    pub(crate) fn same_origin(&self, url: &Url) -> bool {
        url.origin().is_tuple() && url.origin() == self.url.origin() && without_password(url)
    }

    /// Whether an address that this portal names may be used: https, or http on this machine when the portal is
    /// itself on this machine.
    pub(crate) fn secure(&self, url: &Url) -> bool {
        let scheme = url.scheme() == "https" || (loopback_http(url) && loopback(&self.url));
        scheme && url.has_host() && without_password(url)
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base({})", self.text)
    }
}

pub(crate) fn loopback_http(url: &Url) -> bool {
    url.scheme() == "http" && loopback(url)
}

fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn without_password(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// A FHIR id (R4, `id`), a little wider than the standard because portals are, and never a step in a path.
pub(crate) fn valid_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && id.bytes().any(|b| b != b'.')
}

/// The name of a resource type: letters only.
pub(crate) fn valid_type(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_normalised_and_secure() {
        for text in [
            "https://Portal.Example/fhir",
            " https://portal.example/fhir/ ",
            "https://portal.example:443/fhir//",
        ] {
            assert_eq!(Base::parse(text).unwrap().as_str(), "https://portal.example/fhir");
        }
        assert_eq!(Base::parse("https://portal.example/").unwrap().as_str(), "https://portal.example");
        for text in
            ["http://127.0.0.1:80/r4", "http://127.9.9.9:4711", "http://localhost/x", "http://[::1]:1/x"]
        {
            assert!(Base::parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://portal.example/fhir",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "https://u:p@portal.example/fhir",
            "https://portal.example/fhir?x=1",
            "https://portal.example/fhir#x",
            "ftp://portal.example",
            "portal.example",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(Base::parse(text).unwrap_err(), Error::BadBase, "{text}");
        }
    }

    #[test]
    fn only_the_same_origin_is_the_same() {
        let base = Base::parse("https://portal.example/fhir").unwrap();
        let same = |text: &str| base.same_origin(&Url::parse(text).unwrap());
        assert!(same("https://portal.example:443/other?x"));
        for other in [
            "http://portal.example/fhir",
            "https://portal.example:8443/fhir",
            "https://portal.example.evil/fhir",
            "https://portal.example@evil.example/fhir",
            "https://u@portal.example/fhir",
            "data:text/plain,x",
        ] {
            assert!(!same(other), "{other}");
        }
    }

    #[test]
    fn ids_never_walk() {
        for good in ["1", "a-b.c_D", "e.AbC"] {
            assert!(valid_id(good));
        }
        for bad in ["", ".", "..", "a/b", "a?b", "a b", "%2e", "~x", &"x".repeat(129)] {
            assert!(!valid_id(bad), "{bad}");
        }
    }
}
