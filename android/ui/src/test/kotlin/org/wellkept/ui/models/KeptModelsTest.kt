package org.wellkept.ui.models

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Route
import org.wellkept.ui.booking.BookingEvent
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.booking.BookingViewModel
import org.wellkept.ui.booking.TimeUi
import org.wellkept.ui.connect.ConnectEvent
import org.wellkept.ui.connect.ConnectStep
import org.wellkept.ui.connect.ConnectViewModel
import org.wellkept.ui.connect.ListSource
import org.wellkept.ui.day.DayEvent
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.day.DayViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.drafts.FileRefusal
import org.wellkept.ui.drafts.KeptFile
import org.wellkept.ui.entry.Asking
import org.wellkept.ui.entry.EntryEvent
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.EntryViewModel
import org.wellkept.ui.health.RecipientsUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.outbox.Editing
import org.wellkept.ui.outbox.OutboxEvent
import org.wellkept.ui.outbox.OutboxViewModel
import org.wellkept.ui.portals.PortalUi
import org.wellkept.ui.thread.ThreadEvent
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.thread.ThreadViewModel
import org.wellkept.ui.words.Words

/** What is typed and not sent outlives the process on every screen that asks for more than a few letters. */
@OptIn(ExperimentalCoroutinesApi::class)
class KeptModelsTest {
    private val health = FakeHealth().apply {
        status.value = StatusUi("Alice", portals = listOf(portal("Riverside"), portal("Lab")))
        recipients = RecipientsUi(listOf(RecipientUi("Practitioner/1", "Dr. Pagac")))
    }
    private val went = Went()
    private val words = { Words.of("en") }
    private var file: FileChoice = FileChoice.None
    private val returned = MutableSharedFlow<String>()

    private fun portal(name: String) = PortalUi(name, "https://$name.example", asOf = 1, connected = 1)

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.booking(route: Route.Booking = Route.Booking()) = BookingViewModel(route, health, went, backgroundScope)

    private fun TestScope.entry() = EntryViewModel("Observation/1", health, went, words, backgroundScope)

    private fun TestScope.day() = DayViewModel("Appointment/1", health, went, words, { _, _ -> }, backgroundScope)

    private fun TestScope.outbox() = OutboxViewModel(health, went, words, {}, { 1 }, backgroundScope)

    private fun TestScope.connect() =
        ConnectViewModel(
            health,
            went,
            words,
            {},
            returned,
            ListSource({ FileChoice.None }, { _, _ -> error("none") }),
            null,
            backgroundScope,
        )

    @Test
    fun `h2_ what is looked for outlives the process, and the times that were seen do not`() =
        story {
            health.times = BookingStep.Times(listOf(TimeUi(0, "1 December 2026 09:00")), emptyList(), mayAsk = false, seen = 1)
            val before = booking()
            before.on(BookingEvent.Portal("Riverside"))
            assertFalse("a portal alone is no draft", before.state.value.saved)
            before.on(BookingEvent.With("Practitioner/1"))
            before.on(BookingEvent.From("2026-12-01"))
            before.on(BookingEvent.Until("2026-12-05"))
            before.on(BookingEvent.Service("check"))
            before.on(BookingEvent.Find)
            before.on(BookingEvent.Choose(health.times.times.first()))
            before.on(BookingEvent.Reason("Knee"))
            val after = booking()
            val kept = after.state.value
            assertEquals(
                listOf("Riverside", "Practitioner/1", "2026-12-01", "2026-12-05", "check", "Knee"),
                listOf(kept.portal, kept.with, kept.from, kept.until, kept.service, kept.reason),
            )
            assertTrue(kept.saved)
            assertEquals(BookingStep.Portal, kept.step)
            assertEquals("", booking(Route.Booking("Riverside", moves = "Appointment/7")).state.value.reason)
            after.on(BookingEvent.Find)
            after.on(BookingEvent.Choose(health.times.times.first()))
            after.on(BookingEvent.Book)
            assertEquals("book 0 Knee null", health.doneBesideDrafts.last())
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `what is asked for instead outlives the process, and can be thrown away`() =
        story {
            val before = booking()
            before.on(BookingEvent.Portal("Lab"))
            before.on(BookingEvent.AskInstead)
            before.on(BookingEvent.Reason("Knee"))
            val after = booking()
            assertEquals(BookingStep.Ask to "Knee", after.state.value.let { it.step to it.reason })
            after.on(BookingEvent.Discard)
            assertTrue(health.drafts.isEmpty())
            assertEquals(listOf("back"), went.ways)
        }

    @Test
    fun `a portal that was left meanwhile is not booked at, nor with its people`() =
        story {
            val before = booking()
            before.on(BookingEvent.Portal("Lab"))
            before.on(BookingEvent.With("Practitioner/1"))
            before.on(BookingEvent.Reason("Knee"))
            health.status.value = StatusUi("Alice", portals = listOf(portal("Riverside"), portal("Lab").copy(ended = 1)))
            val kept = booking().state.value
            assertEquals("Riverside" to "Knee", kept.portal to kept.reason)
            assertNull(kept.with)
        }

    @Test
    fun `h2_ the portal that a way leads to stands, whatever was looked for elsewhere`() =
        story {
            val before = booking()
            before.on(BookingEvent.Portal("Lab"))
            before.on(BookingEvent.With("Practitioner/1"))
            before.on(BookingEvent.Reason("Knee"))
            val kept = booking(Route.Booking("Riverside", after = "a1")).state.value
            assertEquals(listOf("Riverside", null, "Knee"), listOf(kept.portal, kept.with, kept.reason))
        }

    @Test
    fun `the words of a correction outlive the process, and go when they are sent or taken back`() =
        story {
            health.entry.value = EntryUi(LineUi("Observation/1", "Observation", "Hemoglobin"))
            val before = entry()
            before.on(EntryEvent.Ask(Asking.CORRECTION))
            before.on(EntryEvent.AskWords("it is not mine"))
            val after = entry()
            assertEquals(Asking.CORRECTION to "it is not mine", after.state.value.let { it.asking to it.words })
            after.on(EntryEvent.SendAsk)
            assertTrue(health.drafts.isEmpty())
            after.on(EntryEvent.Ask(Asking.REFILL))
            after.on(EntryEvent.AskWords("please"))
            after.on(EntryEvent.Ask(null))
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `why an appointment is cancelled outlives the process, and nothing is cancelled by that`() =
        story {
            health.day.value = DayUi(AppointmentUi(LineUi("Appointment/1", "Appointment", "Visit")), portal = "Riverside", canChange = true)
            val before = day()
            before.on(DayEvent.AskCancel(true))
            before.on(DayEvent.Reason("I am away"))
            val after = day()
            assertEquals(true to "I am away", after.state.value.let { it.cancelling to it.reason })
            assertEquals(emptyList<String>(), health.doneBesideDrafts)
            after.on(DayEvent.AskCancel(false))
            assertTrue(health.drafts.isEmpty())
            assertEquals("", day().state.value.reason)
        }

    @Test
    fun `words that are changed in the outbox outlive the process, while they can still be changed`() =
        story {
            val queued = ActUi("q", "Message", "Riverside", ActStanding.QUEUED, text = "hello", may = listOf(ActChoice.EDIT))
            health.outbox.value = listOf(queued)
            val before = outbox()
            before.on(OutboxEvent.Choose(queued, ActChoice.EDIT))
            before.on(OutboxEvent.Text("hello there"))
            assertEquals(Editing("q", "hello there"), outbox().state.value.editing)
            health.outbox.value = listOf(queued.copy(standing = ActStanding.SENT, may = emptyList()))
            assertNull(outbox().state.value.editing)
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `the address of a portal outlives the way through the browser, until it is connected`() =
        story {
            val before = connect()
            before.on(ConnectEvent.Address("https://riverside.example/fhir"))
            before.on(ConnectEvent.ClientId("wellkept-7"))
            assertEquals("https://riverside.example/fhir" to "wellkept-7", connect().state.value.let { it.address to it.clientId })
            health.returned =
                ReturnedUi.Connected(ConnectStep.Connected("Riverside", "Alice", emptyList(), emptyList(), null, reading = false))
            returned.emit("http://127.0.0.1/callback?code=1")
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `what was typed last is not kept once the draft came to its end`() =
        runTest {
            val drafts = Drafts(health, "place", backgroundScope) {}
            drafts.keep(mapOf("text" to "hello"))
            drafts.drop()
            runCurrent()
            assertTrue(health.drafts.isEmpty())
            drafts.keep(mapOf("text" to "anew"))
            runCurrent()
            assertEquals(1, health.drafts.size)
        }

    @Test
    fun `an answer is measured once more before it is sent`() =
        story {
            val line = LineUi("Communication/2", "Communication", "Message", portals = listOf("Riverside"))
            val message = MessageUi(line, "Dr. Pagac", false, null, listOf("Send me your list."))
            health.thread.value =
                ThreadUi("List", parts = listOf(ThreadPartUi.Held(message)), answers = "Communication/2", portal = "Riverside")
            val model = { ThreadViewModel("Communication/1", health, went, { file }, { 1 }, backgroundScope) }
            val before = model()
            before.on(ThreadEvent.Answer("Here it is"))
            file = FileChoice.Chosen("list.txt", ByteArray(500))
            before.on(ThreadEvent.AddFile)
            assertEquals(
                listOf("list.txt"),
                before.state.value.files.files
                    .map(KeptFile::name),
            )
            health.largestFiles["Riverside"] = 400
            val after = model()
            after.on(ThreadEvent.Send)
            assertEquals(FileRefusal.AllTooLarge, after.state.value.files.refused)
            assertFalse(health.done.any { it.startsWith("send") })
            assertTrue(after.state.value.canSend)
        }
}
