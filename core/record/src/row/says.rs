use fhir::reference::{self, Reference};
use fhir::{Resource, ResourceKey};

use crate::parts::{Targets, targets};
use crate::sensitive::{Finding, findings, joined};

/// What the revisions of a resource say, together.
#[derive(Default)]
pub(super) struct Says {
    pub(super) findings: Vec<Finding>,
    targets: Targets,
}

impl Says {
    pub(super) fn add(&mut self, resource: &Resource, issuer: &str) {
        self.findings = joined(std::mem::take(&mut self.findings), &findings(resource));
        self.targets.extend(targets(resource.value(), issuer));
    }

    /// What they refer to at their own portal beside these references.
    pub(super) fn links(&mut self, references: &[Reference], issuer: &str) -> Vec<ResourceKey> {
        for text in references.iter().filter_map(|told| told.reference.as_deref()) {
            if let Some(own) = reference::literal(text, issuer).filter(|literal| literal.base.is_none()) {
                self.targets.remove(own.resource_type, own.id);
            }
        }
        self.targets.all().collect()
    }
}

/// Whether bytes are of the resource that they are kept under.
pub(super) fn is(resource: &Resource, key: &ResourceKey) -> bool {
    resource.resource_type() == key.resource_type && resource.id() == key.id
}
