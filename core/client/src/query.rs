//! What a screen asks for.

use std::collections::BTreeSet;

use statement::Section;

use crate::views::Filter;

/// What a screen asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Test results, newest first.
    Results(Filter),
    /// Measurements such as blood pressure and weight, newest first.
    Vitals(Filter),
    /// Medicines, by what is current.
    Medications(Filter),
    /// Allergies and intolerances.
    Allergies(Filter),
    /// Conditions.
    Conditions(Filter),
    /// Immunizations.
    Immunizations(Filter),
    /// Procedures.
    Procedures(Filter),
    /// Visits.
    Visits(Filter),
    /// Care plans and goals.
    Plans(Filter),
    /// Who cares for the person.
    CareTeam(Filter),
    /// What was ordered, whether or not it came to a result.
    Orders(Filter),
    /// Documents and reports.
    Documents(Filter),
    /// Appointments.
    Appointments(Filter),
    /// Messages.
    Messages(Filter),
    /// Coverage, claims and what insurers worked out.
    Coverage(Filter),
    /// Everything that happened to the person, newest first.
    Timeline(Filter),
    /// What no other list but the timeline shows: who and what entries refer to, and kinds without a list of their own.
    Other(Filter),
    /// Who the portals say the person is.
    Profile,
}

impl Query {
    /// The sections that it rests on; `None` means all.
    #[must_use]
    pub fn sections(&self) -> Option<Vec<Section>> {
        let section = match self {
            Self::Profile => Section::PROFILE,
            Self::Results(_) => Section::RESULTS,
            Self::Vitals(_) => Section::VITALS,
            Self::Medications(_) => Section::MEDICATIONS,
            Self::Allergies(_) => Section::ALLERGIES,
            Self::Conditions(_) => Section::CONDITIONS,
            Self::Immunizations(_) => Section::IMMUNIZATIONS,
            Self::Procedures(_) => Section::PROCEDURES,
            Self::Visits(_) => Section::VISITS,
            Self::Plans(_) | Self::CareTeam(_) | Self::Orders(_) => Section::PLANS,
            Self::Documents(_) => Section::DOCUMENTS,
            Self::Appointments(_) => Section::APPOINTMENTS,
            Self::Messages(_) => Section::MESSAGES,
            Self::Coverage(_) => Section::COVERAGE,
            Self::Timeline(_) | Self::Other(_) => return None,
        };
        Some(vec![section])
    }

    /// The resource types that it shows and needs from a portal; empty means all.
    pub(crate) fn types(&self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["Patient"],
            Self::Results(_) => &["Observation", "DiagnosticReport", "ImagingStudy", "MolecularSequence"],
            Self::Vitals(_) => &["Observation"],
            Self::Medications(_) => &[
                "MedicationRequest",
                "MedicationStatement",
                "MedicationDispense",
                "MedicationAdministration",
            ],
            Self::Allergies(_) => &["AllergyIntolerance"],
            Self::Conditions(_) => &["Condition"],
            Self::Immunizations(_) => &["Immunization"],
            Self::Procedures(_) => &["Procedure"],
            Self::Visits(_) => &["Encounter", "EpisodeOfCare"],
            Self::Plans(_) => &["CarePlan", "Goal"],
            Self::CareTeam(_) => &["CareTeam"],
            Self::Orders(_) => &["ServiceRequest", "DeviceRequest", "NutritionOrder", "Task"],
            Self::Documents(_) => {
                &["DocumentReference", "DiagnosticReport", "Media", "Composition", "Binary"]
            }
            Self::Appointments(_) => &["Appointment"],
            Self::Messages(_) => &["Communication"],
            Self::Coverage(_) => &["Coverage", "Claim", "ClaimResponse", "ExplanationOfBenefit"],
            Self::Timeline(_) | Self::Other(_) => &[],
        }
    }

    /// The resource types that it leaves out.
    pub(crate) fn not_types(&self) -> BTreeSet<String> {
        let types = if matches!(self, Self::Timeline(_)) { NO_EVENTS } else { &[] };
        types.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The lists whose entries it leaves out: each with its section and types.
    pub(crate) fn not_listed(&self) -> Vec<(Section, BTreeSet<String>)> {
        if !matches!(self, Self::Other(_)) {
            return Vec::new();
        }
        let lists = LISTS.iter().map(|list| list(Filter::default())).chain([Self::Profile]);
        let types = |list: &Self| list.types().iter().map(|name| (*name).to_owned()).collect();
        lists
            .flat_map(|list| {
                list.sections().unwrap_or_default().into_iter().map(move |section| (section, types(&list)))
            })
            .collect()
    }

    pub(crate) fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Results(filter)
            | Self::Vitals(filter)
            | Self::Medications(filter)
            | Self::Allergies(filter)
            | Self::Conditions(filter)
            | Self::Immunizations(filter)
            | Self::Procedures(filter)
            | Self::Visits(filter)
            | Self::Plans(filter)
            | Self::CareTeam(filter)
            | Self::Orders(filter)
            | Self::Documents(filter)
            | Self::Appointments(filter)
            | Self::Messages(filter)
            | Self::Coverage(filter)
            | Self::Timeline(filter)
            | Self::Other(filter) => Some(filter),
            Self::Profile => None,
        }
    }

    /// Whether the list is read whole, so that what stands first is chosen by meaning and not by date.
    pub(crate) fn whole(&self) -> bool {
        matches!(
            self,
            Self::Profile
                | Self::Medications(_)
                | Self::Allergies(_)
                | Self::Conditions(_)
                | Self::Immunizations(_)
                | Self::Plans(_)
                | Self::CareTeam(_)
                | Self::Orders(_)
                | Self::Appointments(_)
        )
    }

    /// Whether it shows what is to be done or taken: of nobody who has died.
    pub(crate) fn speaks_of_what_is_to_come(&self) -> bool {
        matches!(
            self,
            Self::Medications(_)
                | Self::Appointments(_)
                | Self::Plans(_)
                | Self::CareTeam(_)
                | Self::Orders(_)
        )
    }

    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Results(_) => "Results",
            Self::Vitals(_) => "Vitals",
            Self::Medications(_) => "Medications",
            Self::Allergies(_) => "Allergies",
            Self::Conditions(_) => "Conditions",
            Self::Immunizations(_) => "Immunizations",
            Self::Procedures(_) => "Procedures",
            Self::Visits(_) => "Visits",
            Self::Plans(_) => "Care plans and goals",
            Self::CareTeam(_) => "Care team",
            Self::Orders(_) => "Orders",
            Self::Documents(_) => "Documents",
            Self::Appointments(_) => "Appointments",
            Self::Messages(_) => "Messages",
            Self::Coverage(_) => "Coverage and claims",
            Self::Timeline(_) => "Timeline",
            Self::Other(_) => "Other entries",
        }
    }
}

/// Who and what entries refer to: nothing that happened to the person.
const NO_EVENTS: &[&str] = &[
    "Provenance",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Location",
    "Medication",
    "Binary",
    "Endpoint",
    "HealthcareService",
];

/// Every list of a kind of its own.
pub(crate) const LISTS: &[fn(Filter) -> Query] = &[
    Query::Results,
    Query::Vitals,
    Query::Medications,
    Query::Allergies,
    Query::Conditions,
    Query::Immunizations,
    Query::Procedures,
    Query::Visits,
    Query::Plans,
    Query::CareTeam,
    Query::Orders,
    Query::Documents,
    Query::Appointments,
    Query::Messages,
    Query::Coverage,
];
