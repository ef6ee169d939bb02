package org.wellkept.ui.library

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.LineGroup
import org.wellkept.bindings.NamedResult
import org.wellkept.bindings.ShownResult
import org.wellkept.client.FakeHealthClient
import org.wellkept.client.FakeHealthRecords
import org.wellkept.client.FakeRecord
import org.wellkept.client.Samples
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.entry.NamedUi
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.NewMessageUi
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.GroupUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.ScreenUi
import java.io.File
import org.wellkept.bindings.Flag as LibraryFlag
import org.wellkept.bindings.ListKind as LibraryList

/** What the library gives, as the screens get it. */
class LibraryHealthTest {
    private val names =
        object : AppNames {
            override val usualName = "wellkept"

            override fun redirectAddress() = "http://127.0.0.1:1/callback"
        }
    private val client = FakeHealthClient()
    private val health = LibraryHealth(client, FakeHealthRecords(), names)

    @Test
    fun `every list of the screens is one of the library's`() {
        ListKind.entries.forEach { LibraryList.valueOf(it.name) }
    }

    @Test
    fun `a list comes with its flags, its basis and what it lacks`() =
        runTest {
            val screen =
                Samples
                    .screen(
                        "Results",
                        listOf(LineGroup("Results", null, listOf(Samples.line(flag = LibraryFlag.CRITICAL)))),
                    ).copy(lacks = listOf("1 is lacking"))
            client.held.value = FakeRecord(lists = mapOf(LibraryList.RESULTS to screen))
            val given = health.list(ListAsk(ListKind.RESULTS)).first()
            assertEquals(
                Flag.CRITICAL,
                given.groups
                    .single()
                    .lines
                    .single()
                    .flag,
            )
            assertEquals(screen.restsOn.map { it.portal }, given.restsOn.map { it.portal })
            assertEquals(listOf("1 is lacking"), given.lacks)
        }

    @Test
    fun `a report comes with what it names, each by where it is`() =
        runTest {
            val named = listOf(
                NamedResult.Entry(Samples.line(flag = LibraryFlag.OUTSIDE)),
                NamedResult.Within("Chloride", "101 mmol/L", listOf("98 to 107"), LibraryFlag.INSIDE, "Normal", listOf("Final")),
                NamedResult.NotHere("Platelets", "Named here, and not in this record yet"),
            )
            val results = named.mapIndexed { at, one -> ShownResult(at.toULong(), one) }
            val shown = Samples.shown(Samples.line("DiagnosticReport/1")).copy(results = results, resultsLeftOut = 3UL)
            client.held.value = FakeRecord(entries = mapOf("DiagnosticReport/1" to shown))
            val entry = health.entry("DiagnosticReport/1", reveal = false).first()
            assertEquals(listOf(0, 1, 2), entry.results.map { it.depth })
            assertEquals(Flag.OUTSIDE, (entry.results[0].named as NamedUi.Entry).line.flag)
            val within = NamedUi.Within("Chloride", "101 mmol/L", listOf("98 to 107"), Flag.INSIDE, "Normal", listOf("Final"))
            assertEquals(within, entry.results[1].named)
            assertEquals(NamedUi.NotHere("Platelets", "Named here, and not in this record yet"), entry.results[2].named)
            assertEquals(3L, entry.resultsLeftOut)
        }

    @Test
    fun `a further window joins the headings that are there`() {
        fun screen(
            heading: String,
            title: String,
        ) = ScreenUi(groups = listOf(GroupUi(heading, null, listOf(LineUi(title, "Observation", title)))), unread = 1, more = true)

        val joined = screen("A", "1").joined(screen("A", "2")).joined(screen("B", "3").copy(more = false))
        assertEquals(listOf("A" to 2, "B" to 1), joined.groups.map { it.heading to it.lines.size })
        assertEquals(3, joined.unread)
        assertTrue(!joined.more)
    }

    @Test
    fun `a message waits in the outbox, and its draft is kept and found`() =
        runTest {
            val draft = health.keepDraft("{}", null)
            assertEquals(listOf(draft), health.drafts().map { it.id })
            health.sendMessage(NewMessageUi("hello", portal = "River Clinic", to = listOf("Practitioner/1"), draft = draft))
            val act = health.outbox().first().single()
            assertEquals(ActStanding.QUEUED, act.standing)
            assertEquals("hello", act.text)
        }

    @Test
    fun `what the library refuses is told in its words`() =
        runTest {
            val door = LibraryDoor(FakeHealthRecords(client, "four quiet grey mice"), names)
            assertTrue(door.isThere())
            val trouble = runCatching { door.open(UnlockWay.PASSPHRASE, "wrong") }.exceptionOrNull() as HealthTrouble
            assertTrue(trouble.words, trouble.words.isNotBlank())
            door.open(UnlockWay.PASSPHRASE, "four quiet grey mice")
        }

    @Test
    fun `an appointment that may be moved or cancelled is known by the core's own words for its state`() {
        val states = File("../../core/fhir/data/modifier-values.tsv").readLines().map { it.split('\t') }.filter {
            it[0] ==
                "Appointment.status"
        }
        val open = states.filter { it[2] in setOf("booked", "pending", "proposed", "waitlist") }.map { it[4] }
        assertEquals(open.toSet(), OPEN_STATES)
    }

    @Test
    fun `every error has words`() {
        val locked = HealthException.Locked("The record is locked")
        assertEquals(HealthTrouble.Kind.LOCKED, locked.trouble().kind)
        assertEquals("No list", HealthException.NoList("No list").trouble().words)
        assertThrows(HealthTrouble::class.java) { throw HealthException.NotFound("Nothing found").trouble() }
    }
}
