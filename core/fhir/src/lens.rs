//! Typed, tolerant views on a resource: they read what they can and never reject.
//!
//! Each lens has `read(&Value) -> Self`, which is total; datatypes have `read(&Value) -> Option<Self>`, which is
//! nothing where nothing usable is there. What a lens does not know is reached through [`generic`].
//! Shapes are those of FHIR R4 (4.0.1).

mod absence;
mod allergy;
mod coded;
mod condition;
mod dosage;
pub mod generic;
mod immunization;
mod medication;
mod observation;
mod patient;
mod person;
mod quantity;
mod range;
mod report;
mod spans;
mod timing;
mod value;
mod when;

pub use absence::{Absence, absences};
pub(crate) use absence::{of as absence_of, rendered};
pub use allergy::{AllergyIntolerance, Reaction};
pub(crate) use coded::labels;
pub use coded::{CodeableConcept, Coding};
pub use condition::{Condition, Stage};
pub use dosage::{AsNeeded, Dosage, DoseAndRate};
pub use immunization::{Immunization, ImmunizationReaction, Performer, Protocol};
pub use medication::{Dispense, Ingredient, Medicated, Medication, MedicationRequest};
pub use observation::{Component, Observation};
pub use patient::{Contact, Deceased, Language, Link, Patient};
pub use person::{Address, ContactPoint, HumanName, Identifier};
pub use quantity::Quantity;
pub use range::{Range, Ratio, ReferenceRange};
pub use report::DiagnosticReport;
pub use spans::{Annotation, Attachment, Period, SampledData};
pub use timing::Timing;
pub use value::Value;
pub use when::When;
