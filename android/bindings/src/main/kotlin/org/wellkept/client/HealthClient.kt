package org.wellkept.client

import kotlinx.coroutines.flow.Flow
import org.wellkept.bindings.ActSent
import org.wellkept.bindings.AppointmentFilter
import org.wellkept.bindings.AppointmentsView
import org.wellkept.bindings.AttachmentView
import org.wellkept.bindings.CalendarFile
import org.wellkept.bindings.DayCard
import org.wellkept.bindings.Draft
import org.wellkept.bindings.Evicted
import org.wellkept.bindings.Exported
import org.wellkept.bindings.FreeTimes
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Hidden
import org.wellkept.bindings.Hide
import org.wellkept.bindings.Imported
import org.wellkept.bindings.NewBooking
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.NewMessage
import org.wellkept.bindings.NewRequest
import org.wellkept.bindings.NoteView
import org.wellkept.bindings.OpenedFile
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.PartChange
import org.wellkept.bindings.PartsView
import org.wellkept.bindings.Query
import org.wellkept.bindings.Queued
import org.wellkept.bindings.Reason
import org.wellkept.bindings.Recipients
import org.wellkept.bindings.RecordAbout
import org.wellkept.bindings.RecordStatus
import org.wellkept.bindings.Returned
import org.wellkept.bindings.Revoked
import org.wellkept.bindings.Screen
import org.wellkept.bindings.SearchHit
import org.wellkept.bindings.Shown
import org.wellkept.bindings.SignInPage
import org.wellkept.bindings.SyncProgress
import org.wellkept.bindings.SyncReport
import org.wellkept.bindings.ThreadFilter
import org.wellkept.bindings.ThreadView
import org.wellkept.bindings.ThreadsView
import org.wellkept.bindings.Verified
import org.wellkept.bindings.WatchEvent
import org.wellkept.bindings.WholeStep

/**
 * One opened record, as screens use it: the calls of the library, and its subscriptions as flows.
 *
 * Every function may be called on the main thread: nothing blocks it. Each throws [HealthException], whose `words()` a person
 * can be told. A flow gives the current view first, then the newest whole view after each change, and skips versions for a
 * slow reader; it fails with [HealthException.Locked] when the record is locked.
 */
interface HealthClient :
    Following,
    Reading,
    Writing,
    Acting,
    Portals,
    Whole {
    /** Closes the record. Every later call and every flow fails with [HealthException.Locked]. */
    suspend fun lock()
}

/** Views that follow the record. */
interface Following {
    /** A list of the record. */
    fun list(query: Query): Flow<Screen>

    /** One entry, with its history. */
    fun entry(reference: String, reveal: Boolean = false): Flow<Shown>

    /** The threads. */
    fun threads(filter: ThreadFilter = ThreadFilter()): Flow<ThreadsView>

    /** The thread that this message is in. */
    fun thread(reference: String, reveal: Boolean = false): Flow<ThreadView>

    /** Acts that are not settled, and those that were settled in the last week. */
    fun outbox(): Flow<List<OutboxItem>>

    /** The appointments. */
    fun appointments(filter: AppointmentFilter = AppointmentFilter()): Flow<AppointmentsView>

    /** One appointment for its day. [zone] is the IANA name of the zone in which the person is. */
    fun appointment(reference: String, zone: String? = null, reveal: Boolean = false): Flow<DayCard>

    /** The record at a glance, with its portals. */
    fun status(): Flow<RecordStatus>

    /** All notes. */
    fun notes(): Flow<List<NoteView>>

    /** What this member wants covered. */
    fun hidden(): Flow<List<Hidden>>

    /** What carers do not see. */
    fun parts(): Flow<PartsView>
}

/** Reading once. */
interface Reading {
    /** Whose record it is, and how it was opened. */
    suspend fun about(): RecordAbout

    /** One window of a list: for the windows after the first one that [Following.list] gives. */
    suspend fun view(query: Query): Screen

    /** What holds all these words. While one search is under way a cancelled one is not begun. */
    suspend fun search(words: String, limit: Int = 50, reveal: Boolean = false): List<SearchHit>

    /** The exact bytes of an entry, as the portal sent them. */
    suspend fun raw(reference: String, reveal: Boolean = false): ByteArray

    /** The files of an entry. */
    suspend fun attachments(reference: String, reveal: Boolean = false): List<AttachmentView>

    /** The file [n] of an entry, from 1; fetched when it is not on this device. */
    suspend fun openAttachment(reference: String, n: Int, reveal: Boolean = false): OpenedFile

    /** Who may be written to at this portal. */
    suspend fun recipients(portal: String): Recipients

    /** One appointment, or all that matter, as a calendar file. */
    suspend fun calendar(reference: String? = null, details: Boolean = false): CalendarFile

    /** One act. */
    suspend fun outboxItem(id: String): OutboxItem

    /** Whether this member wants an entry covered. */
    suspend fun isCovered(reference: String): Boolean
}

/** What people write and choose. */
interface Writing {
    /** Writes a note, about an entry or the whole record. Gives its id. */
    suspend fun writeNote(text: String, about: String? = null): String

    /** Changes a note. */
    suspend fun editNote(id: String, text: String)

    /** Removes a note. */
    suspend fun deleteNote(id: String)

    /** This member has read these entries as they stand. */
    suspend fun markRead(references: List<String>)

    /** Covers these on this member's own screens. */
    suspend fun hide(what: List<Hide>)

    /** Takes these covers away for good. */
    suspend fun reveal(what: List<Hide>)

    /** Takes all covers away. Gives how many there were. */
    suspend fun revealAll(): Int

    /** Withholds these entries from carers. */
    suspend fun withhold(references: List<String>): PartChange

    /** Lets carers see these entries. */
    suspend fun share(references: List<String>): PartChange

    /** Withholds a kind of care. */
    suspend fun withholdCategory(name: String): PartChange

    /** Shares a kind of care. */
    suspend fun shareCategory(name: String): PartChange

    /** Withholds what is asked of everybody. */
    suspend fun withholdScreening(): PartChange

    /** Shares what is asked of everybody. */
    suspend fun shareScreening(): PartChange

    /** Whether [purge] would do it. */
    suspend fun checkPurge(reference: String)

    /** Removes the words of an entry that the portal withdrew. */
    suspend fun purge(reference: String)
}

/** Acts at portals: queued at once, sent when the network is there. */
interface Acting {
    /** Queues a message. */
    suspend fun sendMessage(message: NewMessage): Queued

    /** The most bytes that the files of one message to this portal may have together, as far as is known. */
    suspend fun largestFiles(portal: String): Long

    /** Asks for something in the record to be corrected. */
    suspend fun askForCorrection(about: String, to: List<String>, text: String): Queued

    /** Asks for a medicine again. */
    suspend fun askForRefill(medication: String, note: String? = null): Queued

    /** Looks for free times between two days (`2026-12-01`), with these people, at these places, for this. */
    suspend fun findFreeTimes(wanted: FreeTimesWanted): FreeTimes

    /** The next free times where somebody else was quicker. Nothing is booked. */
    suspend fun freeTimesAfter(act: String, most: Int = 50): FreeTimes

    /** Takes a free time, or moves an appointment to it. */
    suspend fun bookAppointment(booking: NewBooking): Queued

    /** Asks for an appointment. */
    suspend fun requestAppointment(request: NewRequest): Queued

    /** Gives an appointment up. */
    suspend fun cancelAppointment(reference: String, reason: String? = null): Queued

    /** Sends what waits. */
    suspend fun sendOutbox(): List<ActSent>

    /** The same for a person who wants it now: what was put off after a try that failed is put off no longer. */
    suspend fun sendOutboxNow(): List<ActSent>

    /** Sends an act again. */
    suspend fun retryAct(id: String)

    /** Changes the words of an act before it is sent. */
    suspend fun editAct(id: String, text: String): Queued

    /** Takes an act back before it is sent. */
    suspend fun deleteAct(id: String)

    /** The act was done. */
    suspend fun actWasDone(id: String)

    /** Keeps what is being composed: a new draft, or what [id] says now. Gives its name. */
    suspend fun keepDraft(body: String, id: String? = null): String

    /** The drafts, the newest first. */
    suspend fun drafts(): List<Draft>

    /** Forgets a draft. */
    suspend fun dropDraft(id: String)
}

/** Portals: signing in, syncing, ending. */
interface Portals {
    /** Begins a sign-in. The person opens [SignInPage.address] in their own browser. */
    suspend fun connect(new: NewConnection): SignInPage

    /** The address with which the browser returned. */
    suspend fun redirected(address: String): Returned

    /** Gives the sign-in up that is under way. */
    suspend fun giveUp()

    /** Whom the portal shows now is the same person. */
    suspend fun samePerson(portal: String)

    /** Ends a connection. Gives whether the portal confirmed. */
    suspend fun disconnect(portal: String): Boolean

    /** Ends every connection. */
    suspend fun endConnections(): List<Revoked>

    /** Fetches what is new. Cancelling it tells it to stop. [progress] is called on another thread. */
    suspend fun sync(reason: Reason, progress: (SyncProgress) -> Unit = {}): SyncReport

    /** Syncs again and again until it is collected no longer, or [stop] is called. */
    fun watch(): Flow<WatchEvent>

    /** Ends a sync or a watch. */
    fun stop()

    /** The network is there again. */
    fun networkReturned()

    /** How many bytes of files may be on this device without anybody's asking. */
    suspend fun keepFilesWithin(bytes: Long)
}

/** The record as a whole. */
interface Whole {
    /** Writes everything into an empty folder, unencrypted. [step] is called on another thread. */
    suspend fun export(folder: String, step: (WholeStep) -> Unit = {}): Exported

    /** Takes an export into this record, which must be new and empty. */
    suspend fun import(folder: String, step: (WholeStep) -> Unit = {}): Imported

    /** Checks everything. */
    suspend fun verify(): Verified

    /** Builds all lists again. */
    suspend fun rebuild(step: (WholeStep) -> Unit = {})

    /** Takes files off this device until no more than [budget] bytes are left. */
    suspend fun sweep(budget: Long): Evicted
}
