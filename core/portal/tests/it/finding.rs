//! Alice looks for her hospital, without a network.

use data_encoding::HEXLOWER;
use portal::{
    Error,
    brands::{Brand, Directory, LeftOut, MAX_BYTES, PortalEndpoint, PortalEntry, import},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::vectors::golden;

const PUBLISHED: &[u8] = include_bytes!("../data/brands.json");

fn directory() -> Directory {
    import(PUBLISHED).unwrap().directory
}

/// Names, each with the city that tells it apart.
fn found(query: &str) -> Vec<String> {
    let directory = directory();
    let hits = directory.search(query, 50);
    hits.iter()
        .map(|hit| {
            format!("{} ({})", hit.brand.name, hit.address.map_or("", |address| address.city.as_str()))
        })
        .collect()
}

fn first(query: &str) -> String {
    found(query).into_iter().next().unwrap_or_default()
}

fn named<'a>(directory: &'a Directory, name: &str) -> &'a Brand {
    directory.brands().iter().find(|brand| brand.name == name).unwrap()
}

/// A bundle of one organisation with one portal.
fn bundle(change: impl FnOnce(&mut Value)) -> Value {
    let mut value = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "https://list.example/Organization/o", "resource": {"resourceType": "Organization", "id": "o", "name": "Hospital",
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/organization-portal", "extension": [
                {"url": "portalName", "valueString": "Chart"},
                {"url": "portalEndpoint", "valueReference": {"reference": "Endpoint/e"}}]}]}},
        {"fullUrl": "https://list.example/Endpoint/e", "resource": {"resourceType": "Endpoint", "id": "e", "status": "active",
            "address": "https://ehr.example/r4"}}]});
    change(&mut value);
    value
}

fn read(value: &Value) -> Directory {
    import(value.to_string().as_bytes()).unwrap().directory
}

#[test]
fn a_published_bundle_is_read() {
    let imported = import(PUBLISHED).unwrap();
    let directory = imported.directory;
    assert_eq!(directory.as_of(), Some("2026-10-01T06:00:00Z"));
    assert_eq!(directory.brands().len(), 15);
    assert_eq!(
        imported.left_out,
        LeftOut { not_brands: 1, without_portal: 1, ..LeftOut::default() },
        "one is closed, one has its endpoint off"
    );
    let riverbend = named(&directory, "Riverbend Health");
    assert_eq!(riverbend.aliases, ["Riverbend Regional Medical Center", "Millbrook Clinics"]);
    assert_eq!(riverbend.categories, ["Healthcare Provider"]);
    assert_eq!(riverbend.website.as_deref(), Some("https://www.riverbendhealth.example/"));
    assert_eq!(riverbend.logo.as_deref(), Some("https://www.riverbendhealth.example/logo.svg"));
    assert_eq!(riverbend.numbers, ["1999999984"]);
    assert_eq!(riverbend.addresses.len(), 3);
    assert_eq!(
        riverbend.portals,
        [PortalEntry {
            name: "MyRiverbend".to_owned(),
            description: Some("For patients of all Riverbend hospitals and clinics.".to_owned()),
            website: Some("https://my.riverbendhealth.example/".to_owned()),
            through: None,
            endpoints: vec![
                PortalEndpoint {
                    base: "https://fhir.riverbendhealth.example/api/FHIR/R4".to_owned(),
                    fhir_versions: vec!["4.0.1".to_owned()]
                },
                PortalEndpoint {
                    base: "https://fhir.riverbendhealth.example/api/FHIR/DSTU2".to_owned(),
                    fhir_versions: vec!["1.0.2".to_owned()]
                },
            ],
        }],
        "the one that can be used first"
    );
    assert!(
        directory.brands().iter().flat_map(|brand| &brand.portals).all(|portal| portal.endpoints[0].is_r4())
    );
}

#[test]
fn one_brand_may_have_several_portals_and_several_brands_one() {
    let directory = directory();
    let names: Vec<&str> =
        named(&directory, "Northstar Cancer Institute").portals.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["MyNorthstar", "Northstar Kids"]);
    for affiliate in ["Riverbend Children's Hospital", "Lakeside Family Physicians"] {
        let portal = &named(&directory, affiliate).portals[0];
        assert_eq!(
            (portal.name.as_str(), portal.through.as_deref()),
            ("MyRiverbend", Some("Riverbend Health"))
        );
    }
    for (name, base) in [
        ("Prairie View Clinic", "https://ehr.prairieview.example/fhir"),
        ("Hilltop Dental Group", "https://ehr.hilltopdental.example/fhir/r4"),
    ] {
        let portal = &named(&directory, name).portals[0];
        assert_eq!(
            (portal.name.as_str(), portal.endpoints[0].base.as_str()),
            (name, base),
            "as older lists have it"
        );
    }
}

#[test]
fn a_hospital_is_found_by_the_beginnings_of_its_names() {
    assert_eq!(first("riverbend health"), "Riverbend Health (Riverbend)");
    assert_eq!(first("riv hea"), "Riverbend Health (Riverbend)");
    assert_eq!(first("RIVERBEND REGIONAL"), "Riverbend Health (Riverbend)", "by an alias");
    assert_eq!(
        first("kids hospital"),
        "Riverbend Children's Hospital (Riverbend)",
        "by an alias with an apostrophe"
    );
    assert_eq!(first("childrens"), "Riverbend Children's Hospital (Riverbend)");
    assert_eq!(first("Children's"), "Riverbend Children's Hospital (Riverbend)");
    assert_eq!(first("mynorthstar"), "Northstar Cancer Institute (Minneapolis)", "by its portal");
    assert_eq!(first("1999999984"), "Riverbend Health (Riverbend)", "by its number");
    assert_eq!(first("riverbendhealth.example"), "Riverbend Health (Riverbend)", "by its web address");
    assert_eq!(found("bend"), Vec::<String>::new(), "beginnings only");
    assert_eq!(found(""), Vec::<String>::new());
    assert_eq!(found(" .,; "), Vec::<String>::new());
    assert_eq!(found("riverbend nowhere"), Vec::<String>::new(), "every word counts");
    assert_eq!(found("closed valley"), Vec::<String>::new());
}

#[test]
fn accents_and_letters_that_keyboards_lack_do_not_matter() {
    for query in ["clinica sao joao", "CLÍNICA SÃO JOÃO", "Clínica", "joa\u{303}o"] {
        assert_eq!(first(query), "Clínica São João (Newark)", "{query}");
    }
    for query in ["hopital sainte therese", "ste-thérèse", "saint", "montreal"] {
        assert!(found(query).iter().any(|found| found.starts_with("Hôpital Sainte-Thérèse")), "{query}");
    }
    assert_eq!(first("ostergaard laegehus"), "Østergaard Lægehus (Århus)");
    assert_eq!(first("arhus"), "Østergaard Lægehus (Århus)");
    assert_eq!(first("sud grossstadt"), "Klinikum Süd-Großstadt (Großstadt)");
    assert_eq!(first("mount hope"), "Mt. Hope Imaging (Fort Collins)");
    assert_eq!(first("ft collins"), "Mt. Hope Imaging (Fort Collins)");
}

#[test]
fn places_tell_hospitals_of_one_name_apart() {
    assert_eq!(found("saint mary"), ["St. Mary's Hospital (Burlington)", "St. Mary's Hospital (Amarillo)"]);
    assert_eq!(found("st mary's burl"), ["St. Mary's Hospital (Burlington)"]);
    assert_eq!(found("st marys tx"), ["St. Mary's Hospital (Amarillo)"]);
    assert_eq!(found("st marys 05401"), ["St. Mary's Hospital (Burlington)"]);
    assert_eq!(
        found("quick lab burlington"),
        ["Quick Lab Chain (Burlington)"],
        "the place that was asked for"
    );
    assert_eq!(found("quicklab san jose"), ["Quick Lab Chain (San José)"]);
    assert_eq!(found("bridge street")[0], "Riverbend Health (Riverbend)", "by the street");
    assert_eq!(
        found("minneapolis"),
        ["Northstar Cancer Institute (Minneapolis)", "Quick Lab Chain (Minneapolis)"]
    );
}

#[test]
fn names_come_before_places() {
    let of = |name: &str, city: &str| {
        let portal = PortalEntry { name: "Chart".to_owned(), ..PortalEntry::default() };
        let address = portal::brands::Address { city: city.to_owned(), ..Default::default() };
        Brand { name: name.to_owned(), addresses: vec![address], portals: vec![portal], ..Brand::default() }
    };
    let brands = [
        of("City Clinic", "Salem"),
        of("Salem Health and Hospitals", "Eugene"),
        of("Health of Salem", "Eugene"),
        of("Salem", "Eugene"),
        of("Salemville Clinic", "Eugene"),
        Brand { aliases: vec!["Salem".to_owned()], ..of("Old Capital Clinic", "Eugene") },
    ];
    let directory = Directory::new(brands.to_vec(), None);
    let names: Vec<&str> = directory.search("salem", 9).iter().map(|hit| hit.brand.name.as_str()).collect();
    let expected = [
        "Salem",
        "Old Capital Clinic",
        "Salem Health and Hospitals",
        "Salemville Clinic",
        "Health of Salem",
        "City Clinic",
    ];
    assert_eq!(names, expected, "the whole name, an alias, the beginning of the name, a word of it, a place");
    assert_eq!(directory.search("salem", 2).len(), 2);
    assert_eq!(directory.search("salem", 0).len(), 0);
}

#[test]
fn what_a_bundle_says_is_inert() {
    let nasty = "<img src=x onerror=alert(1)>\u{202e}\u{0}\r\n  Hos\u{200b}pital";
    let value = bundle(|value| {
        let organisation = &mut value["entry"][0]["resource"];
        organisation["name"] = json!(nasty);
        organisation["alias"] = json!(["x".repeat(10_000), 7, null, "a", "a", ""]);
        organisation["telecom"] = json!([{"system": "url", "value": "javascript:alert(1)"}]);
        organisation["address"] =
            json!([{"city": "A\u{1b}[31mB", "line": ["1\n2", 3]}, "nowhere", {"city": 7}]);
        organisation["extension"].as_array_mut().unwrap().push(json!({
            "url": "http://hl7.org/fhir/StructureDefinition/organization-brand",
            "extension": [{"url": "brandLogo", "valueUrl": "data:image/svg+xml,<svg onload=alert(1)>"},
                {"url": "brandLogo", "valueUrl": "http://tracker.example/logo.png"},
                {"url": "brandLogo", "valueUrl": "https://u:p@tracker.example/logo.png"}]}));
    });
    let directory = read(&value);
    let brand = &directory.brands()[0];
    assert_eq!(
        brand.name, "<img src=x onerror=alert(1)> Hos pital",
        "plain text, for who shows it to escape"
    );
    assert_eq!(brand.aliases.iter().map(|alias| alias.chars().count()).collect::<Vec<_>>(), [300, 1]);
    assert_eq!((brand.website.as_deref(), brand.logo.as_deref()), (None, None));
    assert_eq!((brand.addresses[0].city.as_str(), brand.addresses[0].line.as_str()), ("A [31mB", "1 2"));
    assert_eq!(brand.addresses.len(), 3);
}

#[test]
fn only_secure_and_active_ways_in_are_taken() {
    let without = |change: &dyn Fn(&mut Value)| {
        let imported =
            import(bundle(|value| change(&mut value["entry"][1]["resource"])).to_string().as_bytes())
                .unwrap();
        assert_eq!(imported.directory.brands().len() + imported.left_out.without_portal, 1);
        imported.directory.brands().is_empty()
    };
    assert!(!without(&|_| {}));
    for bad in [
        "http://ehr.example/r4",
        "http://127.0.0.1/r4",
        "https://u:p@ehr.example/r4",
        "https://ehr.example/r4?x=1",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "/r4",
        "",
    ] {
        assert!(without(&|endpoint| endpoint["address"] = json!(bad)), "{bad}");
    }
    assert!(without(
        &|endpoint| endpoint["address"] = json!(format!("https://ehr.example/{}", "x".repeat(3_000)))
    ));
    for status in ["off", "suspended", "error", "entered-in-error", "test"] {
        assert!(without(&|endpoint| endpoint["status"] = json!(status)), "{status}");
    }
    assert!(without(&|endpoint| endpoint["connectionType"] = json!({"code": "dicom-wado-rs"})));
    assert!(without(&|endpoint| endpoint["resourceType"] = json!("Location")));
}

#[test]
fn references_lead_to_one_thing_or_nowhere() {
    let ways = |change: &dyn Fn(&mut Value)| {
        let directory = read(&bundle(|value| change(value)));
        directory.brands().first().map(|brand| brand.portals[0].endpoints[0].base.clone())
    };
    let refer = |to: &'static str| {
        move |value: &mut Value| {
            value["entry"][0]["resource"]["extension"][0]["extension"][1]["valueReference"]["reference"] =
                json!(to);
        }
    };
    let home = Some("https://ehr.example/r4".to_owned());
    assert_eq!(ways(&refer("https://list.example/Endpoint/e")), home);
    assert_eq!(ways(&refer("Endpoint/e")), home);
    for nowhere in ["Endpoint/f", "https://evil.example/Endpoint/e", "#e", "Organization/o", ""] {
        assert_eq!(ways(&refer(nowhere)), None, "{nowhere}");
    }
    let second = |url: &'static str| {
        move |value: &mut Value| {
            let mut other = value["entry"][1].clone();
            other["fullUrl"] = json!(url);
            other["resource"]["address"] = json!("https://evil.example/r4");
            value["entry"].as_array_mut().unwrap().insert(0, other);
        }
    };
    assert_eq!(ways(&second("https://other.example/Endpoint/e")), home, "the one beside it counts");
    assert_eq!(ways(&second("https://list.example/Endpoint/e")), None, "two of one name");
    let circle = bundle(|value| {
        let organisation = &mut value["entry"][0]["resource"];
        organisation["extension"] = json!([]);
        organisation["partOf"] = json!({"reference": "Organization/o"});
    });
    assert!(read(&circle).brands().is_empty(), "part of itself");
}

#[test]
fn one_bad_entry_spoils_no_other() {
    let value = bundle(|value| {
        let entries = value["entry"].as_array_mut().unwrap();
        for bad in
            [json!(7), json!(null), json!({}), json!({"resource": []}), json!({"resource": {"id": "x"}})]
        {
            entries.insert(0, bad);
        }
        entries.push(json!({"resource": {"resourceType": "Organization", "id": "n", "name": "  "}}));
    });
    let imported = import(value.to_string().as_bytes()).unwrap();
    assert_eq!(imported.directory.brands().len(), 1);
    assert_eq!((imported.left_out.unreadable, imported.left_out.not_brands), (5, 1));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = bundle(|_| {}).to_string().replacen("\"entry\":[", &format!("\"entry\":[{deep},"), 1);
    let imported = import(text.as_bytes()).unwrap();
    assert_eq!((imported.directory.brands().len(), imported.left_out.unreadable), (1, 1));
    let padded = |bytes: usize| {
        let value =
            json!({"resource": {"resourceType": "Organization", "id": "big", "x": "x".repeat(bytes)}});
        import(text.replacen(&deep, &value.to_string(), 1).as_bytes()).unwrap().left_out
    };
    assert_eq!((padded(3 << 20).unreadable, padded(3 << 20).not_brands), (0, 1));
    assert_eq!((padded(5 << 20).unreadable, padded(5 << 20).not_brands), (1, 0), "too large to be read");
}

#[test]
fn what_is_no_bundle_is_refused() {
    for bad in [
        "",
        "{",
        "[]",
        "null",
        "{\"resourceType\":\"Patient\"}",
        "<html>",
        "{\"resourceType\":\"Bundle\",\"entry\":7}",
    ] {
        assert_eq!(import(bad.as_bytes()).err(), Some(Error::BadDirectory), "{bad}");
    }
    assert_eq!(import(b"{\"resourceType\":\"Bundle\"}").unwrap().directory.brands().len(), 0);
    assert_eq!(import(&vec![b' '; MAX_BYTES + 1]).err(), Some(Error::BadDirectory));
}

#[test]
fn a_million_entries_are_counted_and_not_kept() {
    let text = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}0]}}", "0,".repeat(1_000_000));
    let imported = import(text.as_bytes()).unwrap();
    assert_eq!(imported.left_out.unreadable + imported.left_out.beyond, 1_000_001);
    assert!(imported.left_out.beyond > 0);
}

#[test]
fn c30_a_brand_of_too_much_is_cut() {
    let value = bundle(|value| {
        let organisation = &mut value["entry"][0]["resource"];
        organisation["alias"] = (0..1_000).map(|n| json!(format!("alias {n}"))).collect();
        organisation["address"] = (0..10_000).map(|n| json!({"city": format!("city{n}")})).collect();
        let portal = organisation["extension"][0].clone();
        organisation["extension"] = (0..1_000).map(|_| portal.clone()).collect();
    });
    let directory = read(&value);
    let brand = &directory.brands()[0];
    assert_eq!((brand.aliases.len(), brand.addresses.len(), brand.portals.len()), (64, 5_000, 64));
    assert_eq!(directory.search("city4999", 1).len(), 1);
}

#[test]
fn two_lists_are_joined_without_mixing_their_cards() {
    let evil = bundle(|value| {
        value["entry"][0]["resource"]["name"] = json!("Riverbend Health");
        value["timestamp"] = json!("2026-09-01");
    });
    let both = directory().with(directory()).with(read(&evil));
    assert_eq!(both.brands().len(), 16, "each once, and the other of that name for itself");
    assert_eq!(both.as_of(), Some("2026-09-01"), "as old as the older");
    let hits = both.search("riverbend health", 9);
    assert_eq!(hits.iter().filter(|hit| hit.brand.name == "Riverbend Health").count(), 2);
    assert!(hits.iter().all(|hit| hit.brand.portals.len() == 1));
}

#[test]
fn a_kept_directory_of_the_first_version_is_read() {
    let made = directory();
    let kept = golden("directory-1.hex", HEXLOWER.encode(&made.encode()).as_bytes());
    let kept = HEXLOWER.decode(&kept).unwrap();
    let read = Directory::decode(&kept).unwrap();
    assert_eq!((read.brands(), read.as_of()), (made.brands(), made.as_of()));
    assert_eq!(read.encode(), kept);
    assert_eq!(read.search("quick lab burlington", 1), made.search("quick lab burlington", 1));
    assert!(kept.len() * 3 < PUBLISHED.len(), "{} of {}", kept.len(), PUBLISHED.len());
    for bad in [&b""[..], b"\x80", b"\xff\xff", &kept[..kept.len() - 1], &[b"\x9f", &kept[..]].concat()] {
        assert_eq!(Directory::decode(bad).err(), Some(Error::BadDirectory));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_kept_directory_that_was_damaged_is_read_or_refused(at in 0_usize..10_000, with in any::<u8>()) {
        let mut kept = directory().encode();
        let at = at % kept.len();
        kept[at] = with;
        if let Ok(directory) = Directory::decode(&kept) {
            let bases = directory.brands().iter().flat_map(|brand| &brand.portals).flat_map(|portal| &portal.endpoints);
            for endpoint in bases {
                prop_assert!(portal::Base::parse(&endpoint.base).is_ok());
            }
            directory.search("riverbend", 5);
        }
    }

    #[test]
    fn anything_can_be_searched_for(query in "\\PC{0,60}") {
        let directory = directory();
        prop_assert!(directory.search(&query, 3).len() <= 3);
    }

    /// What is found by a query is found by the beginning of each of its words too.
    #[test]
    fn shorter_words_find_no_less(at in 0_usize..15, cut in 1_usize..6) {
        let directory = directory();
        let name = directory.brands()[at].name.clone();
        let shorter: Vec<String> = name.split(' ').map(|word| word.chars().take(cut).collect()).collect();
        let found = directory.search(&shorter.join(" "), 50);
        prop_assert!(found.iter().any(|hit| hit.brand.name == name), "{name}");
    }

    #[test]
    fn a_bundle_of_anything_is_read(text in "(\\{|\\}|\\[|\\]|,|:|\"resourceType\":|\"Bundle\"|\"entry\":|\"resource\":|[0-9]|null|\"[a-z]{0,5}\"){0,40}") {
        let _ = import(text.as_bytes());
        let _ = import(format!("{{\"resourceType\":\"Bundle\",\"entry\":[{text}]}}").as_bytes());
    }
}
