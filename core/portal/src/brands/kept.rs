//! The form in which a directory is kept: CBOR, each place name once.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::{Address, Brand, Directory, MAX_BYTES, PortalEndpoint, PortalEntry};
use crate::{Base, Error};

impl Directory {
    /// Bytes to be kept or shipped. Nothing in them is secret.
    pub fn encode(&self) -> Vec<u8> {
        let mut names = Names::default();
        let brands = self.brands.iter().map(|brand| kept(brand, &mut names)).collect();
        let kept = Kept {
            form: FORM.to_owned(),
            version: VERSION,
            as_of: self.as_of.clone(),
            names: names.list,
            brands,
        };
        let mut bytes = Vec::new();
        let written = minicbor::encode(&kept, &mut bytes);
        debug_assert!(written.is_ok());
        bytes
    }

    /// Reads what [`Self::encode`] wrote. Errors: [`Error::BadDirectory`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let sound = bytes.len() <= MAX_BYTES;
        let kept: Kept = Some(bytes)
            .filter(|_| sound)
            .and_then(|bytes| minicbor::decode(bytes).ok())
            .filter(|kept: &Kept| kept.form == FORM && kept.version == VERSION)
            .ok_or(Error::BadDirectory)?;
        let Kept { names, brands, as_of, .. } = kept;
        let brands = brands.into_iter().map(|brand| read(brand, &names)).collect::<Option<_>>();
        Ok(Self::new(brands.ok_or(Error::BadDirectory)?, as_of))
    }
}

const FORM: &str = "wellkept portals";
const VERSION: u16 = 1;

#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    form: String,
    #[n(1)]
    version: u16,
    #[n(2)]
    as_of: Option<String>,
    /// Names of places, each once; an address has their numbers.
    #[n(3)]
    names: Vec<String>,
    #[n(4)]
    brands: Vec<KeptBrand>,
}

#[derive(Encode, Decode)]
struct KeptBrand {
    #[n(0)]
    name: String,
    #[n(1)]
    aliases: Vec<String>,
    #[n(2)]
    categories: Vec<String>,
    #[n(3)]
    website: Option<String>,
    #[n(4)]
    logo: Option<String>,
    #[n(5)]
    numbers: Vec<String>,
    #[n(6)]
    addresses: Vec<KeptAddress>,
    #[n(7)]
    portals: Vec<KeptPortal>,
}

/// `place`: the numbers of city, state, postal code and country.
#[derive(Encode, Decode)]
struct KeptAddress {
    #[n(0)]
    place: [u32; 4],
    #[n(1)]
    line: String,
}

#[derive(Encode, Decode)]
struct KeptPortal {
    #[n(0)]
    name: String,
    #[n(1)]
    description: Option<String>,
    #[n(2)]
    website: Option<String>,
    #[n(3)]
    through: Option<String>,
    #[n(4)]
    endpoints: Vec<KeptEndpoint>,
}

#[derive(Encode, Decode)]
struct KeptEndpoint {
    #[n(0)]
    base: String,
    #[n(1)]
    fhir_versions: Vec<String>,
}

#[derive(Default)]
struct Names {
    list: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

fn kept(brand: &Brand, names: &mut Names) -> KeptBrand {
    let address = |address: &Address| KeptAddress {
        place: [&address.city, &address.state, &address.postal_code, &address.country]
            .map(|name| names.number(name)),
        line: address.line.clone(),
    };
    let endpoint = |endpoint: &PortalEndpoint| KeptEndpoint {
        base: endpoint.base.clone(),
        fhir_versions: endpoint.fhir_versions.clone(),
    };
    let portal = |portal: &PortalEntry| KeptPortal {
        name: portal.name.clone(),
        description: portal.description.clone(),
        website: portal.website.clone(),
        through: portal.through.clone(),
        endpoints: portal.endpoints.iter().map(endpoint).collect(),
    };
    KeptBrand {
        name: brand.name.clone(),
        aliases: brand.aliases.clone(),
        categories: brand.categories.clone(),
        website: brand.website.clone(),
        logo: brand.logo.clone(),
        numbers: brand.numbers.clone(),
        addresses: brand.addresses.iter().map(address).collect(),
        portals: brand.portals.iter().map(portal).collect(),
    }
}

fn read(kept: KeptBrand, names: &[String]) -> Option<Brand> {
    let address = |kept: KeptAddress| {
        let name = |number: u32| names.get(usize::try_from(number).ok()?).cloned();
        let [city, state, postal_code, country] = kept.place.map(name);
        Some(Address {
            line: kept.line,
            city: city?,
            state: state?,
            postal_code: postal_code?,
            country: country?,
        })
    };
    Some(Brand {
        name: kept.name,
        aliases: kept.aliases,
        categories: kept.categories,
        website: kept.website,
        logo: kept.logo,
        numbers: kept.numbers,
        addresses: kept.addresses.into_iter().map(address).collect::<Option<_>>()?,
        portals: kept.portals.into_iter().map(portal).collect::<Option<_>>()?,
    })
}

fn portal(kept: KeptPortal) -> Option<PortalEntry> {
    let endpoint = |kept: KeptEndpoint| {
        let sound = Base::parse(&kept.base).is_ok_and(|base| base.as_str() == kept.base);
        sound.then_some(PortalEndpoint { base: kept.base, fhir_versions: kept.fhir_versions })
    };
    Some(PortalEntry {
        name: kept.name,
        description: kept.description,
        website: kept.website,
        through: kept.through,
        endpoints: kept.endpoints.into_iter().map(endpoint).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrays of [form, version, as_of, names, brands], with four billion declared where one is declared.
    #[test]
    fn c15_a_kept_list_that_only_declares_its_length_takes_no_memory() {
        let honest = Directory::new(Vec::new(), None).encode();
        assert!(Directory::decode(&honest).is_ok());
        let many = [0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
        let (empty, ends) = (honest.len() - 2, honest.len() - 1);
        assert_eq!(honest.get(empty..), Some(&[0x80, 0x80][..]), "no names, no brands");
        for place in [empty, ends] {
            let mut hostile = honest.clone();
            hostile.splice(place..=place, many);
            assert!(matches!(Directory::decode(&hostile), Err(Error::BadDirectory)));
            hostile.extend([0x60; 4096]);
            assert!(matches!(Directory::decode(&hostile), Err(Error::BadDirectory)));
        }
        assert!(matches!(Directory::decode(&vec![0; MAX_BYTES + 1]), Err(Error::BadDirectory)));
    }
}
