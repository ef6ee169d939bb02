package org.wellkept.ui.health

import kotlinx.coroutines.flow.Flow
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.hidden.HiddenUi
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.portals.PortalUi
import org.wellkept.ui.search.SearchUi
import org.wellkept.ui.takeaway.TakeAwayStep
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.threads.ThreadsUi

/** Something that a person can act on, in the core's words. */
class HealthTrouble(
    val words: String,
    val kind: Kind = Kind.OTHER,
) : Exception(words) {
    enum class Kind { LOCKED, NO_LIST, COVERED, OTHER }
}

/**
 * One opened record, as the screens see it. Flows give the whole view whenever it changes; a [HealthTrouble] ends one.
 *
 * Its one real part stands before the library; view models are tried with another.
 */
interface Health :
    Reading,
    Acting,
    SigningIn,
    Keeping,
    Unattended {
    suspend fun lock()
}

/** What screens read. Never waits for the network. */
interface Reading {
    fun status(): Flow<StatusUi>

    fun list(ask: ListAsk): Flow<ScreenUi>

    fun entry(
        reference: String,
        reveal: Boolean,
    ): Flow<EntryUi>

    fun threads(limit: Int): Flow<ThreadsUi>

    fun thread(
        id: String,
        reveal: Boolean,
    ): Flow<ThreadUi>

    fun outbox(): Flow<List<ActUi>>

    fun appointments(reveal: Boolean): Flow<AppointmentsUi>

    fun day(
        reference: String,
        reveal: Boolean,
    ): Flow<DayUi>

    fun notes(): Flow<List<NoteUi>>

    fun hidden(): Flow<List<HiddenUi>>

    suspend fun search(words: String): SearchUi

    suspend fun recipients(portal: String): RecipientsUi

    /** A file of an entry, fetched where it is not here yet. */
    suspend fun openFile(
        reference: String,
        number: Int,
        reveal: Boolean,
    ): OpenedFileUi

    /** A calendar file of one appointment, or of all that are to come: when and where, nothing of why. */
    suspend fun calendar(reference: String?): CalendarUi
}

/** What is done at portals. Each gives the sentences that the person is to read. */
interface Acting {
    suspend fun sendMessage(message: NewMessageUi): List<String>

    /** The most bytes that the files of one message to this portal may have together. */
    suspend fun largestFiles(portal: String): Long

    suspend fun askForRefill(
        medication: String,
        note: String?,
    ): List<String>

    suspend fun askForCorrection(
        about: String,
        text: String,
    ): List<String>

    suspend fun findTimes(ask: TimesAsk): BookingStep.Times

    /** The next free times in place of the one that an act lost. */
    suspend fun timesAfter(
        act: String,
        most: Int,
    ): BookingStep.Times

    suspend fun book(
        number: Int,
        reason: String?,
        moves: String?,
    ): List<String>

    suspend fun requestAppointment(request: NewRequestUi): List<String>

    suspend fun cancelAppointment(
        reference: String,
        reason: String?,
    ): List<String>

    suspend fun sendOutbox()

    /** The same for a person who wants it now: no pause is waited for. How many were sent. */
    suspend fun sendOutboxNow(): Long

    /** Anything but an edit. */
    suspend fun choose(
        id: String,
        choice: ActChoice,
    )

    suspend fun editAct(
        id: String,
        text: String,
    )
}

/** Portals: finding, signing in, reading, leaving. */
interface SigningIn {
    suspend fun findPortals(words: String): FoundUi

    /** Takes a published list of portals in, in the place of the one that is kept. */
    suspend fun takeList(bundle: ByteArray): ListTakenUi

    /** The address of the page to sign in at. */
    suspend fun connect(new: NewConnectionUi): String

    suspend fun redirected(address: String): ReturnedUi

    suspend fun giveUp()

    /** Whether the portal confirmed. */
    suspend fun disconnect(portal: String): Boolean

    suspend fun sync(): List<SyncedUi>
}

/** What the person writes and keeps on this device. */
interface Keeping {
    suspend fun markRead(references: List<String>)

    suspend fun writeNote(
        text: String,
        about: String?,
    )

    suspend fun editNote(
        id: String,
        text: String,
    )

    suspend fun deleteNote(id: String)

    suspend fun hide(
        kind: HiddenKind,
        name: String,
    )

    suspend fun reveal(
        kind: HiddenKind,
        name: String,
    )

    suspend fun revealAll()

    suspend fun drafts(): List<DraftUi>

    suspend fun keepDraft(
        body: String,
        id: String?,
    ): String

    suspend fun dropDraft(id: String)

    suspend fun export(
        folder: String,
        step: (TakeAwayStep.Writing) -> Unit,
    ): TakeAwayStep.Written

    suspend fun endConnections()

    /** Whether nothing is in the record yet and nobody has shown that they have its recovery kit. */
    suspend fun kitWaits(): Boolean

    /** The person has shown that they have the kit. It is kept in the record. */
    suspend fun kitIsChecked()
}

/** The way to a record: whether there is one, making it, opening it, removing it. */
interface Door {
    suspend fun isThere(): Boolean

    suspend fun make(
        holder: String,
        passphrase: String,
    ): MadeUi

    suspend fun open(
        way: UnlockWay,
        secret: String,
    ): Health

    suspend fun erase()
}

class MadeUi(
    val health: Health,
    val kit: List<String>,
)

data class StatusUi(
    val holder: String,
    val unread: Map<ListKind, Long> = emptyMap(),
    val portals: List<PortalUi> = emptyList(),
)

data class ListAsk(
    val kind: ListKind,
    val unread: Boolean = false,
    val outside: Boolean = false,
    val reveal: Boolean = false,
    val windows: Int = 1,
)

data class RecipientsUi(
    val people: List<org.wellkept.ui.model.RecipientUi>,
    val lacks: List<String> = emptyList(),
)

data class NewMessageUi(
    val text: String,
    val portal: String? = null,
    val to: List<String> = emptyList(),
    val answers: String? = null,
    val subject: String? = null,
    val files: List<NewFileUi> = emptyList(),
    val draft: String? = null,
)

class NewFileUi(
    val name: String,
    val bytes: ByteArray,
)

/** Which free times are looked for: days as `2026-12-01`, people and places by their references. */
data class TimesAsk(
    val portal: String,
    val from: String? = null,
    val until: String? = null,
    val with: List<String> = emptyList(),
    val service: String? = null,
    val most: Int,
)

data class CalendarUi(
    val text: String,
    val events: Long,
    /** What is not in it and why. */
    val leftOut: List<String> = emptyList(),
)

data class NewRequestUi(
    val portal: String,
    val reason: String,
    val from: String?,
    val until: String?,
)

data class FoundUi(
    val ways: List<org.wellkept.ui.connect.WayInUi>,
    val more: Boolean = false,
    val asOf: String? = null,
)

/** What came of taking a list in. `leftOut`: entries that cannot be used here. */
data class ListTakenUi(
    val organisations: Long,
    val asOf: String? = null,
    val leftOut: Long = 0,
)

data class NewConnectionUi(
    val address: String,
    val name: String?,
    val clientId: String?,
    val samePerson: Boolean,
)

/** What came of an address with which the browser returned. */
sealed interface ReturnedUi {
    data object NotForUs : ReturnedUi

    data class ReadingOnly(
        val reason: String,
        val address: String,
    ) : ReturnedUi

    data class Connected(
        val step: org.wellkept.ui.connect.ConnectStep.Connected,
    ) : ReturnedUi

    data class Unsure(
        val because: List<String>,
    ) : ReturnedUi

    data class AnotherPerson(
        val because: List<String>,
    ) : ReturnedUi
}

data class SyncedUi(
    val portal: String,
    val new: Long,
    val changed: Long,
    val offline: Boolean = false,
    val down: Boolean = false,
    val signInAgain: Boolean = false,
    val said: List<String> = emptyList(),
    /** An act, or whom the portal shows, is to be looked at by a person. */
    val look: Boolean = false,
)

/** An opened file. `safe`: it does no harm in another app; `name` is ours, not the portal's. */
class OpenedFileUi(
    val title: String?,
    /** What it is by its content: `pdf`, `png`, `txt` ... */
    val kind: String,
    val type: String,
    val bytes: ByteArray,
    val safe: Boolean,
    val name: String,
    val text: String? = null,
    val notice: String? = null,
)

data class DraftUi(
    val id: String,
    val body: String,
)
