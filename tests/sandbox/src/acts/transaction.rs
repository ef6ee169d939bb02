//! A `transaction` Bundle: all of it or nothing (<https://hl7.org/fhir/R4/http.html#transaction>).

use std::collections::BTreeMap;

use serde_json::Value;

use super::check::{key_of, structure, text};
use super::desk::Done;
use super::{Author, Desk, Refusal};
use crate::world::World;
use crate::world::index::at;

const MOST: usize = 50;

/// Does every entry, and gives what became of each; on the first refusal nothing has happened. `may`: whether the
/// token allows to create (false) or change (true) this type.
pub(crate) fn run(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    bundle: &Value,
    may: impl Fn(&str, bool) -> bool,
    now: i64,
) -> Result<Vec<Done>, Refusal> {
    if text(bundle, "resourceType") != "Bundle" || text(bundle, "type") != "transaction" {
        return Err(structure("a Bundle of type transaction is expected"));
    }
    let entries = at(bundle, "entry");
    if entries.len() > MOST {
        return Err(Refusal::new(422, "too-costly", format!("a transaction has at most {MOST} entries")));
    }
    let before = (desk.clone(), world.clone());
    let done = all(desk, world, author, &entries, may, now);
    if done.is_err() {
        (*desk, *world) = before;
    }
    done
}

fn all(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    entries: &[&Value],
    may: impl Fn(&str, bool) -> bool,
    now: i64,
) -> Result<Vec<Done>, Refusal> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut done = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let one = one(desk, world, author, entry, &names, &may, now).map_err(|why| why.of_entry(number))?;
        let (resource_type, id) = one.key();
        let full_url = text(entry, "fullUrl");
        if full_url.starts_with("urn:") {
            names.insert(full_url.to_owned(), format!("{resource_type}/{id}"));
        }
        done.push(one);
    }
    Ok(done)
}

/// One entry. It may refer to those before it by their full URLs.
fn one(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    entry: &Value,
    names: &BTreeMap<String, String>,
    may: &impl Fn(&str, bool) -> bool,
    now: i64,
) -> Result<Done, Refusal> {
    let request = entry.get("request").ok_or_else(|| structure("request is missing"))?;
    let mut resource = entry.get("resource").cloned().ok_or_else(|| structure("resource is missing"))?;
    resolve(&mut resource, names);
    let (method, url) = (text(request, "method"), text(request, "url"));
    let resource_type = url.split('/').next().unwrap_or_default();
    if !may(resource_type, method == "PUT") {
        return Err(Refusal::new(403, "forbidden", format!("no scope to write {resource_type}")));
    }
    match method {
        "POST" => {
            let unless = request.get("ifNoneExist").and_then(Value::as_str);
            desk.create(world, author, resource_type, resource, unless, now)
        }
        "PUT" => {
            let (_, id) = key_of(url).ok_or_else(|| structure("PUT needs the address of a resource"))?;
            let version = request.get("ifMatch").and_then(Value::as_str).map(version_of);
            desk.update(world, author, (resource_type, &id), &resource, version, now)
        }
        _ => Err(Refusal::new(400, "not-supported", format!("{method} is not done in a transaction"))),
    }
}

/// The version of an entity tag: `W/"3"`, `"3"`.
pub(crate) fn version_of(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/").trim_matches('"')
}

fn resolve(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, names)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let known = member.as_str().filter(|_| name == "reference").and_then(|it| names.get(it));
                match known.cloned() {
                    Some(known) => *member = known.into(),
                    None => resolve(member, names),
                }
            }
        }
        _ => {}
    }
}
