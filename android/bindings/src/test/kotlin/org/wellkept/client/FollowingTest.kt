package org.wellkept.client

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.wellkept.bindings.Client
import org.wellkept.bindings.Filter
import org.wellkept.bindings.Given
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.ListKind
import org.wellkept.bindings.Query
import org.wellkept.bindings.Subscription
import org.wellkept.bindings.Wanted

/** Subscriptions, and calls that are given up. */
class FollowingTest {
    /** A screen of notes: what it follows, which version it shows, and how many notes there are in that. */
    private class Notes(
        client: Client,
    ) : AutoCloseable {
        val subscription: Subscription = client.observe(Wanted.Notes)
        private var seen = 0UL
        var shown = -1
            private set

        suspend fun next(): Int {
            val next = subscription.next(seen)
            seen = next.version
            shown = (next.given as Given.Notes).notes.size
            return shown
        }

        override fun close() = subscription.close()
    }

    private fun story(tell: suspend CoroutineScope.(Client) -> Unit): Unit =
        runBlocking(Dispatchers.Default) {
            Phone().use { phone ->
                val client = phone.made().client
                tell(client)
                client.lock()
            }
        }

    @Test
    fun `one waiter at a time`() =
        story { client ->
            Notes(client).use { screen ->
                assertEquals(0, screen.next())
                // Undispatched: it waits when this line is done.
                val first = async(start = CoroutineStart.UNDISPATCHED) { screen.next() }
                assertThrows<HealthException.Busy> { runBlocking { screen.next() } }
                client.writeNote("one", null)
                assertEquals(1, first.await())
                screen.subscription.end()
                assertThrows<HealthException.Ended> { runBlocking { screen.next() } }
            }
        }

    @Test
    fun `cancelling at any moment loses nothing`() =
        story { client ->
            Notes(client).use { screen ->
                for (written in 1..CANCELLED) {
                    client.writeNote("note $written", null)
                    // Each time a little later: before the view is read, while it is, when it is ready, and on its way.
                    val waits = launch(start = CoroutineStart.UNDISPATCHED) { screen.next() }
                    val until = System.nanoTime() + written * STEP
                    while (System.nanoTime() < until) Thread.onSpinWait()
                    waits.cancelAndJoin()
                    while (screen.shown < written) screen.next()
                    assertEquals(written, screen.shown)
                }
            }
            assertEquals(0UL, client.alive())
        }

    @Test
    fun `searches, syncs and watches can be given up, and the next ones work`() =
        story { client ->
            client.writeNote("A word about glucose", null)
            repeat(20) {
                launch(start = CoroutineStart.UNDISPATCHED) { client.search("glu") }.cancelAndJoin()
            }
            assertEquals(1, client.search("glu").size)
            repeat(5) {
                launch(start = CoroutineStart.UNDISPATCHED) { client.sync(asked) }.cancelAndJoin()
                launch(start = CoroutineStart.UNDISPATCHED) { client.watch() }.cancelAndJoin()
            }
            assertTrue(client.sync(asked).portals.isEmpty())
        }

    @Test
    fun `a thousand subscriptions are told, and leave nothing behind`() =
        story { client ->
            val wanted = Wanted.Lines(Query(ListKind.TIMELINE, Filter()))
            repeat(2) { round ->
                val screens = List(THOUSAND / 2) { Notes(client) }
                val others = List(THOUSAND / 2) { client.observe(wanted) }
                screens.forEach { it.next() }
                others.forEach { it.next(0UL) }
                assertEquals(THOUSAND.toULong(), client.alive())
                val told = screens.map { async { it.next() } }
                client.writeNote("for everybody", null)
                told.forEach { assertEquals(round + 1, it.await()) }
                screens.forEach { it.close() }
                others.forEach { it.close() }
                assertEquals(0UL, client.alive())
            }
            // Those that nobody closes go with what held them.
            repeat(THOUSAND) { client.observe(Wanted.Notes) }
            while (client.alive() > 0UL) {
                System.gc()
                delay(5)
            }
        }

    @Test
    fun `a flow gives the newest to a slow reader, frees its subscription, and ends with the lock`(): Unit =
        runBlocking(Dispatchers.Default) {
            Phone().use { phone ->
                val client = phone.made().client
                val health = LibraryHealthClient(client)
                assertEquals(0, health.notes().first().size)
                while (client.alive() > 0UL) delay(1)
                val seen = mutableListOf<Int>()
                val slow =
                    async {
                        runCatching {
                            health.notes().collect {
                                seen += it.size
                                while (it.isEmpty() && health.drafts().isEmpty()) delay(1)
                            }
                        }
                    }
                while (seen.isEmpty()) delay(1)
                repeat(20) { health.writeNote("note $it") }
                health.keepDraft("{}")
                while (seen.last() < 20) delay(1)
                assertTrue(seen.size < 20, "versions in between are skipped: $seen")
                health.lock()
                assertTrue(slow.await().exceptionOrNull() is HealthException.Locked)
                assertThrows<HealthException.Locked> { runBlocking { health.status().toList() } }
            }
        }

    private companion object {
        const val THOUSAND = 1_000
        const val CANCELLED = 60

        /** In nanoseconds. */
        const val STEP = 50_000L
    }
}
