use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Author;
use crate::acts::check::text;
use crate::world::index::at;

/// One thing that a patient made at the portal: each stands once for each time that it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The portal's moment, in Unix seconds.
    pub at: i64,
    /// The resource type.
    pub resource_type: String,
    /// The id that the portal gave it.
    pub id: String,
    /// Whose it is.
    pub patient: String,
    /// Who was signed in.
    pub user: String,
    /// The app.
    pub client: String,
    /// Its identifiers as they were sent: `system|value`.
    pub identifiers: Vec<String>,
    /// By which way it came.
    pub way: Way,
}

/// The way by which something was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// `POST`, alone or in a transaction.
    Create,
    /// `Appointment/$hold`.
    Hold,
    /// `Appointment/$book` of what was not held.
    Book,
}

impl Created {
    pub(super) fn of(resource: &Value, id: &str, author: &Author, way: Way, at: i64) -> Created {
        Created {
            at,
            resource_type: text(resource, "resourceType").to_owned(),
            id: id.to_owned(),
            patient: author.patient.clone(),
            user: author.user.clone(),
            client: author.client.clone(),
            identifiers: identifiers(resource),
            way,
        }
    }
}

/// `system|value` of each.
pub(super) fn identifiers(resource: &Value) -> Vec<String> {
    let named = at(resource, "identifier").into_iter();
    named.map(|it| format!("{}|{}", text(it, "system"), text(it, "value"))).collect()
}
