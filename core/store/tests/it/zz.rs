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
    store::Store::open(&path, &KEY).unwrap();
    println!("open {:?}", t.elapsed());
    drop(folder);
}
