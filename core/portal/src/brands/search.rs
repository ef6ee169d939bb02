use std::collections::BTreeMap;

use url::Url;

use super::{Address, Brand, fold};

/// Which brand has which word where, in the order of the words.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Vec<(String, Vec<Posting>)>);

/// `weight`: how much a word is worth where it stands.
#[derive(Clone, Copy, Debug)]
struct Posting {
    brand: u32,
    weight: u16,
}

const NAME: u16 = 40;
const ALIAS: u16 = 30;
const PORTAL: u16 = 25;
const NUMBER: u16 = 20;
const CITY: u16 = 15;
const REGION: u16 = 10;
const LINE: u16 = 8;
/// The whole word, not only its beginning.
const WHOLE: u16 = 3;
/// The whole name, a whole alias, or the beginning of the name, is what was searched for.
const IS_NAME: u32 = 1_000;
const IS_ALIAS: u32 = 500;
const BEGINS_NAME: u32 = 200;
/// Words of a query that are looked at.
const MOST: usize = 8;

impl Words {
    pub fn of(brands: &[Brand]) -> Self {
        let mut words: BTreeMap<String, BTreeMap<u32, u16>> = BTreeMap::new();
        for (brand, at) in brands.iter().zip(0_u32..) {
            for (text, weight) in texts(brand) {
                for word in fold::words(&text) {
                    if let Some(twin) = fold::twin(&word) {
                        note(&mut words, twin.to_owned(), at, weight);
                    }
                    note(&mut words, word, at, weight);
                }
            }
        }
        let postings = |found: BTreeMap<u32, u16>| {
            found.into_iter().map(|(brand, weight)| Posting { brand, weight }).collect()
        };
        Self(words.into_iter().map(|(word, found)| (word, postings(found))).collect())
    }

    /// The places of the brands that fit, the best first.
    pub fn search(&self, query: &[String], brands: &[Brand]) -> Vec<usize> {
        let mut scores: Vec<u32> = vec![0; if query.is_empty() { 0 } else { brands.len() }];
        for (nth, word) in query.iter().take(MOST).enumerate() {
            let best = self.best(word, brands.len());
            for (score, best) in scores.iter_mut().zip(best) {
                let still = nth == 0 || *score > 0;
                *score = if still && best > 0 { *score + u32::from(best) } else { 0 };
            }
        }
        let found = scores.into_iter().zip(brands).enumerate().filter(|(_, (score, _))| *score > 0);
        let mut ranked: Vec<_> = found
            .map(|(at, (score, brand))| {
                let name = fold::words(&brand.name);
                (std::cmp::Reverse(score + closeness(query, &name, brand)), name.len(), name, at)
            })
            .collect();
        ranked.sort();
        ranked.into_iter().map(|(.., at)| at).collect()
    }

    /// For each brand, what this word is worth there at best.
    fn best(&self, word: &str, brands: usize) -> Vec<u16> {
        let mut best = vec![0; brands];
        let from = self.0.partition_point(|(known, _)| known.as_str() < word);
        let fitting = self.0.iter().skip(from).take_while(|(known, _)| known.starts_with(word));
        for (known, postings) in fitting {
            let bonus = if known == word { WHOLE } else { 0 };
            for posting in postings {
                let slot = usize::try_from(posting.brand).ok().and_then(|at| best.get_mut(at));
                if let Some(slot) = slot {
                    *slot = (*slot).max(posting.weight + bonus);
                }
            }
        }
        best
    }
}

/// The first address with the most words of the query.
pub(super) fn fitting<'a>(addresses: &'a [Address], query: &[String]) -> Option<&'a Address> {
    let hits = |address: &Address| {
        let words: Vec<String> = places(address).iter().flat_map(|(text, _)| fold::words(text)).collect();
        query.iter().filter(|asked| words.iter().any(|word| word.starts_with(asked.as_str()))).count()
    };
    let mut best: Option<(usize, &Address)> = None;
    for address in addresses {
        let hits = hits(address);
        if best.is_none_or(|(most, _)| hits > most) {
            best = Some((hits, address));
        }
    }
    best.map(|(_, address)| address)
}

fn note(words: &mut BTreeMap<String, BTreeMap<u32, u16>>, word: String, brand: u32, weight: u16) {
    let held = words.entry(word).or_default().entry(brand).or_default();
    *held = (*held).max(weight);
}

/// Whether the query is, or begins, what the brand is called.
fn closeness(query: &[String], name: &[String], brand: &Brand) -> u32 {
    if name == query {
        return IS_NAME;
    }
    if brand.aliases.iter().any(|alias| fold::words(alias) == query) {
        return IS_ALIAS;
    }
    let begins = match query.split_last() {
        Some((last, whole)) => {
            name.starts_with(whole)
                && name.get(whole.len()).is_some_and(|word| word.starts_with(last.as_str()))
        }
        None => false,
    };
    if begins { BEGINS_NAME } else { 0 }
}

/// Everything of a brand that is searched.
fn texts(brand: &Brand) -> Vec<(String, u16)> {
    let mut texts = vec![(brand.name.clone(), NAME)];
    texts.extend(brand.aliases.iter().map(|alias| (alias.clone(), ALIAS)));
    texts.extend(brand.numbers.iter().map(|number| (number.clone(), NUMBER)));
    texts.extend(host(brand.website.as_deref()));
    for portal in &brand.portals {
        texts.push((portal.name.clone(), PORTAL));
        texts.extend(portal.through.iter().map(|name| (name.clone(), PORTAL)));
        texts.extend(host(portal.website.as_deref()));
        texts.extend(portal.endpoints.iter().filter_map(|endpoint| host(Some(&endpoint.base))));
    }
    texts.extend(brand.addresses.iter().flat_map(places));
    texts
}

fn places(address: &Address) -> [(String, u16); 5] {
    [
        (address.city.clone(), CITY),
        (address.state.clone(), REGION),
        (address.postal_code.clone(), REGION),
        (address.country.clone(), REGION),
        (address.line.clone(), LINE),
    ]
}

fn host(url: Option<&str>) -> Option<(String, u16)> {
    let url = Url::parse(url?).ok()?;
    let host = url.host_str()?;
    Some((host.strip_prefix("www.").unwrap_or(host).to_owned(), NUMBER))
}
