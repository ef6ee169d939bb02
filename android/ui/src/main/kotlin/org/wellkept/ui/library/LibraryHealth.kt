package org.wellkept.ui.library

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import org.wellkept.bindings.AppIdentity
import org.wellkept.bindings.AppointmentFilter
import org.wellkept.bindings.Filter
import org.wellkept.bindings.FreeTime
import org.wellkept.bindings.FreeTimes
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Hide
import org.wellkept.bindings.NewBooking
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.NewFile
import org.wellkept.bindings.NewMessage
import org.wellkept.bindings.NewRequest
import org.wellkept.bindings.NoteView
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.Query
import org.wellkept.bindings.Reason
import org.wellkept.bindings.Screen
import org.wellkept.bindings.Suits
import org.wellkept.bindings.SyncedPortal
import org.wellkept.bindings.ThreadFilter
import org.wellkept.bindings.snippetMarks
import org.wellkept.client.HealthClient
import org.wellkept.client.HealthRecords
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.health.CalendarUi
import org.wellkept.ui.health.DraftUi
import org.wellkept.ui.health.FoundUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.NewMessageUi
import org.wellkept.ui.health.NewRequestUi
import org.wellkept.ui.health.RecipientsUi
import org.wellkept.ui.health.TimesAsk
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.hidden.HiddenUi
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.search.SearchUi
import org.wellkept.ui.takeaway.TakeAwayStep
import java.time.ZoneId
import org.wellkept.bindings.ListKind as LibraryList

/** One opened record, by the library. */
class LibraryHealth(
    private val client: HealthClient,
    private val records: HealthRecords,
    private val app: AppNames,
) : Health {
    /** The free times that the person saw last: only of these one is booked. */
    private var seen: List<FreeTime> = emptyList()

    override suspend fun lock() = told { client.lock() }

    override fun status() = client.status().map { it.ui() }.told()

    override fun list(ask: ListAsk): Flow<ScreenUi> {
        val query = queryOf(ask)
        return client.list(query).map { windows(it, query, ask.windows) }.told()
    }

    private fun queryOf(ask: ListAsk): Query =
        Query(LibraryList.valueOf(ask.kind.name), Filter(unread = ask.unread, abnormal = ask.outside, reveal = ask.reveal))

    private suspend fun windows(
        first: Screen,
        query: Query,
        windows: Int,
    ): ScreenUi {
        var whole = first.ui()
        var after = first.more
        repeat(windows - 1) {
            val from = after ?: return whole
            val next = client.view(query.copy(filter = query.filter.copy(after = from)))
            whole = whole.joined(next.ui())
            after = next.more
        }
        return whole
    }

    override fun entry(
        reference: String,
        reveal: Boolean,
    ) = client.entry(reference, reveal).map { it.ui() }.told()

    override fun threads(limit: Int) = client.threads(ThreadFilter(limit = limit.toULong())).map { it.ui() }.told()

    override fun thread(
        id: String,
        reveal: Boolean,
    ) = client.thread(id, reveal).map { it.ui() }.told()

    override fun outbox() = client.outbox().map { it.map(OutboxItem::ui) }.told()

    override fun appointments(reveal: Boolean) =
        client.appointments(AppointmentFilter(zone = zone(), reveal = reveal)).map { it.ui() }.told()

    override fun day(
        reference: String,
        reveal: Boolean,
    ) = client.appointment(reference, zone(), reveal).map { it.ui() }.told()

    override fun notes() = client.notes().map { it.map(NoteView::ui) }.told()

    override fun hidden() =
        client.hidden().map { hidden -> hidden.map { HiddenUi(HiddenKind.valueOf(it.kind.name), it.name, it.words, it.since) } }.told()

    override suspend fun search(words: String): SearchUi =
        told {
            val marks = snippetMarks()
            val basis = client.view(Query(LibraryList.TIMELINE, Filter(limit = 1u))).restsOn
            SearchUi(client.search(words).map { it.ui(marks) }, basis.map { it.ui() })
        }

    override suspend fun recipients(portal: String): RecipientsUi =
        told {
            val found = client.recipients(portal)
            RecipientsUi(found.people.map { RecipientUi(it.reference, it.name, it.roles, it.inCareTeam, it.doubts) }, found.lacks)
        }

    override suspend fun openFile(
        reference: String,
        number: Int,
        reveal: Boolean,
    ) = told { client.openAttachment(reference, number, reveal).ui() }

    override suspend fun calendar(reference: String?) =
        told { client.calendar(reference).let { CalendarUi(it.text, it.events.toLong(), it.leftOut) } }

    override suspend fun sendMessage(message: NewMessageUi): List<String> =
        told {
            val new = NewMessage(
                text = message.text,
                portal = message.portal,
                to = message.to,
                answers = message.answers,
                subject = message.subject,
                files = message.files.map { NewFile(it.name, it.bytes) },
                draft = message.draft,
            )
            client.sendMessage(new).advice
        }

    override suspend fun largestFiles(portal: String): Long = told { client.largestFiles(portal) }

    override suspend fun askForRefill(
        medication: String,
        note: String?,
    ) = told { client.askForRefill(medication, note).advice }

    override suspend fun askForCorrection(
        about: String,
        text: String,
    ) = told { client.askForCorrection(about, emptyList(), text).advice }

    override suspend fun findTimes(ask: TimesAsk): BookingStep.Times =
        told {
            val wanted = FreeTimesWanted(ask.portal, ask.from, ask.until, ask.with, ask.service, ask.most.toULong())
            seen(client.findFreeTimes(wanted), ask.most)
        }

    override suspend fun timesAfter(
        act: String,
        most: Int,
    ): BookingStep.Times = told { seen(client.freeTimesAfter(act, most), most) }

    private fun seen(
        found: FreeTimes,
        most: Int,
    ): BookingStep.Times {
        seen = found.times
        return found.ui(most)
    }

    override suspend fun book(
        number: Int,
        reason: String?,
        moves: String?,
    ) = told { client.bookAppointment(NewBooking(seen[number], reason, moves)).advice }

    override suspend fun requestAppointment(request: NewRequestUi): List<String> =
        told {
            val from = request.from ?: request.until
            val until = request.until ?: request.from
            val suits = if (from == null || until == null) emptyList() else listOf(Suits(from, until))
            client.requestAppointment(NewRequest(request.portal, reason = request.reason, suits = suits)).advice
        }

    override suspend fun cancelAppointment(
        reference: String,
        reason: String?,
    ) = told { client.cancelAppointment(reference, reason).advice }

    override suspend fun sendOutbox() = told { client.sendOutbox().let { } }

    override suspend fun sendOutboxNow() = told { client.sendOutboxNow().count { it.sent }.toLong() }

    override suspend fun choose(
        id: String,
        choice: ActChoice,
    ) = told {
        when (choice) {
            ActChoice.RETRY -> client.retryAct(id)
            ActChoice.DELETE -> client.deleteAct(id)
            ActChoice.DONE_BY_HAND -> client.actWasDone(id)
            ActChoice.EDIT -> Unit
        }
    }

    override suspend fun editAct(
        id: String,
        text: String,
    ) = told { client.editAct(id, text).let { } }

    override suspend fun findPortals(words: String): FoundUi = told { records.findPortals(words).ui() }

    override suspend fun takeList(bundle: ByteArray) = told { records.importPortals(bundle).ui() }

    override suspend fun connect(new: NewConnectionUi): String =
        told {
            val identity = new.clientId?.let { AppIdentity.Named(it, null) } ?: AppIdentity.Usual(app.usualName)
            val connection = NewConnection(new.address, identity, app.redirectAddress(), new.name, new.samePerson)
            client.connect(connection).address
        }

    override suspend fun redirected(address: String) = told { client.redirected(address).ui() }

    override suspend fun giveUp() = told { client.giveUp() }

    override suspend fun disconnect(portal: String) = told { client.disconnect(portal) }

    override suspend fun sync() = told { client.sync(Reason.Asked(full = false)).portals.map(SyncedPortal::ui) }

    override suspend fun syncBy(deadline: Long) = told { client.sync(Reason.Background(deadline)).portals.map(SyncedPortal::ui) }

    override suspend fun watch() = told { client.watch().collect {} }

    override fun networkReturned() = client.networkReturned()

    override suspend fun markRead(references: List<String>) = told { client.markRead(references) }

    override suspend fun writeNote(
        text: String,
        about: String?,
    ) = told { client.writeNote(text, about).let { } }

    override suspend fun editNote(
        id: String,
        text: String,
    ) = told { client.editNote(id, text) }

    override suspend fun deleteNote(id: String) = told { client.deleteNote(id) }

    override suspend fun hide(
        kind: HiddenKind,
        name: String,
    ) = told { client.hide(listOf(hideOf(kind, name))) }

    override suspend fun reveal(
        kind: HiddenKind,
        name: String,
    ) = told { client.reveal(listOf(hideOf(kind, name))) }

    override suspend fun revealAll() = told { client.revealAll().let { } }

    override suspend fun drafts() = told { client.drafts().filter { it.body != KIT_CHECKED }.map { DraftUi(it.id, it.body) } }

    override suspend fun keepDraft(
        body: String,
        id: String?,
    ) = told { client.keepDraft(body, id) }

    override suspend fun dropDraft(id: String) = told { client.dropDraft(id) }

    override suspend fun export(
        folder: String,
        step: (TakeAwayStep.Writing) -> Unit,
    ): TakeAwayStep.Written =
        told {
            val written = client.export(folder) { step(TakeAwayStep.Writing(it.doing, it.done.toLong(), it.all.toLong())) }
            TakeAwayStep.Written(folder, written.entries.toLong(), written.files.toLong(), written.notHeld.toLong(), written.digest)
        }

    override suspend fun endConnections() = told { client.endConnections().let { } }

    override suspend fun kitWaits() =
        told {
            client.drafts().none { it.body == KIT_CHECKED } &&
                client
                    .status()
                    .first()
                    .portals
                    .isEmpty() &&
                client.notes().first().isEmpty()
        }

    override suspend fun kitIsChecked() = told { if (kitWaits()) client.keepDraft(KIT_CHECKED).let { } }

    private companion object {
        /** Stands among the drafts, which are this device's own: there the making of the record came to its end. */
        const val KIT_CHECKED = """{"place":"kit","checked":"yes"}"""
    }
}

/** How the app is known to portals: the name at those that register none, and where the browser returns to. */
interface AppNames {
    val usualName: String

    fun redirectAddress(): String
}

private fun zone(): String = ZoneId.systemDefault().id

private fun hideOf(
    kind: HiddenKind,
    name: String,
): Hide =
    when (kind) {
        HiddenKind.CATEGORY -> Hide.Category(name)
        HiddenKind.SECTION -> Hide.Section(name)
        HiddenKind.ENTRY -> Hide.Entry(name)
    }

/** What the library refuses, in its words for a person. */
internal suspend fun <T> told(work: suspend () -> T): T =
    try {
        work()
    } catch (refused: HealthException) {
        throw refused.trouble()
    }

private fun <T> Flow<T>.told(): Flow<T> = catch { refused -> throw (refused as? HealthException)?.trouble() ?: refused }
