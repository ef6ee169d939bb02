package org.wellkept.client

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.first
import org.wellkept.bindings.ActKind
import org.wellkept.bindings.ActSent
import org.wellkept.bindings.ActState
import org.wellkept.bindings.AppointmentFilter
import org.wellkept.bindings.CalendarFile
import org.wellkept.bindings.Draft
import org.wellkept.bindings.Evicted
import org.wellkept.bindings.Exported
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Hidden
import org.wellkept.bindings.HiddenKind
import org.wellkept.bindings.Hide
import org.wellkept.bindings.Imported
import org.wellkept.bindings.NewBooking
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.NewMessage
import org.wellkept.bindings.NewRequest
import org.wellkept.bindings.NoteVersion
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.PartChange
import org.wellkept.bindings.Query
import org.wellkept.bindings.Queued
import org.wellkept.bindings.Reason
import org.wellkept.bindings.RecordAbout
import org.wellkept.bindings.Registration
import org.wellkept.bindings.Returned
import org.wellkept.bindings.Revoked
import org.wellkept.bindings.SearchHit
import org.wellkept.bindings.SignIn
import org.wellkept.bindings.SignInPage
import org.wellkept.bindings.SyncProgress
import org.wellkept.bindings.SyncReport
import org.wellkept.bindings.ThreadFilter
import org.wellkept.bindings.Verified
import org.wellkept.bindings.WatchEvent
import org.wellkept.bindings.WholeStep

/**
 * A client without a library, for tests of view models and for previews: what [held] holds is shown, what is written is held,
 * and what waits in the outbox is sent by [sync] or [sendOutbox]. [calls] tells what was asked for, [fails] makes calls fail, and
 * while [waits] is set every call waits.
 */
class FakeHealthClient(
    record: FakeRecord = FakeRecord(),
) : HealthClient {
    /** What it holds. */
    val held = MutableStateFlow(record)

    /** Every call, by its name, in order. */
    val calls = mutableListOf<String>()

    /** Fails the calls of these names (all, for `*`) with these errors. */
    val fails = mutableMapOf<String, HealthException>()

    /** While it is set, calls do not come back. */
    val waits = MutableStateFlow(false)

    /** What a browser's return brings; a connected portal without it. */
    var returned: Returned? = null

    /** What a sync reports. */
    var report = SyncReport(emptyList())

    /** What [watch] tells. */
    val watched = MutableSharedFlow<WatchEvent>(extraBufferCapacity = 16)

    /** Whether [lock] was called. */
    val isLocked get() = locked.value

    private val locked = MutableStateFlow(false)
    private var numbers = 0
    private var signingIn: NewConnection? = null

    override suspend fun lock() {
        calls += "lock"
        locked.value = true
    }

    // Following

    override fun list(query: Query) = follow { it.screen(query) }

    override fun entry(reference: String, reveal: Boolean) = follow { it.entries[reference] ?: throw Samples.notFound() }

    override fun threads(filter: ThreadFilter) = follow { it.threads }

    override fun thread(reference: String, reveal: Boolean) = follow { it.thread[reference] ?: throw Samples.notFound() }

    override fun outbox() = follow { it.outbox }

    override fun appointments(filter: AppointmentFilter) = follow { it.appointments }

    override fun appointment(reference: String, zone: String?, reveal: Boolean) =
        follow { it.cards[reference] ?: throw Samples.notFound() }

    override fun status() = follow { it.status }

    override fun notes() = follow { it.notes }

    override fun hidden() = follow { it.hidden }

    override fun parts() = follow { it.parts }

    // Reading

    override suspend fun about() =
        asked("about") {
            RecordAbout(it.status.record, "alice", it.status.holder, olderCopy = false, rebuilding = false)
        }

    override suspend fun view(query: Query) = asked("view") { it.screen(query) }

    override suspend fun search(words: String, limit: Int, reveal: Boolean) =
        asked("search") { record ->
            val all = words.split(' ').filter(String::isNotBlank)
            val found = record.lines().filter { line -> all.all { line.title.contains(it, ignoreCase = true) } }
            val fits = if (all.isEmpty()) emptyList() else found.take(limit)
            fits.map { SearchHit(it, null, emptyList(), it.title, null, "\u0002${it.title}\u0003") }
        }

    override suspend fun raw(reference: String, reveal: Boolean) =
        asked("raw") {
            if (reference !in it.entries) throw Samples.notFound()
            """{"resourceType":"${reference.substringBefore('/')}"}""".toByteArray()
        }

    override suspend fun attachments(reference: String, reveal: Boolean) =
        asked("attachments") { it.files[reference].orEmpty().map { file -> file.attachment } }

    override suspend fun openAttachment(reference: String, n: Int, reveal: Boolean) =
        asked("openAttachment") { it.files[reference]?.getOrNull(n - 1) ?: throw Samples.notFound() }

    override suspend fun recipients(portal: String) =
        asked("recipients") { it.recipients[portal] ?: throw Samples.notFound() }

    override suspend fun calendar(reference: String?, details: Boolean) =
        asked("calendar") { CalendarFile("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 0UL, emptyList()) }

    override suspend fun outboxItem(id: String) =
        asked("outboxItem") { it.outbox.find { item -> item.id == id } ?: throw Samples.notFound() }

    override suspend fun isCovered(reference: String) =
        asked("isCovered") { it.hidden.any { hidden -> hidden.name == reference } }

    // Writing

    override suspend fun writeNote(text: String, about: String?): String =
        changed("writeNote") {
            val id = "note-${++numbers}"
            held.change { copy(notes = listOf(Samples.note(id, text, about)) + notes) }
            id
        }

    override suspend fun editNote(id: String, text: String) =
        changed("editNote") {
            val version = listOf(NoteVersion(text, Samples.NOW))
            held.change { copy(notes = notes.map { if (it.id == id) it.copy(versions = version) else it }) }
        }

    override suspend fun deleteNote(id: String) =
        changed("deleteNote") { held.change { copy(notes = notes.filter { it.id != id }) } }

    override suspend fun markRead(references: List<String>) =
        changed("markRead") {
            held.change { withLines { if (it.reference in references) it.copy(unread = false) else it } }
        }

    override suspend fun hide(what: List<Hide>) =
        changed("hide") { held.change { copy(hidden = (hidden + what.map(::hidden)).distinctBy { it.name }) } }

    override suspend fun reveal(what: List<Hide>) =
        changed("reveal") {
            val names = what.map { hidden(it).name }
            held.change { copy(hidden = hidden.filter { it.name !in names }) }
        }

    override suspend fun revealAll(): Int =
        changed("revealAll") { held.value.hidden.size.also { held.change { copy(hidden = emptyList()) } } }

    override suspend fun withhold(references: List<String>) = withheld("withhold", references, true)

    override suspend fun share(references: List<String>) = withheld("share", references, false)

    override suspend fun withholdCategory(name: String) = changed("withholdCategory") { PartChange(0UL, 0UL) }

    override suspend fun shareCategory(name: String) = changed("shareCategory") { PartChange(0UL, 0UL) }

    override suspend fun withholdScreening() = changed("withholdScreening") { PartChange(0UL, 0UL) }

    override suspend fun shareScreening() = changed("shareScreening") { PartChange(0UL, 0UL) }

    override suspend fun checkPurge(reference: String) = changed("checkPurge") { }

    override suspend fun purge(reference: String) =
        changed("purge") { held.change { copy(entries = entries - reference) } }

    // Acting

    override suspend fun sendMessage(message: NewMessage) =
        queued("sendMessage", ActKind.MESSAGE, "Message", message.text, message.draft)

    override suspend fun largestFiles(portal: String) = asked("largestFiles") { it.largestFiles }

    override suspend fun askForCorrection(about: String, to: List<String>, text: String) =
        queued("askForCorrection", ActKind.CORRECTION, "Correction", text)

    override suspend fun askForRefill(medication: String, note: String?) =
        queued("askForRefill", ActKind.REFILL, "Refill", note)

    override suspend fun findFreeTimes(wanted: FreeTimesWanted) =
        asked("findFreeTimes") { it.freeTimes[wanted.portal] ?: throw Samples.notFound() }

    override suspend fun freeTimesAfter(act: String, most: Int) =
        asked("freeTimesAfter") { record ->
            val item = record.outbox.find { it.id == act } ?: throw Samples.notFound()
            record.freeTimes[item.portal] ?: throw Samples.notFound()
        }

    override suspend fun bookAppointment(booking: NewBooking) =
        queued("bookAppointment", ActKind.BOOK, "Appointment to book", booking.reason)

    override suspend fun requestAppointment(request: NewRequest) =
        queued("requestAppointment", ActKind.REQUEST, "Appointment to ask for", request.reason)

    override suspend fun cancelAppointment(reference: String, reason: String?) =
        queued("cancelAppointment", ActKind.CANCEL, "Appointment to cancel", reason)

    override suspend fun sendOutbox() = changed("sendOutbox") { sent() }

    override suspend fun sendOutboxNow() = changed("sendOutboxNow") { sent() }

    override suspend fun retryAct(id: String) = act("retryAct", id) { it.copy(state = ActState.Queued) }

    override suspend fun editAct(id: String, text: String): Queued {
        act("editAct", id) { it.copy(words = text) }
        return Queued(id, emptyList())
    }

    override suspend fun deleteAct(id: String) =
        changed("deleteAct") { held.change { copy(outbox = outbox.filter { it.id != id }) } }

    override suspend fun actWasDone(id: String) =
        act("actWasDone", id) { it.copy(state = ActState.DoneByHand, may = emptyList()) }

    override suspend fun keepDraft(body: String, id: String?): String =
        changed("keepDraft") {
            val name = id ?: "draft-${++numbers}"
            val draft = Draft(name, Samples.NOW, body)
            held.change { copy(drafts = listOf(draft) + drafts.filter { it.id != name }) }
            name
        }

    override suspend fun drafts() = asked("drafts") { it.drafts }

    override suspend fun dropDraft(id: String) =
        changed("dropDraft") { held.change { copy(drafts = drafts.filter { it.id != id }) } }

    // Portals

    override suspend fun connect(new: NewConnection) =
        changed("connect") {
            signingIn = new
            SignInPage("https://river.example/sign-in", Registration.Unneeded)
        }

    override suspend fun redirected(address: String): Returned =
        changed("redirected") {
            val new = signingIn ?: throw Samples.notFound()
            val name = new.name ?: Samples.PORTAL
            val back = returned ?: Returned.Connected(SignIn(name, "Alice", emptyList(), emptyList(), null))
            if (back is Returned.Connected) {
                val portal = Samples.portal(name, new.base)
                held.change { copy(status = status.copy(portals = status.portals + portal)) }
            }
            back
        }

    override suspend fun giveUp() = changed("giveUp") { signingIn = null }

    override suspend fun samePerson(portal: String) = changed("samePerson") { }

    override suspend fun disconnect(portal: String) =
        changed("disconnect") {
            held.change {
                val portals = status.portals.map { if (it.name == portal) it.copy(ended = Samples.NOW) else it }
                copy(status = status.copy(portals = portals))
            }
            true
        }

    override suspend fun endConnections(): List<Revoked> =
        changed("endConnections") { held.value.status.portals.map { Revoked(it.name, true) } }

    override suspend fun sync(reason: Reason, progress: (SyncProgress) -> Unit) =
        changed("sync") {
            held.value.status.portals.forEach { progress(SyncProgress(it.name, 1UL, 1UL, 0UL, 0UL, 0UL)) }
            sent()
            report
        }

    override fun watch(): Flow<WatchEvent> = watched

    override fun stop() {
        calls += "stop"
    }

    override fun networkReturned() {
        calls += "networkReturned"
    }

    override suspend fun keepFilesWithin(bytes: Long) = changed("keepFilesWithin") { }

    // The whole

    override suspend fun export(folder: String, step: (WholeStep) -> Unit) =
        changed("export") {
            step(WholeStep("Writing", 1UL, 1UL))
            Exported(0UL, 0UL, 0UL, 0UL, 0UL, 0UL, 0UL, "0".repeat(64))
        }

    override suspend fun import(folder: String, step: (WholeStep) -> Unit) =
        changed("import") { Imported(0UL, 0UL, 0UL, 0UL, "0".repeat(64), "0".repeat(64)) }

    override suspend fun verify() = asked("verify") { Verified(true, "0".repeat(64), 0UL, 0UL, 0UL, emptyList()) }

    override suspend fun rebuild(step: (WholeStep) -> Unit) = changed("rebuild") { }

    override suspend fun sweep(budget: Long) = changed("sweep") { Evicted(0UL, 0UL, 0UL) }

    // How it does that

    private fun <T> follow(view: (FakeRecord) -> T): Flow<T> =
        combine(held, locked) { record, locked ->
            if (locked) throw Samples.locked()
            view(record)
        }.distinctUntilChanged()

    private suspend fun <T> asked(name: String, answer: (FakeRecord) -> T): T = changed(name) { answer(held.value) }

    private suspend fun <T> changed(name: String, answer: () -> T): T {
        calls += name
        waits.first { !it }
        if (locked.value) throw Samples.locked()
        (fails[name] ?: fails["*"])?.let { throw it }
        return answer()
    }

    private suspend fun queued(name: String, kind: ActKind, title: String, words: String?, draft: String? = null) =
        changed(name) {
            val item = Samples.act("act-${++numbers}", kind, title, words)
            held.change { copy(outbox = listOf(item) + outbox, drafts = drafts.filter { it.id != draft }) }
            Queued(item.id, emptyList())
        }

    private suspend fun act(name: String, id: String, change: (OutboxItem) -> OutboxItem) =
        changed(name) {
            if (held.value.outbox.none { it.id == id }) throw Samples.notFound()
            held.change { copy(outbox = outbox.map { if (it.id == id) change(it) else it }) }
        }

    private fun sent(): List<ActSent> {
        val waiting = held.value.outbox.filter { it.state == ActState.Queued }
        held.change {
            copy(outbox = outbox.map { if (it in waiting) it.copy(state = ActState.Sent, may = emptyList()) else it })
        }
        return waiting.map { ActSent(it.id, it.title, "sent", sent = true, look = false) }
    }

    private suspend fun withheld(name: String, references: List<String>, withheld: Boolean) =
        changed(name) {
            held.change { withLines { if (it.reference in references) it.copy(withheld = withheld) else it } }
            PartChange(references.size.toULong(), 0UL)
        }

    private fun hidden(hide: Hide) =
        when (hide) {
            is Hide.Category -> Hidden(HiddenKind.CATEGORY, hide.name, hide.name, Samples.NOW)
            is Hide.Section -> Hidden(HiddenKind.SECTION, hide.name, hide.name, Samples.NOW)
            is Hide.Entry -> Hidden(HiddenKind.ENTRY, hide.reference, "An entry", Samples.NOW)
        }
}
