use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::world::{World, resources_of};
use crate::{Error, Source};

/// What a stage did to one resource: it is new, or stands in the place of what was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// The resource type.
    pub resource_type: String,
    /// The resource id.
    pub id: String,
    /// `status` before, where it was there and had one.
    pub before: Option<String>,
    /// `status` now, where it has one.
    pub after: Option<String>,
}

/// Brings a stage at the portal's moment `now` (Unix seconds). A resource that no longer says whose it is stays with
/// whom it was.
pub(crate) fn run(world: &mut World, stage: &Source, now: i64) -> Result<Vec<Later>, Error> {
    let mut done = Vec::new();
    for (_, resource) in resources_of(&stage.bytes()?)? {
        let after = status(&resource);
        if let Some(((resource_type, id), before)) = world.replace(resource, now) {
            done.push(Later { resource_type, id, before: before.as_ref().and_then(status), after });
        }
    }
    Ok(done)
}

fn status(resource: &Value) -> Option<String> {
    resource.get("status")?.as_str().map(str::to_owned)
}
