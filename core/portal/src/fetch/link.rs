use url::Url;

use super::Fault;
use crate::Base;

/// The longest link that is followed.
const LONGEST: usize = 64 << 10;

/// Where a link to the next page leads. It is opaque; only its host matters, and that it does not ask for XML. Relative links
/// are relative to the base (FHIR R4, Bundle.link), those that begin with `?` to the page itself.
pub(crate) fn resolve(text: &str, page: Option<&Url>, base: &Base) -> Result<Url, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::BadNext);
    }
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let root = match page {
                Some(page) if text.starts_with('?') => page.clone(),
                _ => base.at("").map_err(|_| Fault::BadNext)?,
            };
            root.join(text).map_err(|_| Fault::BadNext)?
        }
        Err(_) => return Err(Fault::BadNext),
    };
    url.set_fragment(None);
    if !base.same_origin(&url) {
        return Err(Fault::OtherHost);
    }
    Ok(in_json(url))
}

/// A `_format` for XML in a link overrides what the request asks for, so it is taken out. Everything else stays as it came.
fn in_json(mut url: Url) -> Url {
    let Some(query) = url.query() else { return url };
    let xml = |pair: &&str| {
        let value = pair.strip_prefix("_format=").map(str::to_ascii_lowercase);
        value.is_some_and(|value| value.contains("xml"))
    };
    if !query.split('&').any(|pair| xml(&pair)) {
        return url;
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !xml(pair)).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_asks_for_xml_is_asked_for_without_that() {
        let base = Base::parse("https://portal.example/fhir").unwrap();
        for (link, asked) in [
            ("https://portal.example/fhir?_getpages=a&_format=xml&_count=5", "_getpages=a&_count=5"),
            ("https://portal.example/fhir?_format=application%2Ffhir%2BXML", ""),
            (
                "https://portal.example/fhir?_getpages=%E2%9C%93&_format=json",
                "_getpages=%E2%9C%93&_format=json",
            ),
            ("https://portal.example/fhir?x_format=xml", "x_format=xml"),
        ] {
            let url = resolve(link, None, &base).unwrap();
            assert_eq!(url.query().unwrap_or_default(), asked, "{link}");
        }
    }
}
