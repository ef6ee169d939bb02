//! The resources that are taken, as FHIR R4 defines them.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Communication,
    Appointment,
    Task,
    MedicationRequest,
    DocumentReference,
}

/// Elements of every resource.
const COMMON: &str = "resourceType id meta implicitRules language text contained* extension* modifierExtension* \
    identifier*";

/// Elements with the list ones starred.
const COMMUNICATION: &str = "instantiatesCanonical* instantiatesUri* basedOn* partOf* inResponseTo* status \
    statusReason category* priority medium* subject topic about* encounter sent received recipient* sender \
    reasonCode* reasonReference* payload* note*";
const APPOINTMENT: &str = "status cancelationReason serviceCategory* serviceType* specialty* appointmentType \
    reasonCode* reasonReference* priority description supportingInformation* start end minutesDuration slot* created \
    comment patientInstruction basedOn* participant* requestedPeriod*";
const TASK: &str = "instantiatesCanonical instantiatesUri basedOn* groupIdentifier partOf* status statusReason \
    businessStatus intent priority code description focus for encounter executionPeriod authoredOn lastModified \
    requester performerType* owner location reasonCode reasonReference insurance* note* relevantHistory* restriction \
    input* output*";
const MEDICATION_REQUEST: &str = "status statusReason intent category* priority doNotPerform reportedBoolean \
    reportedReference medicationCodeableConcept medicationReference subject encounter supportingInformation* authoredOn \
    requester performer performerType recorder reasonCode* reasonReference* instantiatesCanonical* instantiatesUri* \
    basedOn* groupIdentifier courseOfTherapyType insurance* note* dosageInstruction* dispenseRequest substitution \
    priorPrescription detectedIssue* eventHistory*";
const DOCUMENT_REFERENCE: &str = "masterIdentifier status docStatus type category* subject date author* authenticator \
    custodian relatesTo* description securityLabel* content* context";

impl Kind {
    pub(crate) const ALL: [Kind; 5] = [
        Kind::Communication,
        Kind::Appointment,
        Kind::Task,
        Kind::MedicationRequest,
        Kind::DocumentReference,
    ];

    pub(crate) fn of(resource_type: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == resource_type)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Communication => "Communication",
            Kind::Appointment => "Appointment",
            Kind::Task => "Task",
            Kind::MedicationRequest => "MedicationRequest",
            Kind::DocumentReference => "DocumentReference",
        }
    }

    pub(super) fn has(self, element: &str) -> bool {
        self.elements().any(|(name, _)| name == element)
    }

    pub(super) fn repeats(self, element: &str) -> bool {
        self.elements().any(|(name, many)| name == element && many)
    }

    /// The required value set of `status`.
    pub(super) fn statuses(self) -> &'static [&'static str] {
        match self {
            Kind::Communication => &[
                "preparation",
                "in-progress",
                "not-done",
                "on-hold",
                "stopped",
                "completed",
                "entered-in-error",
                "unknown",
            ],
            Kind::Appointment => &[
                "proposed",
                "pending",
                "booked",
                "arrived",
                "fulfilled",
                "cancelled",
                "noshow",
                "entered-in-error",
                "checked-in",
                "waitlist",
            ],
            Kind::Task => &[
                "draft",
                "requested",
                "received",
                "accepted",
                "rejected",
                "ready",
                "cancelled",
                "in-progress",
                "on-hold",
                "failed",
                "completed",
                "entered-in-error",
            ],
            Kind::MedicationRequest => &[
                "active",
                "on-hold",
                "cancelled",
                "completed",
                "entered-in-error",
                "stopped",
                "draft",
                "unknown",
            ],
            Kind::DocumentReference => &["current", "superseded", "entered-in-error"],
        }
    }

    pub(super) fn dates(self) -> &'static [&'static str] {
        match self {
            Kind::Communication => &["sent", "received"],
            Kind::Appointment => &["start", "end", "created", "requestedPeriod.start", "requestedPeriod.end"],
            Kind::Task => &["authoredOn", "lastModified", "executionPeriod.start", "executionPeriod.end"],
            Kind::MedicationRequest => &["authoredOn"],
            Kind::DocumentReference => &["date"],
        }
    }

    fn elements(self) -> impl Iterator<Item = (&'static str, bool)> {
        let own = match self {
            Kind::Communication => COMMUNICATION,
            Kind::Appointment => APPOINTMENT,
            Kind::Task => TASK,
            Kind::MedicationRequest => MEDICATION_REQUEST,
            Kind::DocumentReference => DOCUMENT_REFERENCE,
        };
        let starred = COMMON.split_whitespace().chain(own.split_whitespace());
        starred.map(|name| (name.trim_end_matches('*'), name.ends_with('*')))
    }
}
