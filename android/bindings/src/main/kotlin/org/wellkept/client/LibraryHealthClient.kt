package org.wellkept.client

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.wellkept.bindings.AppointmentFilter
import org.wellkept.bindings.ClientInterface
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.Given
import org.wellkept.bindings.Hide
import org.wellkept.bindings.NewBooking
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.NewMessage
import org.wellkept.bindings.NewRequest
import org.wellkept.bindings.Query
import org.wellkept.bindings.Reason
import org.wellkept.bindings.StepListener
import org.wellkept.bindings.SyncListener
import org.wellkept.bindings.SyncProgress
import org.wellkept.bindings.ThreadFilter
import org.wellkept.bindings.Wanted
import org.wellkept.bindings.WatchEvent
import org.wellkept.bindings.WatchListener
import org.wellkept.bindings.WholeStep

/**
 * The library's client. The library works on threads of its own; [beside] is where what it gives is read into Kotlin, which for
 * a long list takes longer than a frame.
 */
class LibraryHealthClient(
    private val client: ClientInterface,
    private val beside: CoroutineDispatcher = Dispatchers.Default,
) : HealthClient {
    override suspend fun lock() = aside { client.lock() }

    // Following

    override fun list(query: Query) = follow<Given.Lines>(Wanted.Lines(query)).map { it.screen }

    override fun entry(reference: String, reveal: Boolean) =
        follow<Given.Entry>(Wanted.Entry(reference, reveal)).map { it.entry }

    override fun threads(filter: ThreadFilter) = follow<Given.Threads>(Wanted.Threads(filter)).map { it.threads }

    override fun thread(reference: String, reveal: Boolean) =
        follow<Given.Thread>(Wanted.Thread(reference, reveal)).map { it.thread }

    override fun outbox() = follow<Given.Outbox>(Wanted.Outbox).map { it.items }

    override fun appointments(filter: AppointmentFilter) =
        follow<Given.Appointments>(Wanted.Appointments(filter)).map { it.appointments }

    override fun appointment(reference: String, zone: String?, reveal: Boolean) =
        follow<Given.Appointment>(Wanted.Appointment(reference, zone, reveal)).map { it.card }

    override fun status() = follow<Given.Status>(Wanted.Status).map { it.status }

    override fun notes() = follow<Given.Notes>(Wanted.Notes).map { it.notes }

    override fun hidden() = follow<Given.Hidden>(Wanted.Hidden).map { it.hidden }

    override fun parts() = follow<Given.Parts>(Wanted.Parts).map { it.parts }

    // Reading

    override suspend fun about() = aside { client.about() }

    override suspend fun view(query: Query) = aside { client.view(query) }

    override suspend fun search(words: String, limit: Int, reveal: Boolean) =
        aside { client.search(words, limit.toULong(), reveal) }

    override suspend fun raw(reference: String, reveal: Boolean) = aside { client.raw(reference, reveal) }

    override suspend fun attachments(reference: String, reveal: Boolean) =
        aside { client.attachments(reference, reveal) }

    override suspend fun openAttachment(reference: String, n: Int, reveal: Boolean) =
        aside { client.openAttachment(reference, n.toULong(), reveal) }

    override suspend fun recipients(portal: String) = aside { client.recipients(portal) }

    override suspend fun calendar(reference: String?, details: Boolean) = aside { client.calendar(reference, details) }

    override suspend fun outboxItem(id: String) = aside { client.outboxItem(id) }

    override suspend fun isCovered(reference: String) = aside { client.isCovered(reference) }

    // Writing

    override suspend fun writeNote(text: String, about: String?) = aside { client.writeNote(text, about) }

    override suspend fun editNote(id: String, text: String) = aside { client.editNote(id, text) }

    override suspend fun deleteNote(id: String) = aside { client.deleteNote(id) }

    override suspend fun markRead(references: List<String>) = aside { client.markRead(references) }

    override suspend fun hide(what: List<Hide>) = aside { client.hide(what) }

    override suspend fun reveal(what: List<Hide>) = aside { client.reveal(what) }

    override suspend fun revealAll() = aside { client.revealAll().toInt() }

    override suspend fun withhold(references: List<String>) = aside { client.withhold(references) }

    override suspend fun share(references: List<String>) = aside { client.share(references) }

    override suspend fun withholdCategory(name: String) = aside { client.withholdCategory(name) }

    override suspend fun shareCategory(name: String) = aside { client.shareCategory(name) }

    override suspend fun withholdScreening() = aside { client.withholdScreening() }

    override suspend fun shareScreening() = aside { client.shareScreening() }

    override suspend fun checkPurge(reference: String) = aside { client.checkPurge(reference) }

    override suspend fun purge(reference: String) = aside { client.purge(reference) }

    // Acting

    override suspend fun sendMessage(message: NewMessage) = aside { client.sendMessage(message) }

    override suspend fun largestFiles(portal: String) = aside { client.largestFiles(portal).toLong() }

    override suspend fun askForCorrection(about: String, to: List<String>, text: String) =
        aside { client.askForCorrection(about, to, text) }

    override suspend fun askForRefill(medication: String, note: String?) =
        aside { client.askForRefill(medication, note) }

    override suspend fun findFreeTimes(wanted: FreeTimesWanted) = aside { client.findFreeTimes(wanted) }

    override suspend fun freeTimesAfter(act: String, most: Int) = aside { client.freeTimesAfter(act, most.toULong()) }

    override suspend fun bookAppointment(booking: NewBooking) = aside { client.bookAppointment(booking) }

    override suspend fun requestAppointment(request: NewRequest) = aside { client.requestAppointment(request) }

    override suspend fun cancelAppointment(reference: String, reason: String?) =
        aside { client.cancelAppointment(reference, reason) }

    override suspend fun sendOutbox() = aside { client.sendOutbox() }

    override suspend fun sendOutboxNow() = aside { client.sendOutboxNow() }

    override suspend fun retryAct(id: String) = aside { client.retryAct(id) }

    override suspend fun editAct(id: String, text: String) = aside { client.editAct(id, text) }

    override suspend fun deleteAct(id: String) = aside { client.deleteAct(id) }

    override suspend fun actWasDone(id: String) = aside { client.actWasDone(id) }

    override suspend fun keepDraft(body: String, id: String?) = aside { client.keepDraft(body, id) }

    override suspend fun drafts() = aside { client.drafts() }

    override suspend fun dropDraft(id: String) = aside { client.dropDraft(id) }

    // Portals

    override suspend fun connect(new: NewConnection) = aside { client.connect(new) }

    override suspend fun redirected(address: String) = aside { client.redirected(address) }

    override suspend fun giveUp() = aside { client.giveUp() }

    override suspend fun samePerson(portal: String) = aside { client.samePerson(portal) }

    override suspend fun disconnect(portal: String) = aside { client.disconnect(portal) }

    override suspend fun endConnections() = aside { client.endConnections() }

    override suspend fun sync(reason: Reason, progress: (SyncProgress) -> Unit) =
        aside { client.sync(reason, hearingSync(progress)) }

    private fun hearingSync(tell: (SyncProgress) -> Unit) =
        object : SyncListener {
            override fun progress(progress: SyncProgress) = tell(progress)
        }

    override fun watch(): Flow<WatchEvent> =
        callbackFlow {
            val hears =
                object : WatchListener {
                    override fun happened(event: WatchEvent) {
                        trySend(event)
                    }
                }
            val watching =
                launch {
                    client.watch(hears)
                    close()
                }
            awaitClose { watching.cancel() }
        }.buffer().flowOn(beside)

    override fun stop() = client.stop()

    override fun networkReturned() = client.networkReturned()

    override suspend fun keepFilesWithin(bytes: Long) = aside { client.keepFilesWithin(bytes.toULong()) }

    // The whole

    override suspend fun export(folder: String, step: (WholeStep) -> Unit) =
        aside { client.export(folder, hearing(step)) }

    override suspend fun import(folder: String, step: (WholeStep) -> Unit) =
        aside { client.import(folder, hearing(step)) }

    override suspend fun verify() = aside { client.verify() }

    override suspend fun rebuild(step: (WholeStep) -> Unit) = aside { client.rebuild(hearing(step)) }

    override suspend fun sweep(budget: Long) = aside { client.sweep(budget.toULong()) }

    private fun hearing(tell: (WholeStep) -> Unit) =
        object : StepListener {
            override fun step(step: WholeStep) = tell(step)
        }

    private suspend fun <T> aside(call: suspend () -> T): T = withContext(beside) { call() }

    private inline fun <reified T : Given> follow(wanted: Wanted): Flow<T> = views(wanted).map { it as T }

    private fun views(wanted: Wanted): Flow<Given> =
        flow {
            client.observe(wanted).use { subscription ->
                var seen = 0UL
                while (true) {
                    val next = subscription.next(seen)
                    seen = next.version
                    emit(next.given)
                }
            }
        }.conflate().flowOn(beside)
}
