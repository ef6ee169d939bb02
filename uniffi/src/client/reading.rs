//! Reading. None of these waits for the network or for a sign-in, but a file that is not here.

use super::Client;
use crate::records::{count, zone};
use crate::{
    AppointmentFilter, AppointmentsView, AttachmentView, CalendarFile, DayCard, HealthError, Hidden,
    NoteView, OpenedFile, OutboxItem, PartsView, PortalStatus, Query, Recipients, RecordAbout, RecordStatus,
    Screen, SearchHit, Shown, ThreadFilter, ThreadView, ThreadsView,
};

#[uniffi::export]
impl Client {
    /// Whose record it is, and how it was opened.
    pub async fn about(&self) -> Result<RecordAbout, HealthError> {
        self.held
            .ask(|client| {
                Ok(RecordAbout {
                    record: client.record_id(),
                    member: client.member().to_string(),
                    holder: client.holder_name().to_owned(),
                    older_copy: client.is_older_copy(),
                    rebuilding: client.is_rebuilding()?,
                })
            })
            .await
    }

    /// One window of a list.
    ///
    /// Errors: `NotFound` when the filter names a portal that is not there; `Damaged`.
    pub async fn view(&self, query: Query) -> Result<Screen, HealthError> {
        self.held.ask(move |client| client.view(&query.take()?)).await
    }

    /// What holds all these words (the last one may be the start of a word), best match first; at most 200. What this member
    /// wants covered is not searched, unless `reveal` lifts the covers for this one look. While one search is under way later
    /// ones wait; one that is cancelled meanwhile is not begun.
    #[uniffi::method(default(limit = 50, reveal = false))]
    pub async fn search(
        &self,
        words: String,
        limit: u64,
        reveal: bool,
    ) -> Result<Vec<SearchHit>, HealthError> {
        self.held
            .search(move |client| match reveal {
                true => client.search_revealed(&words, count(limit)),
                false => client.search(&words, count(limit)),
            })
            .await
    }

    /// The entry of this name: `Type/id`, `issuer|type|id`, or an id or the start of one (at least four letters). With everything in
    /// it, its files, its notes, what refers to it, and every revision that was seen.
    ///
    /// Errors: `NotFound`, `Ambiguous`, `Damaged`.
    #[uniffi::method(default(reveal = false))]
    pub async fn show(&self, reference: String, reveal: bool) -> Result<Shown, HealthError> {
        self.held
            .ask(move |client| match reveal {
                true => client.show_revealed(&reference),
                false => client.show(&reference),
            })
            .await
    }

    /// The exact bytes of an entry's current revision, as the portal sent them.
    ///
    /// Errors: as `show`; `NotFound` when the bytes are not on this device; `Covered`.
    #[uniffi::method(default(reveal = false))]
    pub async fn raw(&self, reference: String, reveal: bool) -> Result<Vec<u8>, HealthError> {
        let bytes: Bytes = self
            .held
            .ask(move |client| match reveal {
                true => client.raw_revealed(&reference).map(Bytes),
                false => client.raw(&reference).map(Bytes),
            })
            .await?;
        Ok(bytes.0)
    }

    /// The files of an entry, in its order, and how each stands.
    ///
    /// Errors: as `show`; `Covered`.
    #[uniffi::method(default(reveal = false))]
    pub async fn attachments(
        &self,
        reference: String,
        reveal: bool,
    ) -> Result<Vec<AttachmentView>, HealthError> {
        self.held
            .ask(move |client| match reveal {
                true => client.attachments_revealed(&reference),
                false => client.attachments(&reference),
            })
            .await
    }

    /// The file `n` of an entry, counted from 1; it is fetched when it is not on this device.
    ///
    /// Errors: as `attachments`; `NotFound` for no such file; `FileNotHere` when it has to be fetched and the portal cannot be reached;
    /// `FileRefused` when it cannot be had; `SignInAgain`.
    #[uniffi::method(default(reveal = false))]
    pub async fn open_attachment(
        &self,
        reference: String,
        n: u64,
        reveal: bool,
    ) -> Result<OpenedFile, HealthError> {
        self.held
            .ask_portal(move |client| async move {
                match reveal {
                    true => client.open_attachment_revealed(&reference, count(n)).await,
                    false => client.open_attachment(&reference, count(n)).await,
                }
            })
            .await
    }

    /// The threads, that with the newest message first.
    pub async fn threads(&self, filter: ThreadFilter) -> Result<ThreadsView, HealthError> {
        self.held.ask(move |client| client.threads(&filter.take())).await
    }

    /// The thread that this message is in. Marks nothing as read.
    ///
    /// Errors: as `show`; `NotFound` for what is no message.
    #[uniffi::method(default(reveal = false))]
    pub async fn thread(&self, reference: String, reveal: bool) -> Result<ThreadView, HealthError> {
        self.held
            .ask(move |client| match reveal {
                true => client.thread_revealed(&reference),
                false => client.thread(&reference),
            })
            .await
    }

    /// Who may be written to at this portal (by name, address or connection). Nobody of another portal is among them.
    pub async fn recipients(&self, portal: String) -> Result<Recipients, HealthError> {
        self.held.ask(move |client| client.recipients(&portal)).await
    }

    /// The appointments, what is coming first.
    pub async fn appointments(&self, filter: AppointmentFilter) -> Result<AppointmentsView, HealthError> {
        self.held.ask(move |client| client.appointments(&filter.take()?)).await
    }

    /// One appointment for its day. `zone`: the IANA name of the zone in which the person is. Marks nothing as read.
    ///
    /// Errors: as `show`; `NotFound` for what is no appointment.
    #[uniffi::method(default(zone = None, reveal = false))]
    pub async fn appointment(
        &self,
        reference: String,
        zone: Option<String>,
        reveal: bool,
    ) -> Result<DayCard, HealthError> {
        let named = zone;
        self.held
            .ask(move |client| match reveal {
                true => client.appointment_revealed(&reference, self::zone(named)?),
                false => client.appointment(&reference, self::zone(named)?),
            })
            .await
    }

    /// One appointment, or without a name all that are coming, requested, or cancelled before they came, as a calendar file.
    /// Calendars are shared: without `details` an event says when and where, and nothing of why or with whom.
    #[uniffi::method(default(reference = None, details = false))]
    pub async fn calendar(
        &self,
        reference: Option<String>,
        details: bool,
    ) -> Result<CalendarFile, HealthError> {
        self.held.ask(move |client| client.calendar(reference.as_deref(), details)).await
    }

    /// What is held, from where, as of when.
    pub async fn status(&self) -> Result<RecordStatus, HealthError> {
        self.held.ask(::client::Client::status).await
    }

    /// The portals, those in use first.
    pub async fn portals(&self) -> Result<Vec<PortalStatus>, HealthError> {
        self.held.ask(::client::Client::portals).await
    }

    /// Every act that is not settled, and those that were settled in the last week; what a person has to do something about first,
    /// then the newest first.
    pub async fn outbox(&self) -> Result<Vec<OutboxItem>, HealthError> {
        self.held.ask(::client::Client::outbox).await
    }

    /// One act, settled or not.
    ///
    /// Errors: `NotFound`, `Ambiguous`.
    pub async fn outbox_item(&self, id: String) -> Result<OutboxItem, HealthError> {
        self.held.ask(move |client| client.outbox_item(&id)).await
    }

    /// All notes that stand, newest first. Of those about an entry that this member wants covered the words are left out.
    pub async fn notes(&self) -> Result<Vec<NoteView>, HealthError> {
        self.held.ask(::client::Client::notes).await
    }

    /// What this member wants covered: categories, sections, then entries.
    pub async fn hidden(&self) -> Result<Vec<Hidden>, HealthError> {
        self.held.ask(::client::Client::hidden).await
    }

    /// Whether this member wants an entry covered.
    pub async fn is_covered(&self, reference: String) -> Result<bool, HealthError> {
        self.held.ask(move |client| client.is_covered(&reference)).await
    }

    /// What is withheld from carers and why, and everything that was chosen.
    pub async fn parts(&self) -> Result<PartsView, HealthError> {
        self.held.ask(::client::Client::parts).await
    }
}

/// Bytes, on their way out as they are.
struct Bytes(Vec<u8>);

impl crate::give::Give<Bytes> for Bytes {
    fn give(self) -> Bytes {
        self
    }
}
