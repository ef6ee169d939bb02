//! Acts at portals: queued here at once, sent when the network is there.

use super::Client;
use crate::records::count;
use crate::{
    ActSent, Draft, FreeTime, FreeTimes, FreeTimesWanted, HealthError, NewBooking, NewMessage, NewRequest,
    Queued,
};

#[uniffi::export]
impl Client {
    /// Queues a message: shown at once, sent when the network is there.
    ///
    /// Errors: `Invalid` for one without words or without anybody to go to, or that is too large, in words; `NotFound`, `Ambiguous`,
    /// `OutOfSpace`.
    pub async fn send_message(&self, message: NewMessage) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.send_message(message.take())).await
    }

    /// The most bytes that the files of one message to this portal may have together, as far as is known of it. Where files go
    /// within the message, its words take some of that.
    ///
    /// Errors: `NotFound`.
    pub async fn largest_files(&self, portal: String) -> Result<u64, HealthError> {
        self.held.ask(move |client| client.largest_files(&portal)).await
    }

    /// Asks for something in the record to be corrected: a message about that entry, to whom the portal takes messages for.
    pub async fn ask_for_correction(
        &self,
        about: String,
        to: Vec<String>,
        text: String,
    ) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.ask_for_correction(&about, &to, &text)).await
    }

    /// Asks the portal of a prescription for it again, by the way that it has for this. Where it has none, the person does it by
    /// hand: the pharmacy is named.
    ///
    /// Errors: `Invalid` for anything but a prescription, in words; `NotFound`, `Ambiguous`, `OutOfSpace`.
    #[uniffi::method(default(note = None))]
    pub async fn ask_for_refill(
        &self,
        medication: String,
        note: Option<String>,
    ) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.ask_for_refill(&medication, note.as_deref())).await
    }

    /// Looks for free times. What is found is kept, the first `most` of it, so that one of them can be booked.
    ///
    /// Errors: `Offline`, `Refused`, `SignInAgain` as the portal answers; `Invalid` for days that cannot be read, or people and
    /// places of another portal; `NotFound`.
    pub async fn find_free_times(&self, wanted: FreeTimesWanted) -> Result<FreeTimes, HealthError> {
        self.held.ask_portal(move |client| async move { client.find_free_times(&wanted.take()).await }).await
    }

    /// The next free times where somebody else was quicker: from the day of the lost one on, with the same people where those have
    /// one, else with anybody. Nothing is booked.
    ///
    /// Errors: as `find_free_times`; `Invalid` for an act that takes no time.
    #[uniffi::method(default(most = 50))]
    pub async fn free_times_after(&self, act: String, most: u64) -> Result<FreeTimes, HealthError> {
        self.held
            .ask_portal(move |client| async move { client.free_times_after(&act, count(most)).await })
            .await
    }

    /// A free time by its place among those that were shown last, from 1.
    ///
    /// Errors: `Invalid` when none of that number was shown, in words.
    pub async fn free_time(&self, number: u64) -> Result<FreeTime, HealthError> {
        self.held.ask(move |client| client.free_time(count(number))).await
    }

    /// Takes a free time, or moves an appointment to it: one of those that were shown last.
    ///
    /// Errors: `Invalid` when the time is past or was not shown, or the portal moves no appointments, in words; `NotFound`,
    /// `OutOfSpace`.
    pub async fn book_appointment(&self, booking: NewBooking) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.book_appointment(booking.take()?)).await
    }

    /// Asks for an appointment: the clinic chooses the time.
    ///
    /// Errors: `Invalid` when the portal takes none, or a time cannot be read, in words; `NotFound`, `OutOfSpace`.
    pub async fn request_appointment(&self, request: NewRequest) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.request_appointment(request.take())).await
    }

    /// Gives an appointment up.
    ///
    /// Errors: `Invalid` for anything but an appointment that is to come, in words; `NotFound`, `Ambiguous`.
    #[uniffi::method(default(reason = None))]
    pub async fn cancel_appointment(
        &self,
        reference: String,
        reason: Option<String>,
    ) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.cancel_appointment(&reference, reason.as_deref())).await
    }

    /// Sends what waits, to every portal; asks portals for what may have been sent. A sync does the same first.
    ///
    /// Errors: only what stops all of it: the keychain, the disk, the database. A portal's trouble stands at the act.
    pub async fn send_outbox(&self) -> Result<Vec<ActSent>, HealthError> {
        self.held.ask_portal(|client| async move { client.send_outbox().await }).await
    }

    /// The same for a person who wants it now: what was put off after a try that failed is put off no longer. What may be at its
    /// portal already is asked after at its own times all the same, and sent no sooner.
    ///
    /// Errors: as `send_outbox`.
    pub async fn send_outbox_now(&self) -> Result<Vec<ActSent>, HealthError> {
        self.held.ask_portal(|client| async move { client.send_outbox_now().await }).await
    }

    /// Sends an act again: one that was refused, one that has waited for too long, or one of which nobody can tell. In the last
    /// case it may then be at the portal twice, and the person has been told so.
    ///
    /// Errors: `Invalid` when that cannot be done now, in words; `NotFound`, `Ambiguous`.
    pub async fn retry_act(&self, id: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.retry_act(&id)).await
    }

    /// Changes the words of an act before it is sent: another act takes its place. Gives that one's name.
    pub async fn edit_act(&self, id: String, text: String) -> Result<Queued, HealthError> {
        self.held.ask(move |client| client.edit_act(&id, &text)).await
    }

    /// Takes an act back before it is sent. Its words are dropped.
    pub async fn delete_act(&self, id: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.delete_act(&id)).await
    }

    /// Says that an act was done: by hand, or because the person saw at the portal that it is there.
    pub async fn act_was_done(&self, id: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.act_was_done(&id)).await
    }

    /// Keeps what is being composed, so that no kill loses it: a new draft, or what one says now. Gives its name.
    #[uniffi::method(default(id = None))]
    pub async fn keep_draft(&self, body: String, id: Option<String>) -> Result<String, HealthError> {
        self.held.ask(move |client| client.keep_draft(id.as_deref(), &body)).await
    }

    /// The drafts of this device, the one that was changed last first.
    pub async fn drafts(&self) -> Result<Vec<Draft>, HealthError> {
        self.held.ask(::client::Client::drafts).await
    }

    /// Forgets a draft.
    ///
    /// Errors: `NotFound`.
    pub async fn drop_draft(&self, id: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.drop_draft(&id)).await
    }
}
