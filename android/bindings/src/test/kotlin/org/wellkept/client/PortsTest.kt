package org.wellkept.client

import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.wellkept.bindings.Client
import org.wellkept.bindings.ClockPort
import org.wellkept.bindings.Filter
import org.wellkept.bindings.FreeTimesWanted
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.KeychainPort
import org.wellkept.bindings.ListKind
import org.wellkept.bindings.NetworkCost
import org.wellkept.bindings.NetworkPort
import org.wellkept.bindings.PortFailure
import org.wellkept.bindings.Query
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.Wanted
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors

/** A keychain in memory that can fail in two ways. */
private class Kept : KeychainPort {
    val secrets = ConcurrentHashMap<String, ByteArray>()

    @Volatile var thrown: Throwable? = null

    private fun <T> answered(answer: () -> T): T {
        thrown?.let { throw it }
        return answer()
    }

    override fun load(name: String) = answered { secrets[name] }

    override fun store(name: String, bytes: ByteArray) =
        answered {
            secrets[name] = bytes
        }

    override fun remove(name: String) =
        answered {
            secrets.remove(name)
            Unit
        }

    override fun names() = answered { secrets.keys.toList() }
}

/** A clock that can throw, and can hold up whoever asks it. */
private class Clock : ClockPort {
    @Volatile var thrown: Throwable? = null

    @Volatile var holds: CountDownLatch? = null
    val asking: MutableSet<Thread> = ConcurrentHashMap.newKeySet()

    override fun now(): Long {
        asking += Thread.currentThread()
        thrown?.let { throw it }
        holds?.await()
        return Samples.NOW
    }
}

/** What an app gives the library, when it fails, and on which thread it is asked. */
class PortsTest {
    @Test
    fun `a keychain that throws means locked, and nothing is lost by it`(): Unit =
        runBlocking {
            val keychain = Kept()
            Phone(keychain = keychain).use { phone ->
                val client = phone.made().client
                client.lock()
                for (failure in listOf(IllegalStateException("anything"), PortFailure.Unavailable())) {
                    keychain.thrown = failure
                    assertThrows<HealthException.Locked> { runBlocking { phone.opened() } }
                }
                keychain.thrown = PortFailure.OutOfSpace()
                assertThrows<HealthException.OutOfSpace> { runBlocking { phone.opened() } }
                keychain.thrown = null
                phone.opened().lock()
                keychain.secrets.clear()
                assertThrows<HealthException.KeysLost> { runBlocking { phone.opened() } }
            }
        }

    @Test
    fun `c15 a panic inside is an error, and the app and the record go on`(): Unit =
        runBlocking {
            val clock = Clock()
            Phone(clock = clock).use { phone ->
                val client = phone.made().client
                client.writeNote("before", null)
                clock.thrown = IllegalStateException("a clock that throws has the library panic")
                val bug = assertThrows<HealthException.Bug> { runBlocking { client.writeNote("gone", null) } }
                assertFalse("clock" in bug.words(), "nothing of what the panic said")
                assertTrue(Regex("""\w+\.rs:\d+""").matches(bug.reason), "but where it was: ${bug.reason}")
                assertThrows<HealthException.Bug> { runBlocking { client.keepDraft("{}", null) } }
                val subscription = client.observe(Wanted.Lines(Query(ListKind.MEDICATIONS, Filter())))
                assertThrows<HealthException.Bug> { runBlocking { subscription.next(0UL) } }
                clock.thrown = null
                subscription.next(0UL)
                client.writeNote("after", null)
                assertEquals(2, client.notes().size)
                client.lock()
            }
        }

    @Test
    fun `a network that throws is an error, a listener that throws is ignored`(): Unit =
        runBlocking {
            var unknown = true
            val network =
                object : NetworkPort {
                    override fun cost() = if (unknown) error("cannot tell") else NetworkCost.METERED
                }
            Portal.start().use { portal ->
                Phone(network = network).use { phone ->
                    val client = phone.records.make("Alice", PASSPHRASE).client
                    client.connect(portal)
                    assertThrows<HealthException.Bug> { runBlocking { client.sync(asked) } }
                    unknown = false
                    var told = 0
                    val report =
                        client.sync(asked) {
                            told++
                            error("a screen that is gone")
                        }
                    assertTrue(report.portals.single().new > 0UL)
                    assertTrue(told > 0)
                    client.rebuild { error("a screen that is gone") }
                    client.lock()
                }
            }
        }

    @Test
    fun `no call holds up the thread of the screen`() {
        val ui = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
        runBlocking(ui) {
            val screen = Thread.currentThread()
            val clock = Clock()
            Phone(clock = clock).use { phone ->
                val client = phone.made().client
                for (call in calls(phone)) {
                    val holds = CountDownLatch(1)
                    clock.holds = holds
                    val called = launch { runCatching { call(client) } }
                    // This thread is free while the library waits for its clock: else this would never come back.
                    withContext(ui) { }
                    launch { holds.countDown() }.join()
                    called.join()
                }
                clock.holds = null
                client.lock()
                assertTrue(clock.asking.isNotEmpty())
                assertFalse(screen in clock.asking, "the library asked on the thread of the screen")
            }
        }
        ui.close()
    }

    /** Calls of every kind: reading, writing, following, opening, portals. None is handed to another thread by Kotlin. */
    private fun calls(phone: Phone): List<suspend (Client) -> Unit> =
        listOf(
            { it.view(Query(ListKind.MEDICATIONS, Filter())) },
            { it.view(Query(ListKind.TIMELINE, Filter())) },
            { it.search("word") },
            { it.status() },
            { it.outbox() },
            { it.writeNote("text", null) },
            { it.keepDraft("{}", null) },
            { it.observe(Wanted.Status).use { followed -> followed.next(0UL) } },
            { it.sync(asked, null) },
            { it.findFreeTimes(FreeTimesWanted("nowhere", most = 50UL)) },
            { it.verify() },
            { it.rebuild(null) },
            { Client.open(phone.platform, phone.database, Unlock.Passphrase(PASSPHRASE)) },
            { it.disconnect("nowhere") },
        )

    @Test
    fun `the fake and the library tell the same story`(): Unit =
        runBlocking {
            Phone().use { phone ->
                for (records in listOf(phone.records, FakeHealthRecords())) {
                    assertFalse(records.isThere())
                    val (client, kit) = records.make("Alice", PASSPHRASE)
                    assertEquals(24, kit.size)
                    assertEquals(emptyList<Any>(), client.notes().first())
                    val id = client.writeNote("one")
                    assertEquals(listOf(id), client.notes().first().map { it.id })
                    client.deleteNote(id)
                    val draft = client.keepDraft("a")
                    assertEquals(draft, client.keepDraft("b", draft))
                    assertEquals(listOf("b"), client.drafts().map { it.body })
                    client.dropDraft(draft)
                    assertThrows<HealthException.NotFound> { runBlocking { client.entry("Observation/none").first() } }
                    assertThrows<HealthException.NotFound> { runBlocking { client.outboxItem("none") } }
                    assertTrue(client.sync(asked).portals.isEmpty())
                    assertTrue(client.search("nothing").isEmpty())
                    client.lock()
                    assertThrows<HealthException.Locked> { runBlocking { client.notes().first() } }
                    assertThrows<HealthException.Locked> { runBlocking { client.drafts() } }
                    assertThrows<HealthException.WrongPassphrase> {
                        runBlocking { records.open(Unlock.Passphrase("wrong")) }
                    }
                    records.open(Unlock.Kit(kit.joinToString(" "))).lock()
                    records.erase()
                    assertFalse(records.isThere())
                }
            }
        }
}
