package org.wellkept.ui.models

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Route
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.entry.Asking
import org.wellkept.ui.entry.EntryEvent
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.EntryViewModel
import org.wellkept.ui.entry.FileStanding
import org.wellkept.ui.entry.FileUi
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.home.HomeEvent
import org.wellkept.ui.home.HomeViewModel
import org.wellkept.ui.list.ListEvent
import org.wellkept.ui.list.ListViewModel
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentGroupUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.GroupUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.model.orNull
import org.wellkept.ui.record.RecordViewModel
import org.wellkept.ui.search.SearchEvent
import org.wellkept.ui.search.SearchUi
import org.wellkept.ui.search.SearchViewModel
import org.wellkept.ui.words.Words

class ReadingModelsTest {
    private val health = FakeHealth()
    private val went = Went()
    private val words = { Words.of("en") }
    private val plain = LineUi("Observation/1", "Observation", "Sodium", unread = true)
    private val critical = LineUi("Observation/2", "Observation", "Potassium", flag = Flag.CRITICAL, unread = true)
    private val changed = LineUi("Observation/3", "Observation", "MCH", changedSinceRead = true)
    private val covered = LineUi("Observation/4", "Observation", "Covered: HIV", unread = true, covered = "HIV")

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.home() = HomeViewModel(health, went, words, { went.ways += "lock" }, backgroundScope)

    private fun TestScope.list(kind: ListKind = ListKind.RESULTS) = ListViewModel(kind, unread = false, health, went, backgroundScope)

    private fun TestScope.entry() = EntryViewModel("Observation/1", health, went, words, backgroundScope)

    @Test
    fun `home tells what is new, the critical first, and what changed apart from it`() =
        story {
            health.list.value = ScreenUi(groups = listOf(GroupUi("Timeline", null, listOf(plain, changed, critical))), unread = 3)
            val home = home()
                .state.value.load
                .orNull()!!
            assertEquals(listOf(critical, plain), home.fresh)
            assertEquals(listOf(changed), home.changed)
            assertTrue(health.asked.single().unread)
        }

    @Test
    fun `home counts what needs the person apart from what waits`() =
        story {
            fun act(standing: ActStanding) = ActUi(standing.name, "Message", "Riverside", standing)
            health.outbox.value = ActStanding.entries.map(::act)
            val home = home()
                .state.value.load
                .orNull()!!
            assertEquals(4, home.needsYou)
            assertEquals(3, home.waiting)
        }

    @Test
    fun `h2_ only what is booked and to come is coming up`() =
        story {
            fun group(heading: String) = AppointmentGroupUi(heading, null, listOf(AppointmentUi(LineUi(heading, "Appointment", heading))))
            health.appointments.value = AppointmentsUi(
                groups = listOf("Coming", "Requested, not confirmed: NOT booked yet", "Cancelled: do not go", "Past").map(::group),
            )
            assertEquals(
                listOf("Coming"),
                home()
                    .state.value.load
                    .orNull()!!
                    .upcoming
                    .map { it.line.title },
            )
        }

    @Test
    fun `home follows what changes, and says what came of reading the portals`() =
        story {
            val model = home()
            health.status.value = StatusUi("Bob")
            assertEquals("Bob", model.state.value.holder)
            health.synced = listOf(SyncedUi("Riverside", 7, 2), SyncedUi("Lab", 0, 0, offline = true))
            health.syncing = CompletableDeferred()
            model.on(HomeEvent.Sync)
            model.on(HomeEvent.Sync)
            assertTrue(model.state.value.syncing)
            health.syncing?.complete(Unit)
            assertEquals(listOf("sync"), health.done)
            assertEquals(
                listOf("Riverside: 7 new, 2 changed", "Lab could not be reached. What is held stays."),
                model.state.value.said,
            )
            assertFalse(model.state.value.syncing)
            model.on(HomeEvent.Lock)
            assertEquals(listOf("lock"), went.ways)
        }

    @Test
    fun `home says what could not be read`() =
        story {
            health.fails = HealthTrouble("The record's file is damaged")
            assertEquals(Load.Failed("The record's file is damaged"), home().state.value.load)
        }

    @Test
    fun `the record counts what is new by list`() =
        story {
            health.status.value = StatusUi("Alice", mapOf(ListKind.RESULTS to 4L))
            assertEquals(mapOf(ListKind.RESULTS to 4L), RecordViewModel(health, went, backgroundScope).state.value.unread)
        }

    @Test
    fun `a list asks anew when what is asked for changes, and from its beginning`() =
        story {
            val model = list()
            model.on(ListEvent.More)
            model.on(ListEvent.OnlyOutside(true))
            model.on(ListEvent.Reveal)
            assertEquals(listOf(1, 2, 1, 1), health.asked.map { it.windows })
            assertTrue(health.asked.last().outside && health.asked.last().reveal)
        }

    @Test
    fun `h18_ what is covered is never taken as read`() =
        story {
            health.list.value = ScreenUi(groups = listOf(GroupUi("Results", null, listOf(plain, covered, changed))))
            list().on(ListEvent.MarkRead)
            assertEquals(listOf("read [Observation/1]"), health.done)
        }

    @Test
    fun `a list leads to the screen of its own kind, and can be tried again`() =
        story {
            health.fails = HealthTrouble("busy")
            val model = list()
            assertEquals(Load.Failed("busy"), model.state.value.load)
            model.on(ListEvent.Retry)
            assertEquals(Load.Ready(ScreenUi()), model.state.value.load)
            listOf("Observation/1", "Communication/1", "Appointment/1").forEach { model.on(ListEvent.Open(it)) }
            assertEquals(
                listOf("to ${Route.Entry("Observation/1")}", "to ${Route.Thread("Communication/1")}", "to ${Route.Day("Appointment/1")}"),
                went.ways,
            )
        }

    @Test
    fun `an entry is read by being looked at, and still says that it was new`() =
        story {
            health.entry.value = EntryUi(plain)
            val model = entry()
            assertEquals(listOf("read [Observation/1]"), health.done)
            health.entry.value = EntryUi(plain.copy(unread = false))
            assertTrue(
                model.state.value.load
                    .orNull()!!
                    .line.unread,
            )
        }

    @Test
    fun `h18_ a covered entry is not read by being looked at, nor by a look under its cover`() =
        story {
            health.entry.value = EntryUi(covered)
            val model = entry()
            model.on(EntryEvent.Reveal)
            health.entry.value = EntryUi(plain)
            assertEquals(emptyList<String>(), health.done)
            assertTrue(model.state.value.revealed)
        }

    @Test
    fun `a note, a refill, a correction, a file and a cover`() =
        story {
            health.entry.value = EntryUi(plain.copy(unread = false), files = listOf(FileUi(1, "Leaflet", FileStanding.HELD)))
            val model = entry()
            model.on(EntryEvent.Note("call them"))
            model.on(EntryEvent.KeepNote)
            model.on(EntryEvent.Ask(Asking.REFILL))
            model.on(EntryEvent.SendAsk)
            assertNull(model.state.value.asking)
            model.on(EntryEvent.Ask(Asking.CORRECTION))
            model.on(EntryEvent.AskWords("it is not mine"))
            model.on(EntryEvent.SendAsk)
            model.on(EntryEvent.OpenFile(1))
            model.on(EntryEvent.Hide)
            assertEquals(
                listOf(
                    "note call them about Observation/1",
                    "refill Observation/1 null",
                    "correct Observation/1 it is not mine",
                    "hide ENTRY Observation/1",
                ),
                health.doneBesideDrafts,
            )
            assertEquals(listOf("to ${Route.File("Observation/1", 1)}"), went.ways)
        }

    @Test
    fun `what a portal does not take is told, and the words stay`() =
        story {
            health.entry.value = EntryUi(plain.copy(unread = false))
            val model = entry()
            model.on(EntryEvent.Ask(Asking.CORRECTION))
            model.on(EntryEvent.AskWords("it is not mine"))
            health.fails = HealthTrouble("Say whom it is for")
            model.on(EntryEvent.SendAsk)
            assertEquals("Say whom it is for", model.state.value.trouble)
            assertEquals("it is not mine", model.state.value.words)
        }

    @Test
    fun `a search follows what is typed, and nothing typed is no search`() =
        story {
            val model = SearchViewModel(health, went, backgroundScope)
            assertNull(model.state.value.load)
            model.on(SearchEvent.Query("clin"))
            assertEquals(Load.Ready(SearchUi()), model.state.value.load)
            model.on(SearchEvent.Query(" "))
            assertNull(model.state.value.load)
            assertEquals(listOf("search clin"), health.done)
        }
}
