//! Files that alice's notes point to or carry: kept sealed beside the record, taken away, found by their words.

use std::fs;
use std::path::PathBuf;

use data_encoding::BASE64;
use fhir::Digest;
use statement::ConnectionId;
use store::{Address, Came, Commit, ConnectionRow, Evicted, Found, PutFile, SealedFile, Store};

use crate::world::{ALICE, Device, ISSUER, KEY, PORTAL, key, path_in};

const NOW: i64 = 1_700_000_000;

fn note(id: &str, status: &str, files: &str) -> String {
    format!(
        r#"{{"resourceType":"DocumentReference","id":"{id}","status":"{status}","type":{{"text":"Visit note {id}"}},"subject":{{"reference":"Patient/p1"}},"category":[{{"coding":[{{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category","code":"clinical-note"}}]}}],"content":[{files}]}}"#
    )
}

fn at(address: &str) -> String {
    format!(
        r#"{{"attachment":{{"contentType":"application/pdf","url":"{address}","size":9,"title":"visit.pdf"}}}}"#
    )
}

fn inline(data: &str) -> String {
    format!(r#"{{"attachment":{{"contentType":"text/plain","data":"{data}","title":"visit.txt"}}}}"#)
}

fn address(text: &str, digest: Option<Digest>, came: Came) -> Address {
    Address { connection: PORTAL, address: text.to_owned(), digest, came, reason: None, at: NOW, seen: 1_000 }
}

fn put(from: Option<&str>, plain: &str, used: i64) -> PutFile {
    let digest = Digest::of(plain.as_bytes());
    let random: [u8; 16] = digest.0[..16].try_into().unwrap();
    let sealed = SealedFile {
        name: random,
        key: digest.0.into(),
        bytes: plain.bytes().rev().chain(*b"seal").collect(),
    };
    PutFile {
        digest,
        kind: "pdf".to_owned(),
        length: plain.len() as u64,
        text: Some(plain.to_owned()),
        used,
        sealed: from.map(|_| sealed),
        address: from.map(|from| address(from, Some(digest), Came::Held)),
    }
}

impl Device {
    fn connected(self) -> Self {
        let row = ConnectionRow {
            id: PORTAL,
            issuer: ISSUER.to_owned(),
            name: "General".to_owned(),
            patient: "p1".to_owned(),
            member: ALICE,
            settings: String::new(),
            created: 1,
            ended: None,
        };
        self.store.commit(Commit { connection: Some(row), ..Commit::default() }).unwrap();
        self
    }

    fn folder_of_files(&self) -> PathBuf {
        self.folder.path().join("record.db.files")
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder_of_files()).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    fn holds(&self, digest: &Digest) -> bool {
        self.store.file(digest).unwrap().is_some_and(|file| file.held)
    }

    /// `Type/id#n` of what search finds.
    fn finds(&self, words: &str) -> Vec<String> {
        let name = |hit: store::Hit| {
            let Found::Resource(key) = hit.found else { panic!("a note") };
            let file = hit.file.map(|file| format!("#{} {}", file.n, file.title.unwrap_or_default()));
            format!("{}{}", key.id, file.unwrap_or_default())
        };
        self.store.search(words, 9).unwrap().into_iter().map(name).collect()
    }

    fn wanted(&self, refused: bool) -> Vec<String> {
        let wanted = self.store.wanted_files(&PORTAL, ISSUER, refused, 99).unwrap();
        wanted.into_iter().map(|file| file.address).collect()
    }
}

#[test]
fn what_comes_together_is_one_piece_of_the_text_index_whatever_files_it_has() {
    let phone = Device::phone().connected();
    let notes: Vec<String> =
        (0..12).map(|n| note(&format!("n{n}"), "current", &at(&format!("Binary/{n}")))).collect();
    phone.sees(1_000, &notes.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(phone.finds("visit note n7"), ["n7"]);
    let pieces = "SELECT count(DISTINCT segid) FROM search_idx";
    let pieces: i64 = crate::files::raw(&phone.path()).query_row(pieces, [], |row| row.get(0)).unwrap();
    assert_eq!(pieces, 1);
}

/// A record with a file, one that stands in its note, and three addresses.
pub fn with_files() -> Device {
    let phone = Device::phone().connected();
    let files = [inline("d2FuZGVyZmFsa2Ugb3V0c2lkZQ=="), at("Binary/1"), at("Binary/2"), at("Binary/3")];
    phone.sees(1_000, &[&note("n1", "current", &files.join(","))]);
    phone.store.put_words(&[put(None, "wanderfalke outside", NOW)]).unwrap();
    phone.store.put_file(&put(Some("Binary/1"), "the Zeppelin landed", NOW)).unwrap();
    let reason = Some("the portal answered with status 403".to_owned());
    let refused = Address { reason, ..address("Binary/2", None, Came::Refused(Some(403))) };
    phone.store.put_address(&refused).unwrap();
    phone.store.put_address(&address("Binary/3", None, Came::Large)).unwrap();
    phone
}

/// What [`with_files`] made.
pub fn are_as_written(store: &Store) {
    let zeppelin = put(Some("Binary/1"), "the Zeppelin landed", NOW);
    let held = store.file_bytes(&zeppelin.digest).unwrap().expect("the file beside the record");
    assert_eq!(
        (held.bytes, held.key.to_vec()),
        (b"dednal nileppeZ ehtseal".to_vec(), zeppelin.digest.0.to_vec())
    );
    let row = store.file(&zeppelin.digest).unwrap().unwrap();
    assert_eq!((row.kind.as_str(), row.length, row.used, row.inline), ("pdf", 19, NOW, false));
    let inline = store.file(&Digest::of(b"wanderfalke outside")).unwrap().unwrap();
    assert!(inline.inline && !inline.held && inline.has_text);
    let came: Vec<Came> = store.addresses(&PORTAL).unwrap().into_iter().map(|row| row.came).collect();
    assert_eq!(came, [Came::Held, Came::Refused(Some(403)), Came::Large]);
    let refused = store.address(&PORTAL, "Binary/2").unwrap().unwrap();
    assert_eq!((refused.at, refused.seen), (NOW, 1_000));
    assert!(refused.reason.unwrap().contains("403"));
    for words in ["zeppelin", "wanderfalke outside"] {
        assert_eq!(store.search(words, 9).unwrap().len(), 1, "{words}");
    }
}

#[test]
fn a_file_is_kept_whole_for_its_owner_alone_and_given_back() {
    let phone = Device::phone().connected();
    phone.sees(1_000, &[&note("n1", "current", &at("Binary/1"))]);
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    phone.store.put_file(&file).unwrap();
    phone.store.put_file(&file).unwrap();
    let [kept] = &phone.files()[..] else { panic!("{:?}", phone.files()) };
    let name = kept.file_name().unwrap().to_str().unwrap();
    assert!(name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(kept), mode(&phone.folder_of_files())), (0o600, 0o700));
    }
    let phone = phone.reopen();
    let held = phone.store.file_bytes(&file.digest).unwrap().unwrap();
    assert_eq!((held.key.to_vec(), held.bytes), (file.digest.0.to_vec(), b"fdp yranacseal".to_vec()));
    let row = phone.store.file(&file.digest).unwrap().unwrap();
    assert_eq!(
        (row.kind.as_str(), row.length, row.inline, row.held, row.has_text),
        ("pdf", 10, false, true, true)
    );
    assert_eq!(phone.store.files_length().unwrap(), 10);
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn c11_what_a_kill_left_behind_is_tidied_away_and_nothing_else_is() {
    let phone = Device::phone().connected();
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    phone.store.put_file(&file).unwrap();
    for leftover in ["00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff.new", "else"] {
        fs::write(phone.folder_of_files().join(leftover), "half").unwrap();
    }
    // While a damaged record lies aside, its rows may name what these do not.
    let aside = phone.folder.path().join("record.db.damaged-1");
    fs::write(&aside, "damaged").unwrap();
    let phone = phone.reopen();
    phone.store.tidy_files().unwrap();
    assert_eq!(phone.files().len(), 4);
    fs::remove_file(aside).unwrap();
    phone.store.tidy_files().unwrap();
    assert_eq!(phone.files().len(), 1);
    assert!(phone.holds(&file.digest));
}

#[test]
fn c13_a_folder_that_cannot_be_written_keeps_nothing_of_the_file() {
    let phone = Device::phone().connected();
    fs::write(phone.folder_of_files(), "in the way").unwrap();
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    assert!(phone.store.put_file(&file).is_err());
    assert_eq!(phone.store.file(&file.digest).unwrap(), None);
    assert_eq!(phone.store.address(&PORTAL, "Binary/1").unwrap(), None);
}

#[test]
fn a_file_that_is_gone_or_grew_counts_as_evicted_and_may_be_put_again() {
    let phone = Device::phone().connected();
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    phone.store.put_file(&file).unwrap();
    let [kept] = &phone.files()[..] else { panic!() };
    fs::write(kept, vec![0; 5_000]).unwrap();
    assert!(phone.store.file_bytes(&file.digest).unwrap().is_none(), "more than was kept");
    fs::remove_file(kept).unwrap();
    assert!(phone.store.file_bytes(&file.digest).unwrap().is_none());
    assert!(!phone.holds(&file.digest));
    assert!(phone.store.check().unwrap().is_sound(), "the record is not the worse for it");
    let mut again = file.clone();
    again.sealed.as_mut().unwrap().name = [9; 16];
    phone.store.put_file(&again).unwrap();
    assert!(phone.holds(&file.digest));
    phone.store.lose_file(&file.digest).unwrap();
    assert!(!phone.holds(&file.digest) && phone.files().is_empty());
}

#[test]
fn eviction_takes_what_was_not_looked_at_for_longest_and_only_what_can_be_had_again() {
    let phone = Device::phone().connected();
    let files = ["Binary/1", "Binary/2", "Binary/3"].map(at).join(",");
    phone.sees(1_000, &[&note("n1", "current", &files), &note("n2", "current", &at("Binary/4"))]);
    let put_at = |n: i64, text: &str| {
        let file = put(Some(&format!("Binary/{n}")), text, NOW + n);
        phone.store.put_file(&file).unwrap();
        file.digest
    };
    let (one, two, three) = (put_at(1, "a word 01"), put_at(2, "a word 02"), put_at(3, "a word 03"));
    let gone = put_at(4, "a word 04");
    let unnamed = put_at(5, "a word 05");
    phone.misses(2_000, &statement::Section::DOCUMENTS, &[("DocumentReference", "n2")]);
    phone.store.use_file(&one, NOW + 99).unwrap();
    let held = || [one, two, three, gone, unnamed].map(|digest| phone.holds(&digest));

    assert_eq!(phone.store.evict(45).unwrap(), Evicted { files: 0, bytes: 0, left: 45 });
    assert_eq!(phone.store.evict(44).unwrap(), Evicted { files: 1, bytes: 9, left: 36 });
    assert_eq!(held(), [true, false, true, true, true], "2 was looked at before 3 and 1");
    assert_eq!(phone.store.evict(0).unwrap(), Evicted { files: 2, bytes: 18, left: 18 });
    assert_eq!(held(), [false, false, false, true, true], "what the portal no longer points at stays");
    assert_eq!(phone.files().len(), 2);
    let log = phone.folder.path().join("record.db-wal");
    assert_eq!(fs::metadata(log).unwrap().len(), 0, "the keys are in no log either");
    assert!(phone.store.file_bytes(&two).unwrap().is_none());
    assert_eq!(phone.finds("word 02"), ["n1#1 visit.pdf"], "its words stay");
    assert_eq!(phone.wanted(true), Vec::<String>::new(), "and it is not asked for unless a person wants it");
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn nothing_of_an_ended_connection_is_evicted() {
    let phone = Device::phone().connected();
    phone.sees(1_000, &[&note("n1", "current", &at("Binary/1"))]);
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    phone.store.put_file(&file).unwrap();
    let mut row = phone.store.connections().unwrap().remove(0);
    row.ended = Some(NOW);
    phone.store.commit(Commit { connection: Some(row), ..Commit::default() }).unwrap();
    assert_eq!(phone.store.evict(0).unwrap().files, 0);
    assert!(phone.holds(&file.digest));
}

#[test]
fn an_address_is_asked_for_once_and_again_when_what_points_at_it_is_seen_anew() {
    let phone = Device::phone().connected();
    let files = ["Binary/1", "Binary/2", "Binary/3", "Binary/4"].map(at).join(",");
    phone.sees(1_000, &[&note("n1", "current", &files)]);
    assert_eq!(phone.wanted(false), ["Binary/1", "Binary/2", "Binary/3", "Binary/4"]);
    let first = phone.store.wanted_files(&PORTAL, ISSUER, false, 1).unwrap().remove(0);
    assert_eq!(
        (first.content_type.as_deref(), first.size, first.seen),
        (Some("application/pdf"), Some(9), 1_000)
    );
    assert_eq!(first.key, key("DocumentReference", "n1"));
    phone.store.put_file(&put(Some("Binary/1"), "canary pdf", NOW)).unwrap();
    for (text, came) in
        [("Binary/2", Came::Refused(Some(403))), ("Binary/3", Came::Large), ("Binary/4", Came::Failed)]
    {
        phone.store.put_address(&address(text, None, came)).unwrap();
    }
    assert_eq!(phone.wanted(false), ["Binary/4"]);
    assert_eq!(phone.wanted(true), ["Binary/2", "Binary/4"]);
    assert_eq!(phone.store.address(&PORTAL, "Binary/2").unwrap().unwrap().came, Came::Refused(Some(403)));
    assert_eq!(phone.store.addresses(&PORTAL).unwrap().len(), 4);
    phone.store.forget_address(&PORTAL, "Binary/3").unwrap();
    assert_eq!(phone.wanted(false), ["Binary/3", "Binary/4"]);
    phone.sees(2_000, &[&note("n1", "current", &at("Binary/1"))]);
    assert_eq!(phone.wanted(false), ["Binary/1"], "it was seen again");
    let other = ConnectionId::new([7; 16]);
    assert_eq!(phone.store.wanted_files(&other, "https://else.example", true, 9).unwrap(), []);
}

#[test]
fn what_came_stays_known_when_it_is_refused_the_next_time() {
    let phone = Device::phone().connected();
    let file = put(Some("Binary/1"), "canary pdf", NOW);
    phone.store.put_file(&file).unwrap();
    let refused = Address { seen: 2_000, ..address("Binary/1", None, Came::Refused(Some(404))) };
    phone.store.put_address(&refused).unwrap();
    let known = phone.store.address(&PORTAL, "Binary/1").unwrap().unwrap();
    assert_eq!((known.digest, known.came), (Some(file.digest), Came::Refused(Some(404))));
}

#[test]
fn words_lead_to_what_has_the_file_now_and_h19_to_nothing_withdrawn() {
    let phone = Device::phone().connected();
    let both = format!("{},{}", inline("d2FuZGVyZmFsa2Ugb3V0c2lkZQ=="), at("Binary/1"));
    phone.sees(1_000, &[&note("n1", "current", &both), &note("n2", "current", &at("Binary/1"))]);
    let unread = phone.store.unread_files(9).unwrap();
    let words = "wanderfalke outside";
    assert_eq!(unread.len(), 1);
    assert_eq!(
        (unread[0].digest, unread[0].path.as_str()),
        (Digest::of(words.as_bytes()), "content[0].attachment")
    );
    phone.store.put_file(&put(None, words, NOW)).unwrap();
    assert_eq!(phone.store.unread_files(9).unwrap(), []);
    let inline = phone.store.file(&Digest::of(words.as_bytes())).unwrap().unwrap();
    assert!(inline.inline && !inline.held && phone.files().is_empty(), "it stands in the resource");
    phone.store.put_file(&put(Some("Binary/1"), "the Zeppelin landed", NOW)).unwrap();
    assert_eq!(phone.finds("falke"), Vec::<String>::new());
    assert_eq!(phone.finds("wanderfalke"), ["n1#0 visit.txt"]);
    assert_eq!(phone.finds("zeppelin"), ["n1#1 visit.pdf", "n2#0 visit.pdf"]);
    assert_eq!(phone.finds("visit"), ["n1", "n2"], "by its own words, once");
    let hit = &phone.store.search("zeppelin", 9).unwrap()[0];
    assert_eq!(hit.snippet, "the \u{2}Zeppelin\u{3} landed");
    assert_eq!(hit.title, "Visit note n1");
    assert!(phone.store.check().unwrap().is_sound());

    phone.sees(2_000, &[&note("n1", "entered-in-error", &both)]);
    assert_eq!(phone.finds("zeppelin"), ["n2#0 visit.pdf"]);
    assert_eq!(phone.finds("wanderfalke"), Vec::<String>::new());
    phone.sees(3_000, &[&note("n2", "current", &at("Binary/2"))]);
    assert_eq!(phone.finds("zeppelin"), Vec::<String>::new(), "it points elsewhere now");
    phone.sees(4_000, &[&note("n1", "current", &both)]);
    assert_eq!(phone.finds("zeppelin"), ["n1#1 visit.pdf"]);
    phone.store.start_rebuild().unwrap();
    phone.store.put_file(&put(Some("Binary/2"), "a second Zeppelin", NOW)).unwrap();
    phone.store.rebuild(|_| true).unwrap();
    assert_eq!(phone.finds("zeppelin"), ["n1#1 visit.pdf", "n2#0 visit.pdf"]);
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn the_same_address_at_two_portals_is_two_addresses() {
    let phone = Device::phone().connected();
    phone.sees(1_000, &[&note("n1", "current", &at("Binary/1"))]);
    let other = ConnectionId::new([7; 16]);
    let mut row = phone.store.connections().unwrap().remove(0);
    (row.id, row.issuer) = (other, "https://else.example".to_owned());
    phone.store.commit(Commit { connection: Some(row), ..Commit::default() }).unwrap();
    let mut file = put(Some("Binary/1"), "the Zeppelin landed", NOW);
    file.address.as_mut().unwrap().connection = other;
    phone.store.put_file(&file).unwrap();
    assert_eq!(phone.finds("zeppelin"), Vec::<String>::new(), "the other portal's file is not this one's");
    assert_eq!(phone.wanted(false), ["Binary/1"]);
    assert_eq!(phone.store.evict(0).unwrap().files, 0);
}

#[test]
fn a_lost_index_of_files_is_found_by_the_check() {
    let phone = Device::phone().connected();
    phone.store.put_file(&put(None, "wanderfalke", NOW)).unwrap();
    let path = phone.path();
    let Device { store, folder, .. } = phone;
    drop(store);
    let raw = crate::files::raw(&path);
    raw.execute("DELETE FROM search_file", []).unwrap();
    drop(raw);
    let store = Store::open(&path_in(folder.path()), &KEY).unwrap();
    assert_eq!(store.check().unwrap().search_different, 1);
}

#[test]
fn what_another_connection_has_still_to_ask_for_is_not_forgotten_when_the_first_has_asked() {
    let phone = Device::phone().connected();
    phone.sees(1_000, &[&note("n1", "current", &at("Binary/1"))]);
    phone.store.put_file(&put(Some("Binary/1"), "canary pdf", NOW)).unwrap();
    assert_eq!(phone.wanted(false), Vec::<String>::new());
    let other = ConnectionId::new([7; 16]);
    let wanted = || phone.store.wanted_files(&other, ISSUER, false, 9).unwrap().len();
    let first = phone.store.connections().unwrap().remove(0);
    let second = ConnectionRow { id: other, ..first };
    let keep = |row: &ConnectionRow| {
        phone.store.commit(Commit { connection: Some(row.clone()), ..Commit::default() }).unwrap();
        assert!(phone.store.check().unwrap().is_sound());
    };
    keep(&second);
    assert_eq!((wanted(), phone.wanted(false)), (1, Vec::new()));
    keep(&ConnectionRow { ended: Some(2), ..second.clone() });
    keep(&second);
    assert_eq!(wanted(), 1, "it is in use again");
    let asked = Address { connection: other, ..address("Binary/1", None, Came::Large) };
    phone.store.put_address(&asked).unwrap();
    assert_eq!((wanted(), phone.wanted(false)), (0, Vec::new()));
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn an_entry_with_many_files_does_not_hide_another_one_whose_file_fits_less() {
    let phone = Device::phone().connected();
    let words: Vec<String> = (0..80).map(|n| format!("falke {n}")).collect();
    let many: Vec<String> = words.iter().map(|text| inline(&BASE64.encode(text.as_bytes()))).collect();
    let long = format!("falke {}", "and much else ".repeat(60));
    phone.sees(1_000, &[&note("n1", "current", &many.join(","))]);
    phone.sees(1_001, &[&note("n2", "current", &inline(&BASE64.encode(long.as_bytes())))]);
    assert_eq!(phone.store.unread_files(200).unwrap().len(), 81);
    let read: Vec<PutFile> =
        words.iter().map(String::as_str).chain([long.as_str()]).map(|text| put(None, text, NOW)).collect();
    phone.store.put_words(&read).unwrap();
    assert_eq!(phone.store.unread_files(200).unwrap(), []);
    assert_eq!(phone.finds("falke"), ["n1#0 visit.txt", "n2#0 visit.txt"]);
}
