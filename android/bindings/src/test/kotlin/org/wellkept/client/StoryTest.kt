package org.wellkept.client

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.wellkept.bindings.ActState
import org.wellkept.bindings.AppIdentity
import org.wellkept.bindings.AppointmentFilter
import org.wellkept.bindings.ClientInterface
import org.wellkept.bindings.Filter
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Hide
import org.wellkept.bindings.ListKind
import org.wellkept.bindings.NewBooking
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.NewMessage
import org.wellkept.bindings.NewRequest
import org.wellkept.bindings.Query
import org.wellkept.bindings.Returned
import org.wellkept.bindings.Suits
import org.wellkept.bindings.SyncProgress
import org.wellkept.bindings.ThreadFilter
import org.wellkept.bindings.WatchEvent
import java.io.File
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.intercepted

/** Alice's record from its first portal to its end: every call of [HealthClient] and of the library, against a real portal. */
class StoryTest {
    private val called: MutableSet<String> = ConcurrentHashMap.newKeySet()

    /** The same, with every call of it written down. */
    private inline fun <reified T : Any> watched(real: T): T {
        val types = arrayOf(T::class.java)
        return Proxy.newProxyInstance(javaClass.classLoader, types) { _, method, arguments ->
            called += named<T>(method)
            try {
                method.invoke(real, *arguments.orEmpty())
            } catch (failed: InvocationTargetException) {
                // A proxy may throw nothing that its interface does not declare: what fails at once fails the way of what fails later.
                @Suppress("UNCHECKED_CAST")
                val waits = arguments?.lastOrNull() as? Continuation<Any?> ?: throw failed.targetException
                waits.intercepted().resumeWith(Result.failure(failed.targetException))
                COROUTINE_SUSPENDED
            }
        } as T
    }

    /** What a method is called: Kotlin adds something to the names of those that take unsigned numbers. */
    private inline fun <reified T : Any> named(method: Method) = "${T::class.simpleName}.${method.name.substringBefore('-')}"

    private inline fun <reified T : Any> all() =
        T::class.java.methods.filterNot { it.name.endsWith("\$default") }.map { named<T>(it) }

    private fun query(list: ListKind, filter: Filter = Filter()) = Query(list, filter)

    @Test
    fun `every call does its work`(): Unit =
        runBlocking {
            Portal.start("--messages", "create", "--appointments", "find-hold-book", "--refills", "request").use { portal ->
                Phone().use { phone ->
                    val library = watched<ClientInterface>(phone.made().client)
                    val client = watched<HealthClient>(LibraryHealthClient(library))
                    connects(client, portal)
                    reads(client)
                    writes(client)
                    acts(client, portal)
                    asksTheLibrary(library, client)
                    leaves(client, phone)
                    assertTrue(library.isLocked())
                    assertEquals(emptySet<String>(), (all<HealthClient>() + all<ClientInterface>()).toSet() - called)
                }
            }
        }

    private suspend fun connects(client: HealthClient, portal: Portal) {
        assertEquals(emptyList<Any>(), client.status().first().portals)
        val app = AppIdentity.Named(Portal.CLIENT_ID, null)
        client.connect(NewConnection(portal.base, app, REDIRECT))
        assertEquals(Returned.NotForUs, client.redirected("$REDIRECT?code=1&state=another"))
        client.giveUp()
        assertThrows<HealthException.NotFound> { runBlocking { client.redirected(REDIRECT) } }
        val connected = client.connect(portal) as Returned.Connected
        assertEquals(CLINIC, connected.signIn.portal)
        val seen = ConcurrentHashMap.newKeySet<SyncProgress>()
        val report = client.sync(asked) { seen += it }
        assertTrue(report.portals.single().new > 100UL)
        assertTrue(seen.any { it.slotsDone == it.slotsTotal && it.entries > 0UL })
        assertEquals(CLINIC, client.status().first().portals.single().name)
        client.samePerson(CLINIC)
        client.keepFilesWithin(1L shl 30)
    }

    private suspend fun reads(client: HealthClient) {
        for (list in ListKind.entries) {
            assertTrue(client.view(query(list)).title.isNotEmpty(), list.name)
        }
        val first = client.list(query(ListKind.TIMELINE, Filter(limit = 20UL))).first()
        val next = client.view(query(ListKind.TIMELINE, Filter(limit = 20UL, after = checkNotNull(first.more))))
        assertNotEquals(first.groups, next.groups)
        assertThrows<HealthException.Invalid> {
            runBlocking { client.view(query(ListKind.TIMELINE, Filter(after = "nowhere"))) }
        }
        val line = client.view(query(ListKind.RESULTS)).groups.first().lines.first()
        assertTrue(client.entry(line.reference).first().everything.isNotEmpty())
        assertTrue("resourceType" in String(client.raw(line.reference)))
        assertThrows<HealthException.NotFound> { runBlocking { client.entry("Observation/none").first() } }
        assertTrue(client.search(line.title.split(' ').first()).isNotEmpty())
        val document = client.view(query(ListKind.DOCUMENTS)).groups.flatMap { it.lines }
        val held = document.first { client.attachments(it.reference).isNotEmpty() }
        assertTrue(client.openAttachment(held.reference, 1).bytes.isNotEmpty())
    }

    private suspend fun writes(client: HealthClient) {
        val line = client.view(query(ListKind.RESULTS)).groups.first().lines.first()
        val id = client.writeNote("Ask about this", line.reference)
        client.editNote(id, "Ask about this soon")
        assertEquals("Ask about this soon", client.notes().first().single().versions.single().text)
        client.deleteNote(id)
        assertTrue(client.notes().first().isEmpty())
        client.markRead(listOf(line.reference))
        assertFalse(client.entry(line.reference).first().line.unread)
        client.hide(listOf(Hide.Entry(line.reference), Hide.Category("mental"), Hide.Section("messages")))
        assertTrue(client.isCovered(line.reference))
        assertEquals(3, client.hidden().first().size)
        assertThrows<HealthException.Covered> { runBlocking { client.raw(line.reference) } }
        assertTrue(client.raw(line.reference, reveal = true).isNotEmpty())
        client.reveal(listOf(Hide.Entry(line.reference)))
        assertEquals(2, client.revealAll())
        client.withhold(listOf(line.reference))
        assertTrue(client.parts().first().choices.isNotEmpty())
        client.share(listOf(line.reference))
        client.withholdCategory("mental")
        client.shareCategory("mental")
        client.withholdScreening()
        client.shareScreening()
        assertThrows<HealthException.Invalid> { runBlocking { client.checkPurge(line.reference) } }
        assertThrows<HealthException.Invalid> { runBlocking { client.purge(line.reference) } }
    }

    private suspend fun acts(client: HealthClient, portal: Portal) {
        val to = client.recipients(CLINIC).people.first().reference
        val draft = client.keepDraft("{\"text\":\"When\"}")
        assertEquals(draft, client.keepDraft("{\"text\":\"When is\"}", draft))
        assertEquals(1, client.drafts().size)
        val said = NewMessage(text = "When is my visit?", portal = CLINIC, to = listOf(to), draft = draft)
        assertTrue(client.largestFiles(CLINIC) > 100_000)
        val message = client.sendMessage(said)
        assertTrue(client.drafts().isEmpty())
        val edited = client.editAct(message.id, "When is my next visit?")
        assertEquals(ActState.Queued, client.outboxItem(edited.id).state)
        assertTrue(client.sendOutbox().any { it.id == edited.id && it.sent })
        assertThrows<HealthException.Invalid> { runBlocking { client.retryAct(edited.id) } }
        val thread = client.threads().first()
        assertTrue(thread.waiting.isEmpty() || thread.threads.isNotEmpty())
        client.sync(asked)
        val id = client.threads().first().threads.first().id
        assertTrue(client.thread(id).first().entries.isNotEmpty())
        client.dropDraft(client.keepDraft("{}"))

        val result = client.view(query(ListKind.RESULTS)).groups.first().lines.first().reference
        client.deleteAct(client.askForCorrection(result, listOf(to), "This is not mine").id)
        client.askForRefill("MedicationRequest/refillable-1", "Two months, please")
        val byHand = client.requestAppointmentOrNot()
        assertTrue(byHand)
        books(client)
        assertTrue(client.outbox().first().isNotEmpty())
        val unsent = client.sendMessage(NewMessage(text = "And one more", portal = CLINIC, to = listOf(to)))
        client.actWasDoneOrRefused(unsent.id)
        portal.post("answer?of=Communication/1001&what=received")
    }

    /** This portal books by itself, so it may say that it takes no requests: in words. */
    private suspend fun HealthClient.requestAppointmentOrNot(): Boolean =
        try {
            requestAppointment(NewRequest(CLINIC, suits = listOf(Suits("2030-01-01", "2030-01-31")))).id.isNotEmpty()
        } catch (no: HealthException.Invalid) {
            no.words.isNotEmpty()
        }

    private suspend fun HealthClient.actWasDoneOrRefused(id: String) =
        try {
            actWasDone(id)
        } catch (no: HealthException.Invalid) {
            assertTrue(no.words.isNotEmpty())
        }

    private suspend fun books(client: HealthClient) {
        val from = Instant.now().plus(2, ChronoUnit.DAYS).toString().take(DAY)
        val until = Instant.now().plus(30, ChronoUnit.DAYS).toString().take(DAY)
        val times = client.findFreeTimes(FreeTimesWanted(CLINIC, from, until, most = 50UL))
        val first = times.times.first()
        val these = client.findFreeTimes(FreeTimesWanted(CLINIC, from, until, first.with, service = null, most = 5UL))
        assertTrue(these.times.isNotEmpty() && these.times.all { it.with == first.with })
        val booking = client.bookAppointment(NewBooking(first, "A check"))
        client.sendOutboxNow()
        assertTrue(client.freeTimesAfter(booking.id).times.isNotEmpty())
        assertEquals(ActState.Booked, client.outboxItem(booking.id).state)
        val appointment = checkNotNull(client.outboxItem(booking.id).became)
        assertTrue(client.appointments().first().groups.any { it.appointments.isNotEmpty() })
        assertEquals(appointment, client.appointment(appointment, "America/Chicago").first().appointment.line.reference)
        assertTrue("BEGIN:VEVENT" in client.calendar(appointment).text)
        client.cancelAppointment(appointment, "I am away")
        client.sendOutbox()
    }

    /** What screens follow, asked for once, and what no screen asks for. */
    private suspend fun asksTheLibrary(library: ClientInterface, client: HealthClient) {
        assertEquals(client.notes().first(), library.notes())
        assertEquals(client.hidden().first(), library.hidden())
        assertEquals(client.parts().first(), library.parts())
        assertEquals(client.outbox().first().map { it.id }, library.outbox().map { it.id })
        assertEquals(CLINIC, library.status().portals.single().name)
        val thread = library.threads(ThreadFilter()).threads.first().id
        assertTrue(library.thread(thread).entries.isNotEmpty())
        val appointment = library.appointments(AppointmentFilter()).groups.flatMap { it.appointments }.first().line.reference
        assertEquals(appointment, library.appointment(appointment).appointment.line.reference)
        assertEquals(CLINIC, library.portals().single().name)
        val line = client.view(query(ListKind.RESULTS)).groups.first().lines.first()
        assertEquals(line.reference, library.show(line.reference).line.reference)
        val times = library.findFreeTimes(FreeTimesWanted(CLINIC, most = 2UL)).times
        assertEquals(times.first(), library.freeTime(1UL))
        val booking = client.bookAppointment(NewBooking(times.first(), "Another check"))
        assertTrue(library.freeTimesAfter(booking.id).times.isNotEmpty())
        client.deleteAct(booking.id)
        while (library.alive() > 0UL) delay(1)
    }

    private suspend fun leaves(client: HealthClient, phone: Phone) {
        assertTrue(client.verify().sound)
        client.rebuild()
        client.sweep(0)
        val folder = File(phone.home, "export").path
        val steps = ConcurrentHashMap.newKeySet<String>()
        val exported = client.export(folder) { steps += it.doing }
        assertTrue(steps.isNotEmpty())
        Phone().use { other ->
            val second = other.records.make("Alice", PASSPHRASE).client
            val imported = second.import(folder)
            assertEquals(exported.digest, imported.digest)
            assertEquals(client.verify().digest, imported.digest)
            called += listOf("HealthClient.import", "ClientInterface.import")
            second.lock()
        }
        watches(client)
        client.disconnect(CLINIC)
        client.endConnections()
        assertTrue(client.status().first().portals.all { it.ended != null })
        client.lock()
        assertThrows<HealthException.Locked> { runBlocking { client.about() } }
    }

    private suspend fun watches(client: HealthClient) =
        kotlinx.coroutines.coroutineScope {
            assertTrue(client.watch().first() is WatchEvent.Synced)
            client.networkReturned()
            val until = launch(Dispatchers.Default) { client.watch().collect { client.stop() } }
            until.join()
            val cancelled = launch(Dispatchers.Default) { client.watch().collect { } }
            cancelled.cancelAndJoin()
        }

    private companion object {
        const val DAY = 10
    }
}
