use crate::world::*;
use std::time::Instant;
#[test]
fn zz() {
    let phone = Device::phone();
    let pad: String = (0..150).map(|n| format!("word{} ", n * 7919 % 3001)).collect();
    let t = Instant::now();
    for b in 0..25 {
        let shown: Vec<String> = (0..200)
            .map(|n| {
                glucose(&format!("id-{b}-{n}"), &n.to_string(), &format!("20{:02}-03-14", (n + b) % 25))
                    .replace("clinic", &pad)
            })
            .collect();
        if b == 0 {
            println!("bytes each {}", shown[0].len());
        }
        phone.sees(b, &shown.iter().map(String::as_str).collect::<Vec<_>>());
    }
    println!("ingest 5000 {:?}", t.elapsed());
    let t = Instant::now();
    phone.sees(99, &[&glucose("id-0-0", "7", "2024-01-01")]);
    println!("one {:?}", t.elapsed());
    let t = Instant::now();
    let n = phone
        .store
        .rows(&store::Query { limit: 200, member: Some(ALICE), ..Default::default() })
        .unwrap()
        .len();
    println!("rows {n} {:?}", t.elapsed());
    let t = Instant::now();
    let n = phone.store.search("word7 gluc", 20).unwrap().len();
    println!("search {n} {:?}", t.elapsed());
    for q in ["w", "wo", "wor", "word1 g", "glucose", "gl"] { let t = Instant::now(); let n = phone.store.search(q, 20).unwrap().len(); println!("{q} {n} {:?}", t.elapsed()); }
    let t = Instant::now();
    phone.store.counts(Some(&ALICE)).unwrap();
    println!("counts {:?}", t.elapsed());
    let t = Instant::now();
    phone.store.content_digest().unwrap();
    println!("content {:?}", t.elapsed());
    let t = Instant::now();
    assert!(phone.store.check().unwrap().is_sound());
    println!("check {:?}", t.elapsed());
    let t = Instant::now();
    phone.store.start_rebuild().unwrap();
    println!("start {:?}", t.elapsed());
    phone.store.rebuild(|_| true).unwrap();
    println!("rebuild {:?}", t.elapsed());
    let path = phone.path();
    let Device { store, folder, .. } = phone;
    drop(store);
    println!("file {}", std::fs::metadata(&path).unwrap().len());
    let t = Instant::now();
    let db = crate::files::raw(&path);
    let mut st = db
        .prepare("SELECT name, sum(pgsize)/1024 FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 16")
        .unwrap();
    for x in st.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?))).unwrap() {
        println!("{x:?}");
    }
    let (free, body): (i64, Vec<u8>) = (
        db.query_row("PRAGMA freelist_count", [], |r| r.get(0)).unwrap(),
        db.query_row("SELECT body FROM row WHERE key=5", [], |r| r.get(0)).unwrap(),
    );
    println!("free {free} body {}", body.len());
    drop(st);
    drop(db);
    store::Store::open(&path, &KEY).unwrap();
    println!("open {:?}", t.elapsed());
    drop(folder);
}
