//! What a screen asks for.

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
    /// Everything, newest first.
    Timeline(Filter),
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
            Self::Timeline(_) => return None,
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
            Self::Timeline(_) => &[],
        }
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
            | Self::Timeline(filter) => Some(filter),
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
        }
    }
}
