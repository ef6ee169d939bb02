//! Where each type of FHIR R4 holds what it is about, when it was and what it says.

/// Paths in order of choice.
pub(super) struct Paths {
    pub title: &'static [&'static str],
    pub when: &'static [&'static str],
    pub value: &'static [&'static str],
    /// The type's name comes first: "Claim: pharmacy".
    pub with_type: bool,
}

/// For a type that is not in the table.
const ANY: Paths = plain(
    &["code", "title", "name", "type", "description", "category", "topic", "subject.display"],
    &[
        "effective[x]",
        "performed[x]",
        "occurrence[x]",
        "period",
        "date",
        "authoredOn",
        "created",
        "issued",
        "recorded",
    ],
    &["conclusion", "description", "outcome", "status"],
);

pub(super) fn paths(resource_type: &str) -> Paths {
    records(resource_type)
        .or_else(|| care(resource_type))
        .or_else(|| supporting(resource_type))
        .unwrap_or(ANY)
}

const fn plain(
    title: &'static [&'static str],
    when: &'static [&'static str],
    value: &'static [&'static str],
) -> Paths {
    Paths { title, when, value, with_type: false }
}

const fn typed(
    title: &'static [&'static str],
    when: &'static [&'static str],
    value: &'static [&'static str],
) -> Paths {
    Paths { title, when, value, with_type: true }
}

/// What was done, found or paid.
fn records(resource_type: &str) -> Option<Paths> {
    Some(match resource_type {
        "Encounter" => plain(
            &["type", "serviceType", "class", "reasonCode"],
            &["period", "statusHistory.period"],
            &["reasonCode", "hospitalization.dischargeDisposition"],
        ),
        "Procedure" => {
            plain(&["code", "category"], &["performed[x]"], &["outcome", "reasonCode", "reasonReference"])
        }
        "DocumentReference" => plain(
            &["type", "description", "content.attachment.title", "category"],
            &["context.period", "date", "indexed", "content.attachment.creation"],
            &["description", "content.attachment.title"],
        ),
        "DocumentManifest" => plain(&["type", "description"], &["created"], &["description"]),
        "Composition" => plain(&["title", "type"], &["date"], &["type"]),
        "Media" => plain(&["content.title", "type", "modality"], &["created[x]", "issued"], &["content"]),
        "ImagingStudy" => plain(
            &["description", "procedureCode", "modality", "series.description", "series.modality"],
            &["started", "series.started"],
            &["series.bodySite", "modality", "series.modality"],
        ),
        "Specimen" => {
            plain(&["type"], &["collection.collected[x]", "receivedTime"], &["collection.bodySite"])
        }
        "MedicationDispense" => plain(
            &["medicationCodeableConcept", "medicationReference"],
            &["whenHandedOver", "whenPrepared"],
            &["dosageInstruction", "quantity"],
        ),
        "MedicationAdministration" => {
            plain(&["medicationCodeableConcept", "medicationReference"], &["effective[x]"], &["dosage"])
        }
        "MedicationStatement" => plain(
            &["medicationCodeableConcept", "medicationReference"],
            &["effective[x]", "dateAsserted"],
            &["dosage"],
        ),
        "FamilyMemberHistory" => typed(&["relationship", "name"], &["date"], &["condition.code"]),
        "QuestionnaireResponse" => typed(&[], &["authored"], &[]),
        "Claim" => typed(&["type", "subType"], &["billablePeriod", "created"], &["total"]),
        "ClaimResponse" => typed(&["type"], &["created"], &["outcome", "disposition"]),
        "ExplanationOfBenefit" => {
            typed(&["type", "subType"], &["billablePeriod", "created"], &["payment.amount"])
        }
        "SupplyDelivery" => {
            plain(&["suppliedItem.item[x]", "type"], &["occurrence[x]"], &["suppliedItem.quantity"])
        }
        "DeviceUseStatement" => typed(&["device", "reasonCode"], &["timing[x]", "recordedOn"], &["bodySite"]),
        "AdverseEvent" => typed(&["event", "category"], &["date", "detected", "recordedDate"], &["outcome"]),
        "ClinicalImpression" => typed(&["description", "code"], &["effective[x]", "date"], &["summary"]),
        "RiskAssessment" => typed(&["code", "method"], &["occurrence[x]"], &["prediction.outcome"]),
        "Provenance" => typed(
            &["activity", "agent.onBehalfOf", "agent.who"],
            &["recorded", "occurred[x]"],
            &["agent.who", "agent.onBehalfOf"],
        ),
        "OperationOutcome" => {
            plain(&["issue.details", "issue.diagnostics", "issue.code"], &[], &["issue.severity"])
        }
        _ => return None,
    })
}

/// What is planned, arranged or said.
fn care(resource_type: &str) -> Option<Paths> {
    Some(match resource_type {
        "CarePlan" => typed(
            &["title", "description", "category.text", "activity.detail.code", "category"],
            &["period", "created"],
            &["description"],
        ),
        "CareTeam" => typed(&["name", "category", "reasonCode"], &["period"], &["reasonCode"]),
        "Goal" => typed(&["description"], &["startDate", "start[x]", "statusDate"], &["target.detail[x]"]),
        "ServiceRequest" => plain(
            &["code", "category", "orderDetail"],
            &["occurrence[x]", "authoredOn"],
            &["reasonCode", "note"],
        ),
        "DeviceRequest" => plain(&["code[x]"], &["occurrence[x]", "authoredOn"], &["reasonCode"]),
        "NutritionOrder" => {
            typed(&["oralDiet.type", "enteralFormula.baseFormulaType"], &["dateTime"], &["note"])
        }
        "Task" => {
            typed(&["code", "description", "focus"], &["authoredOn", "executionPeriod"], &["description"])
        }
        "Appointment" => plain(
            &["description", "appointmentType", "serviceType", "serviceCategory", "specialty", "reasonCode"],
            &["start", "requestedPeriod", "created"],
            &["reasonCode", "comment", "patientInstruction"],
        ),
        "Communication" => plain(
            &["topic", "reasonCode", "category"],
            &["sent", "received"],
            &["payload.contentString", "payload.contentAttachment", "payload.contentReference"],
        ),
        "CommunicationRequest" => {
            plain(&["reasonCode", "category"], &["occurrence[x]", "authoredOn"], &["payload.contentString"])
        }
        "Coverage" => {
            typed(&["class.name", "type", "payor", "class.value"], &["period"], &["payor", "subscriberId"])
        }
        "Consent" => typed(&["scope", "category"], &["dateTime"], &["provision.type"]),
        "Flag" => typed(&["code", "category"], &["period"], &["category"]),
        "EpisodeOfCare" => typed(&["type"], &["period"], &["diagnosis.condition"]),
        "List" => typed(&["title", "code"], &["date"], &["note"]),
        _ => return None,
    })
}

/// Who, where and with what.
fn supporting(resource_type: &str) -> Option<Paths> {
    Some(match resource_type {
        "Practitioner" | "Person" => plain(&["name"], &[], &["qualification.code", "telecom"]),
        "RelatedPerson" => plain(&["name", "relationship"], &["period"], &["relationship", "telecom"]),
        "PractitionerRole" => plain(
            &["practitioner", "code", "specialty", "organization"],
            &["period"],
            &["specialty", "code", "organization"],
        ),
        "Organization" => plain(&["name", "alias", "type"], &[], &["type", "telecom"]),
        "Location" => plain(&["name", "alias", "description", "type"], &[], &["address", "telecom"]),
        "HealthcareService" => plain(&["name", "type"], &[], &["comment", "telecom"]),
        "Endpoint" => typed(&["name", "connectionType"], &[], &["address"]),
        "Device" => plain(
            &["deviceName.name", "type", "distinctIdentifier", "modelNumber"],
            &["manufactureDate"],
            &["distinctIdentifier", "serialNumber", "manufacturer"],
        ),
        "Substance" => plain(&["code", "category"], &[], &["description"]),
        "Binary" => typed(&["contentType"], &[], &[]),
        "Patient" => plain(&[], &[], &[]),
        "Immunization" => plain(&["vaccineCode"], &[], &[]),
        "MedicationRequest" => plain(&["medicationCodeableConcept", "medicationReference"], &[], &[]),
        "Medication" => plain(&["code", "ingredient.itemCodeableConcept"], &[], &[]),
        _ => return None,
    })
}
