use crate::world::*;
#[test]
fn zz() {
    for variant in 0..4 {
        let mut phone = Device::phone();
        phone.notes("", "Was ill", &[]);
        phone.store.notes_of(&statement::Section::RESULTS).unwrap();
        println!("fits {:?}", phone.store.search("ill", 3).unwrap().len());
        if variant & 1 == 1 { phone.store.check().unwrap(); }
        phone.store.start_rebuild().unwrap();
        phone.store.rebuild(|_| true).unwrap();
        if variant & 2 == 2 { phone = phone.reopen(); }
        println!("fits {:?}", phone.store.search("ill", 3).unwrap().len());
        let report = phone.store.check().unwrap();
        println!("{variant} {:?}", report.integrity);
        let db = crate::files::raw(&phone.path());
        let r: String = db.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
        println!("  raw {r}");
        let mut st = db.prepare("SELECT k, v FROM search_note_config").unwrap();
        for x in st.query_map([], |r| Ok((r.get::<_,String>(0)?, r.get::<_,rusqlite::types::Value>(1)?))).unwrap() { println!("  {x:?}"); }
    }
}
