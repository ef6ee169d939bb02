//! Appointments.

use super::{AttachmentView, Basis, Line};

mirror! {
    /// The list of appointments.
    struct AppointmentsView = client::AppointmentsView {
        /// What stands above everything else, one sentence each: that the person has died.
        notices: Vec<String>,
        /// The groups, in reading order: what is coming first, and of that the next one first.
        groups: Vec<AppointmentGroup>,
        /// How many of the shown ones this member has not read.
        unread: u64,
        /// How many of the shown ones this member wants covered.
        covered: u64,
        /// How many the asked limit left out.
        left_out: u64,
        /// Per portal: as of when, what was refused. Empty: no portal is connected.
        rests_on: Vec<Basis>,
        /// What is missing, in words.
        lacks: Vec<String>,
    }
}

mirror! {
    /// Appointments under one heading.
    struct AppointmentGroup = client::AppointmentGroup {
        /// The heading.
        heading: String,
        /// One sentence that explains it, where one is needed.
        note: Option<String>,
        /// The appointments.
        appointments: Vec<AppointmentView>,
    }
}

mirror! {
    /// One appointment.
    struct AppointmentView = client::AppointmentView {
        /// As lists show it: its name, how it stands, what changes its meaning. Of a covered one nothing but this is told.
        line: Line,
        /// Its state in plain words; `None` where nothing of it is to be told.
        state: Option<String>,
        /// When.
        when: Option<When>,
        /// That a portal keeps its time for this record's own act, and until when.
        held: Option<HeldTime>,
        /// Why it was cancelled.
        why_cancelled: Option<String>,
        /// What it was before, where it was moved, cancelled, or changed its state.
        before: Option<Before>,
        /// Where, by the names of the places.
        places: Vec<String>,
        /// With whom, beside the patient: each with their answer.
        with: Vec<String>,
    }
}

mirror! {
    /// A time that a portal keeps until it is booked.
    struct HeldTime = client::HeldTime {
        /// Until when (Unix seconds), where the portal said so.
        until: Option<i64>,
    }
}

mirror! {
    /// What an appointment was before.
    struct Before = client::Before {
        /// Its state then, in plain words.
        state: Option<String>,
        /// When it was to be, where that differs.
        when: Option<When>,
        /// When that was last seen (UTC seconds, by the portal's clock).
        seen: i64,
    }
}

mirror! {
    /// When something begins and ends.
    struct When = client::When {
        /// In words: `20 November 2026 10:30 to 11:00 at the clinic (08:30 to 09:00 where you are)`.
        text: String,
        /// When it begins (UTC seconds); `None` where the portal leaves it open.
        begins: Option<i64>,
        /// When it ends (UTC seconds).
        ends: Option<i64>,
        /// The day (`YYYY-MM-DD`), where the portal states a day and no time of day.
        day: Option<String>,
        /// The IANA zone of the place, where the portal names it.
        zone: Option<String>,
        /// What the portal leaves open, one sentence.
        unclear: Option<String>,
        /// What does not fit together, one sentence.
        warning: Option<String>,
    }
}

mirror! {
    /// One appointment, with everything that is held for its day.
    struct DayCard = client::DayCard {
        /// The appointment as the list shows it.
        appointment: AppointmentView,
        /// What stands above everything else, one sentence each.
        notices: Vec<String>,
        /// Where.
        places: Vec<PlaceView>,
        /// How to prepare and what to bring, as the portal says it; nothing is added.
        preparation: Vec<Prepared>,
        /// Documents, questionnaires and other entries that it names, or that name it.
        linked: Vec<Linked>,
        /// The insurance cards that are held, of every portal.
        coverage: Vec<Line>,
        /// What is not on this device or was not said, one sentence each.
        not_held: Vec<String>,
        /// Its portals: as of when, what was refused.
        rests_on: Vec<Basis>,
    }
}

mirror! {
    /// What a portal says on preparing.
    struct Prepared = client::Prepared {
        /// Where it is said, in words.
        from: String,
        /// The words.
        text: String,
    }
}

mirror! {
    /// An entry that goes with an appointment.
    struct Linked = client::Linked {
        /// Its name: `Type/id`, or what the portal calls it.
        reference: String,
        /// What it is.
        title: String,
        /// Whether it is on this device.
        held: bool,
        /// Its files, and how each stands.
        attachments: Vec<AttachmentView>,
    }
}

mirror! {
    /// One place.
    struct PlaceView = client::PlaceView {
        /// What it is called.
        name: String,
        /// Its entry: `Type/id`.
        reference: Option<String>,
        /// Its addresses, each on one line.
        addresses: Vec<String>,
        /// Telephone numbers and the like, each with what it is for.
        contacts: Vec<String>,
        /// How to get there and what to look for, as the portal says it.
        about: Vec<String>,
        /// Whether its entry is on this device.
        held: bool,
    }
}

mirror! {
    /// A calendar file.
    struct CalendarFile = client::Calendar {
        /// The file (iCalendar, RFC 5545).
        text: String,
        /// How many events it holds.
        events: u64,
        /// What was left out and why, one sentence each.
        left_out: Vec<String>,
    }
}
