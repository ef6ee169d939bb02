#![allow(clippy::all, missing_docs, clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_macros, clippy::expect_used)]
use std::time::Instant;
#[tokio::main]
async fn main() {
    let f = std::env::args().nth(1).unwrap();
    let b = std::fs::read(&f).unwrap();
    let hospital = sandbox::Sandbox::start(sandbox::Config{now:Some(harness::BEGINNING),..sandbox::demo_data::hospital_of("H", &[&b])}).unwrap();
    let alice = harness::Device::new("alice's phone");
    alice.connect(&hospital, "H").await;
    let t = Instant::now();
    let r = alice.sync().await;
    println!("sync {:?} new {} ", t.elapsed(), r.portals[0].new);
    let served = hospital.served(&hospital.patient());
    println!("served {}", served.len());
    let t = Instant::now(); let r = alice.sync().await; println!("sync2 {:?} new {} changed {}", t.elapsed(), r.portals[0].new, r.portals[0].changed);
    let t = Instant::now(); let r = alice.sync_full().await; println!("full {:?} new {} changed {}", t.elapsed(), r.portals[0].new, r.portals[0].changed);
    let q = client::Query::Results(Default::default());
    let t = Instant::now(); let s = alice.client().view(&q).unwrap(); println!("results {:?} {}", t.elapsed(), s.shown());
    let q = client::Query::Timeline(Default::default());
    let t = Instant::now(); let s = alice.client().view(&q).unwrap(); println!("timeline {:?} {}", t.elapsed(), s.shown());
    let t = Instant::now(); let s = alice.client().search("glucose", 50).unwrap(); println!("search {:?} {}", t.elapsed(), s.len());
    let t = Instant::now(); let s = alice.client().verify().unwrap(); println!("verify {:?} {:?}", t.elapsed(), s);
    let t = Instant::now(); let s = alice.client().rebuild(|_|{}).unwrap(); println!("rebuild {:?} {:?}", t.elapsed(), s);
    println!("db {} MB", std::fs::metadata(alice.database()).unwrap().len()/1000000);
    let mut miss=0; for s in &served { match alice.client().raw(&format!("{}/{}", s.resource_type, s.id)) { Ok(b) if b==s.bytes => {}, e => { miss+=1; if miss<5 {println!("{}/{} {:?}", s.resource_type, s.id, e.is_ok())} } } }
    println!("missing {miss}");
}
