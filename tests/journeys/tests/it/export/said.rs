//! What people read in an export: the page, the notes, the list of what is in it.

use client::Returned;
use harness::{Device, portal};
use sandbox::{Config, Quirk, demo_data};

use super::{Folder, import, messy_to_the_end};

#[tokio::test(flavor = "multi_thread")]
async fn h7_the_page_asserts_nothing_that_the_record_does_not() {
    let empty = Folder::of(&Device::new("alice's phone"));
    let page = empty.read("index.html").to_lowercase();
    let (policy_and_style, page) = page.split_once("</head>").unwrap();
    assert!(policy_and_style.contains("default-src 'none'"));
    for word in ["none", "normal", "no known", "healthy", "up to date", "no allerg", "all clear"] {
        assert!(!page.contains(word), "an empty record says {word:?}");
    }
    assert!(page.contains("it does not say whether there is anything"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_a_portal_did_not_give_in_one_sentence_a_reason() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let refused = Quirk::RefusedType("Practitioner".to_owned());
    let hospital = portal(Config { quirks: [refused].into(), ..config });
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    alice.sync().await;
    hospital.stop();
    alice.sync().await;
    let page = Folder::of(&alice).read("index.html");
    let portals = page.split("id=\"portals\"").nth(1).unwrap().split("</section>").next().unwrap();
    let said = |words: &str| portals.matches(words).count();
    assert!(
        portals.contains("Not given: Practitioner (referred to) (this app may not use Practitioner)"),
        "{portals}"
    );
    assert_eq!((said("Not given:"), said("The last try failed (")), (1, 1), "{portals}");
    assert!(portals.contains("what was read before stays: AllergyIntolerance, "), "{portals}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_the_screens_show_and_says_as_of_when() {
    let (alice, portals) = messy_to_the_end().await;
    let folder = Folder::of(&alice);
    let page = folder.read("index.html");
    assert_inert(&page);
    let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for link in links {
        assert!(link.starts_with('#') || folder.path().join(link).is_file(), "{link}");
    }
    for portal in &portals {
        assert!(page.contains(&portal.base_url()));
    }
    for words in
        ["As of 2026-11-", "CRITICAL", "not flagged", "outside", "Withdrawn by its provider", "Changed: was"]
    {
        assert!(page.contains(words), "{words}");
    }
    // A withdrawn entry stands folded, without its value.
    for withdrawn in page.split("<summary>Withdrawn").skip(1) {
        let entry = withdrawn.split("</details>").next().unwrap();
        assert!(!entry.contains("<strong>") && !entry.contains("class=\"flag"), "{entry}");
    }
    let readme = folder.read("README.txt");
    for words in ["NOT ENCRYPTED", "withdrew", "withheld from carers", "import THIS-FOLDER"] {
        assert!(readme.contains(words), "{words}");
    }
}

/// Of all tags none runs, loads or leads out of the folder. What portals say of such things stands in it as words.
fn assert_inert(page: &str) {
    for tag in page.split('<').skip(1).map(|part| part.split('>').next().unwrap().to_lowercase()) {
        if tag.starts_with("meta http-equiv=\"content-security-policy\"") {
            continue;
        }
        for part in [" on", "src", "script", "form", "iframe", "://", "url(", "@import", "object", "embed"] {
            assert!(!tag.contains(part), "{part}: {tag}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_keep_their_times_and_their_conflict() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let mut alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let note = alice.client().write_note("Take it with food", None).unwrap();
    super::hostile::two_edits_apart(
        &mut alice,
        &note,
        ["Take it before breakfast", "Take it after breakfast"],
    );
    let before = alice.client().notes().unwrap();
    assert_eq!(before[0].versions.len(), 2, "two people changed it at once");
    let digest = alice.client().verify().unwrap().digest;

    let folder = Folder::of(&alice);
    let notes = folder.lines("people/notes.ndjson");
    assert_eq!(notes.len(), 1);
    assert_eq!((&notes[0]["conflict"], notes[0]["versions"].as_array().unwrap().len()), (&true.into(), 2));
    assert_eq!(notes[0]["earlier"][0]["text"], "Take it with food");
    assert_eq!(notes[0]["earlier"][0]["author"], "alice's phone");
    let page = folder.read("index.html");
    assert!(page.contains("Take it before breakfast") && page.contains("Take it after breakfast"));

    let tablet = Device::new("alice's tablet");
    tablet.clock.turn(1_000_000);
    import(&tablet, &folder.path()).unwrap();
    assert_eq!(tablet.client().verify().unwrap().digest, digest);
    let after = tablet.client().notes().unwrap();
    let texts = |notes: &[client::views::NoteView]| {
        let mut texts: Vec<_> =
            notes[0].versions.iter().map(|version| (version.text.clone(), version.written)).collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(&after), texts(&before), "the words, and when they were written");
}
