//! What an app asks with.

use client::{Error, Zone, views};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ListKind {
    /// Test results, newest first.
    Results,
    /// Measurements such as blood pressure and weight, newest first.
    Vitals,
    /// Medicines, by what is current.
    Medications,
    /// Allergies and intolerances.
    Allergies,
    /// Conditions.
    Conditions,
    /// Immunizations.
    Immunizations,
    /// Procedures.
    Procedures,
    /// Visits.
    Visits,
    /// Care plans and goals.
    Plans,
    /// Who cares for the person.
    CareTeam,
    /// What was ordered, whether or not it came to a result.
    Orders,
    /// Documents and reports.
    Documents,
    /// Appointments.
    Appointments,
    /// Messages.
    Messages,
    /// Coverage, claims and what insurers worked out.
    Coverage,
    /// Everything that happened to the person, newest first.
    Timeline,
    /// What no other list but the timeline shows.
    Other,
    /// Who the portals say the person is. It takes no filter.
    Profile,
}

/// Which lines a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct Filter {
    /// Only entries with this code (`system|code` or the code alone) or with this word in the title.
    #[uniffi(default = None)]
    pub code: Option<String>,
    /// Only entries dated on or after this moment (UTC seconds).
    #[uniffi(default = None)]
    pub since: Option<i64>,
    /// Only results that a laboratory flagged as outside or critical.
    #[uniffi(default = false)]
    pub abnormal: bool,
    /// Only what this member has not read.
    #[uniffi(default = false)]
    pub unread: bool,
    /// Only what this portal (by name or connection) showed.
    #[uniffi(default = None)]
    pub portal: Option<String>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    #[uniffi(default = false)]
    pub reveal: bool,
    /// At most this many lines; 200 when absent, which is also the most that a window holds.
    #[uniffi(default = None)]
    pub limit: Option<u64>,
    /// Only what comes after this place: `Screen.more` of the window before.
    #[uniffi(default = None)]
    pub after: Option<String>,
}

/// What a screen asks for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Query {
    /// The list.
    pub list: ListKind,
    /// Which of its lines.
    pub filter: Filter,
}

impl Query {
    pub(crate) fn take(self) -> Result<client::Query, Error> {
        use client::Query as Of;
        let filter = self.filter.take()?;
        Ok(match self.list {
            ListKind::Results => Of::Results(filter),
            ListKind::Vitals => Of::Vitals(filter),
            ListKind::Medications => Of::Medications(filter),
            ListKind::Allergies => Of::Allergies(filter),
            ListKind::Conditions => Of::Conditions(filter),
            ListKind::Immunizations => Of::Immunizations(filter),
            ListKind::Procedures => Of::Procedures(filter),
            ListKind::Visits => Of::Visits(filter),
            ListKind::Plans => Of::Plans(filter),
            ListKind::CareTeam => Of::CareTeam(filter),
            ListKind::Orders => Of::Orders(filter),
            ListKind::Documents => Of::Documents(filter),
            ListKind::Appointments => Of::Appointments(filter),
            ListKind::Messages => Of::Messages(filter),
            ListKind::Coverage => Of::Coverage(filter),
            ListKind::Timeline => Of::Timeline(filter),
            ListKind::Other => Of::Other(filter),
            ListKind::Profile => Of::Profile,
        })
    }
}

impl Filter {
    fn take(self) -> Result<views::Filter, Error> {
        let place = |text: String| {
            serde_json::from_str(&text).map_err(|_| {
                Error::Invalid("This is no place in a list. Read the list from its beginning".to_owned())
            })
        };
        Ok(views::Filter {
            code: self.code,
            since: self.since,
            abnormal: self.abnormal,
            unread: self.unread,
            portal: self.portal,
            reveal: self.reveal,
            limit: self.limit.map(count),
            after: self.after.map(place).transpose()?,
        })
    }
}

/// Which threads are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ThreadFilter {
    /// Only threads at this portal (by name or connection).
    #[uniffi(default = None)]
    pub portal: Option<String>,
    /// Only threads with something that this member has not read.
    #[uniffi(default = false)]
    pub unread: bool,
    /// Only threads with a message dated on or after this moment (UTC seconds).
    #[uniffi(default = None)]
    pub since: Option<i64>,
    /// Leaves out so many threads, the newest.
    #[uniffi(default = 0)]
    pub skip: u64,
    /// At most this many; 50 when absent, which is also the most.
    #[uniffi(default = None)]
    pub limit: Option<u64>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    #[uniffi(default = false)]
    pub reveal: bool,
}

impl ThreadFilter {
    pub(crate) fn take(self) -> client::ThreadFilter {
        client::ThreadFilter {
            portal: self.portal,
            unread: self.unread,
            since: self.since,
            skip: count(self.skip),
            limit: self.limit.map(count),
            reveal: self.reveal,
        }
    }
}

/// Which appointments are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct AppointmentFilter {
    /// The IANA name of the zone in which the person is, such as `America/Chicago`: times are told by this clock too where it
    /// differs.
    #[uniffi(default = None)]
    pub zone: Option<String>,
    /// Only what this portal (by name or connection) showed.
    #[uniffi(default = None)]
    pub portal: Option<String>,
    /// Only what this member has not read.
    #[uniffi(default = false)]
    pub unread: bool,
    /// Only those dated on or after this moment (UTC seconds).
    #[uniffi(default = None)]
    pub since: Option<i64>,
    /// At most this many, in reading order.
    #[uniffi(default = None)]
    pub limit: Option<u64>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    #[uniffi(default = false)]
    pub reveal: bool,
}

impl AppointmentFilter {
    pub(crate) fn take(self) -> Result<client::AppointmentFilter, Error> {
        Ok(client::AppointmentFilter {
            zone: zone(self.zone)?,
            portal: self.portal,
            unread: self.unread,
            since: self.since,
            limit: self.limit.map(count),
            reveal: self.reveal,
        })
    }
}

pub(crate) fn zone(name: Option<String>) -> Result<Option<Zone>, Error> {
    name.as_deref().map(Zone::named).transpose()
}

/// A number that is too large for this device is as good as the largest.
pub(crate) fn count(asked: u64) -> usize {
    usize::try_from(asked).unwrap_or(usize::MAX)
}
