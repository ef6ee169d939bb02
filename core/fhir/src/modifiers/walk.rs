//! One walk over everything: what may stand anywhere in a resource.

use serde_json::{Map, Value};

use super::notes::{Notes, Trail};
use super::{Reach, elements, table, usage, words};

const DEEPEST: u32 = 150;

/// Finds `modifierExtension`, `implicitRules`, comparators and contained resources at any depth.
pub(super) fn read<'a>(resource: &'a Value, trail: &mut Trail<'a>, notes: &mut Notes) {
    walk(resource, DEEPEST, trail, notes);
}

fn walk<'a>(value: &'a Value, depth: u32, trail: &mut Trail<'a>, notes: &mut Notes) {
    if depth == 0 {
        return notes.unreadable(trail, table::get().any("(other)"), "(nested too deep)");
    }
    match value {
        Value::Object(fields) => {
            for (key, child) in fields {
                trail.within(key, |trail| field(fields, key, child, depth, trail, notes));
            }
        }
        Value::Array(items) => {
            for (index, item) in
                items.iter().enumerate().filter(|(_, item)| item.is_object() || item.is_array())
            {
                trail.at(index, |trail| walk(item, depth - 1, trail, notes));
            }
        }
        _ => {}
    }
}

fn field<'a>(
    fields: &'a Map<String, Value>,
    key: &str,
    child: &'a Value,
    depth: u32,
    trail: &mut Trail<'a>,
    notes: &mut Notes,
) {
    match key {
        "modifierExtension" if words::present(child) => {
            notes.unreadable(trail, table::get().sentence("*.modifierExtension", "(any)"), &urls(child));
        }
        "implicitRules" if words::present(child) => {
            notes.unreadable(
                trail,
                table::get().sentence("*.implicitRules", "(any)"),
                &words::received(child),
            );
        }
        "comparator" if !child.is_array() && !child.is_null() => comparator(fields, child, trail, notes),
        "contained" => contained(child, trail, notes),
        _ => {}
    }
    if child.is_object() || child.is_array() {
        walk(child, depth - 1, trail, notes);
    }
}

fn urls(extensions: &Value) -> String {
    let url = |extension: &Value| extension.get("url").and_then(Value::as_str).map(str::to_owned);
    match extensions {
        Value::Array(items) => {
            words::clean(&items.iter().take(4).filter_map(url).collect::<Vec<_>>().join(", "), 120)
        }
        other => words::received(other),
    }
}

fn comparator(quantity: &Map<String, Value>, sign: &Value, trail: &Trail<'_>, notes: &mut Notes) {
    let reach = match trail.reach() {
        Reach::Whole if !trail.is_own_value() => Reach::Part,
        reach => reach,
    };
    let (effect, text) = usage::signed(quantity, sign);
    notes.add(super::Notice {
        element: trail.to_string(),
        value: words::received(sign),
        effect,
        text,
        reach,
    });
}

fn contained<'a>(child: &'a Value, trail: &mut Trail<'a>, notes: &mut Notes) {
    let outer = trail.held;
    trail.held = true;
    match child {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                trail.at(index, |trail| held(item, trail, notes));
            }
        }
        item => held(item, trail, notes),
    }
    trail.held = outer;
}

fn held<'a>(item: &'a Value, trail: &mut Trail<'a>, notes: &mut Notes) {
    if let Some(kind) = item.get("resourceType").and_then(Value::as_str) {
        elements::flagged(item, kind, trail, notes);
    }
}
