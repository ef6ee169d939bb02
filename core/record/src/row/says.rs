use std::collections::BTreeSet;

use fhir::reference::{self, Reference, Target};
use fhir::{Resource, ResourceKey};

use crate::parts::targets;
use crate::sensitive::{Finding, findings, joined};

/// What the revisions of a resource say, together.
#[derive(Default)]
pub(super) struct Says {
    pub(super) findings: Vec<Finding>,
    targets: BTreeSet<ResourceKey>,
}

impl Says {
    pub(super) fn add(&mut self, resource: &Resource, issuer: &str) {
        self.findings = joined(std::mem::take(&mut self.findings), &findings(resource));
        let targets = targets(resource.value(), issuer);
        self.targets.extend(targets.references.into_iter().chain(targets.files));
    }

    /// What they refer to at their own portal beside these references.
    pub(super) fn links(&self, references: &[Reference], issuer: &str) -> Vec<ResourceKey> {
        let target = |r: &Reference| match reference::target(r.reference.as_deref()?, issuer) {
            Target::Relative { resource_type, id } => {
                Some(ResourceKey { issuer: issuer.to_owned(), resource_type, id })
            }
            _ => None,
        };
        let told: BTreeSet<ResourceKey> = references.iter().filter_map(target).collect();
        self.targets.difference(&told).cloned().collect()
    }
}

/// Whether bytes are of the resource that they are kept under.
pub(super) fn is(resource: &Resource, key: &ResourceKey) -> bool {
    resource.resource_type() == key.resource_type && resource.id() == key.id
}
