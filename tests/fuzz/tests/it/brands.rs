//! Lists of portals, published and kept.

use portal::brands::{self, Directory, MAX_BRANDS};
use url::Url;

use crate::feed::target;

fn imported(bytes: &[u8]) {
    if let Ok(import) = brands::import(bytes) {
        sound(&import.directory);
        kept(&import.directory);
    }
    // What the app has kept itself was checked when it came.
    if let Ok(directory) = Directory::decode(bytes) {
        kept(&directory);
    }
}

fn sound(directory: &Directory) {
    assert!(directory.brands().len() <= MAX_BRANDS);
    for brand in directory.brands() {
        let said = [&brand.name].into_iter().chain(&brand.aliases).chain(&brand.categories);
        for words in said.chain(&brand.website).chain(&brand.logo) {
            let acts = words.contains(|c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
            assert!(!acts, "{words:?}");
        }
        for endpoint in brand.portals.iter().flat_map(|portal| &portal.endpoints) {
            let url = Url::parse(&endpoint.base).expect("an address");
            let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            assert!(url.scheme() == "https" || here, "{url}");
        }
    }
}

fn kept(directory: &Directory) {
    for words in ["river", "a", "springfield 02139", "\"*", ""] {
        assert!(directory.search(words, 5).len() <= 5);
    }
    let kept = directory.encode();
    let again = Directory::decode(&kept).expect("what was written is read");
    assert_eq!((again.brands(), again.as_of()), (directory.brands(), directory.as_of()));
}

#[test]
fn c38_a_list_of_portals_names_only_safe_addresses_and_is_read_back_as_it_was() {
    target("brands", imported);
}
