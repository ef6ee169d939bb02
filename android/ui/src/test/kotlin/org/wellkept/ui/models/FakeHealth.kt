package org.wellkept.ui.models

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.connect.WayInUi
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.health.CalendarUi
import org.wellkept.ui.health.DraftUi
import org.wellkept.ui.health.FoundUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.ListTakenUi
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.NewMessageUi
import org.wellkept.ui.health.NewRequestUi
import org.wellkept.ui.health.OpenedFileUi
import org.wellkept.ui.health.RecipientsUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.health.TimesAsk
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.hidden.HiddenUi
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.search.SearchUi
import org.wellkept.ui.takeaway.TakeAwayStep
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.threads.ThreadsUi

/** A record that a test fills in. It writes down what it was asked to do; `fails` makes the next thing fail. */
class FakeHealth : Health {
    val done = mutableListOf<String>()
    var fails: HealthTrouble? = null

    /** What was done but for the keeping of drafts, which goes on at every letter. */
    val doneBesideDrafts: List<String> get() = done.filterNot { it == "draft" || it.startsWith("drop ") }

    val status = MutableStateFlow(StatusUi("Alice"))
    val list = MutableStateFlow(ScreenUi())
    val asked = mutableListOf<ListAsk>()
    val entry = MutableStateFlow<EntryUi?>(null)
    val threads = MutableStateFlow(ThreadsUi())
    val thread = MutableStateFlow(ThreadUi("A thread"))
    val outbox = MutableStateFlow(emptyList<ActUi>())
    val appointments = MutableStateFlow(AppointmentsUi())
    val day = MutableStateFlow<DayUi?>(null)
    val notes = MutableStateFlow(emptyList<NoteUi>())
    val hidden = MutableStateFlow(emptyList<HiddenUi>())
    val drafts = mutableMapOf<String, String>()
    var found: (String) -> SearchUi = { SearchUi() }
    var recipients = RecipientsUi(emptyList())
    var ways = emptyList<WayInUi>()
    var returned: ReturnedUi = ReturnedUi.NotForUs
    var calendar = CalendarUi("BEGIN:VCALENDAR", events = 1)
    val largestFiles = mutableMapOf<String, Long>()
    var sent = 0L
    private var names = 0
    var file = OpenedFileUi("Leaflet", "txt", "text/plain", "Take with water.".toByteArray(), true, "leaflet-1.txt", "Take with water.")
    var taken = ListTakenUi(2)
    var kitWaits = false
    var times = BookingStep.Times(emptyList(), emptyList(), mayAsk = false, seen = 0)
    var synced = emptyList<SyncedUi>()
    var syncing: CompletableDeferred<Unit>? = null

    private fun note(what: String) {
        fails?.let { trouble ->
            fails = null
            throw trouble
        }
        done += what
    }

    private fun <T> view(of: Flow<T>): Flow<T> =
        fails?.let { trouble ->
            fails = null
            flow { throw trouble }
        } ?: of

    override fun status() = view(status)

    override fun list(ask: ListAsk): Flow<ScreenUi> {
        asked += ask
        return view(list)
    }

    override fun entry(
        reference: String,
        reveal: Boolean,
    ): Flow<EntryUi> = view(entry.map { it ?: throw HealthTrouble("Nothing found under that name") })

    override fun threads(limit: Int) = view(threads)

    override fun thread(
        id: String,
        reveal: Boolean,
    ) = view(thread)

    override fun outbox() = view(outbox)

    override fun appointments(reveal: Boolean) = view(appointments)

    override fun day(
        reference: String,
        reveal: Boolean,
    ): Flow<DayUi> = view(day.map { it ?: throw HealthTrouble("Nothing found under that name") })

    override fun notes() = view(notes)

    override fun hidden() = view(hidden)

    override suspend fun search(words: String): SearchUi {
        note("search $words")
        return found(words)
    }

    override suspend fun recipients(portal: String): RecipientsUi {
        note("recipients $portal")
        return recipients
    }

    override suspend fun openFile(
        reference: String,
        number: Int,
        reveal: Boolean,
    ): OpenedFileUi {
        note("file $reference $number $reveal")
        return file
    }

    override suspend fun calendar(reference: String?): CalendarUi {
        note("calendar $reference")
        return calendar
    }

    override suspend fun sendMessage(message: NewMessageUi): List<String> {
        val files = message.files.joinToString("") { " with ${it.name} of ${it.bytes.size}" }
        note("send ${message.text} to ${message.to} at ${message.portal} answering ${message.answers} from ${message.draft}$files")
        message.draft?.let(drafts::remove)
        return listOf("It goes out")
    }

    override suspend fun largestFiles(portal: String): Long = largestFiles[portal] ?: 700_000

    override suspend fun askForRefill(
        medication: String,
        note: String?,
    ): List<String> {
        note("refill $medication $note")
        return listOf("It goes out")
    }

    override suspend fun askForCorrection(
        about: String,
        text: String,
    ): List<String> {
        note("correct $about $text")
        return listOf("It goes out")
    }

    override suspend fun findTimes(ask: TimesAsk): BookingStep.Times {
        note("times $ask")
        return times
    }

    override suspend fun timesAfter(
        act: String,
        most: Int,
    ): BookingStep.Times {
        note("times after $act, $most")
        return times
    }

    override suspend fun book(
        number: Int,
        reason: String?,
        moves: String?,
    ): List<String> {
        note("book $number $reason $moves")
        return listOf("It goes out")
    }

    override suspend fun requestAppointment(request: NewRequestUi): List<String> {
        note("request $request")
        return listOf("It goes out")
    }

    override suspend fun cancelAppointment(
        reference: String,
        reason: String?,
    ): List<String> {
        note("cancel $reference $reason")
        return listOf("It goes out")
    }

    override suspend fun sendOutbox() = note("send outbox")

    override suspend fun sendOutboxNow(): Long {
        note("send outbox now")
        syncing?.await()
        return sent
    }

    override suspend fun choose(
        id: String,
        choice: ActChoice,
    ) = note("$choice $id")

    override suspend fun editAct(
        id: String,
        text: String,
    ) = note("edit $id $text")

    override suspend fun findPortals(words: String): FoundUi {
        note("find $words")
        return FoundUi(ways)
    }

    override suspend fun takeList(bundle: ByteArray): ListTakenUi {
        note("list ${bundle.size}")
        return taken
    }

    override suspend fun connect(new: NewConnectionUi): String {
        note("connect ${new.address} ${new.clientId} ${new.samePerson}")
        return "https://portal.example/authorize"
    }

    override suspend fun redirected(address: String): ReturnedUi {
        note("redirected $address")
        return returned
    }

    override suspend fun giveUp() = note("give up")

    override suspend fun disconnect(portal: String): Boolean {
        note("disconnect $portal")
        return true
    }

    override suspend fun sync(): List<SyncedUi> {
        note("sync")
        syncing?.await()
        return synced
    }

    override suspend fun syncBy(deadline: Long): List<SyncedUi> {
        note("sync by $deadline")
        return synced
    }

    override suspend fun watch() = note("watch")

    override fun networkReturned() = note("network returned")

    override suspend fun markRead(references: List<String>) = note("read $references")

    override suspend fun writeNote(
        text: String,
        about: String?,
    ) = note("note $text about $about")

    override suspend fun editNote(
        id: String,
        text: String,
    ) = note("edit note $id $text")

    override suspend fun deleteNote(id: String) = note("delete note $id")

    override suspend fun hide(
        kind: HiddenKind,
        name: String,
    ) = note("hide $kind $name")

    override suspend fun reveal(
        kind: HiddenKind,
        name: String,
    ) = note("reveal $kind $name")

    override suspend fun revealAll() = note("reveal all")

    override suspend fun drafts(): List<DraftUi> = drafts.map { (id, body) -> DraftUi(id, body) }

    override suspend fun keepDraft(
        body: String,
        id: String?,
    ): String {
        note("draft")
        val name = id ?: "draft-${++names}"
        drafts[name] = body
        return name
    }

    override suspend fun dropDraft(id: String) {
        note("drop $id")
        drafts.remove(id)
    }

    override suspend fun export(
        folder: String,
        step: (TakeAwayStep.Writing) -> Unit,
    ): TakeAwayStep.Written {
        note("export $folder")
        step(TakeAwayStep.Writing("resources", 1, 2))
        return TakeAwayStep.Written(folder, 2, 1, 0, "digest")
    }

    override suspend fun endConnections() = note("end connections")

    override suspend fun kitWaits() = kitWaits

    override suspend fun kitIsChecked() = note("kit checked")

    override suspend fun lock() = note("lock")
}

/** Remembers where a view model wanted to go. */
class Went : Go {
    val ways = mutableListOf<String>()

    override fun to(route: Route) {
        ways += "to $route"
    }

    override fun back() {
        ways += "back"
    }

    override fun instead(route: Route) {
        ways += "instead $route"
    }
}
