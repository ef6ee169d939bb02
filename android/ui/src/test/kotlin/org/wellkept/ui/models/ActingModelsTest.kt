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
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Route
import org.wellkept.ui.appointments.AppointmentsEvent
import org.wellkept.ui.appointments.AppointmentsViewModel
import org.wellkept.ui.booking.BookingEvent
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.booking.BookingViewModel
import org.wellkept.ui.booking.TimeUi
import org.wellkept.ui.booking.WhereUi
import org.wellkept.ui.compose.ComposeEvent
import org.wellkept.ui.compose.ComposeViewModel
import org.wellkept.ui.day.DayEvent
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.day.DayViewModel
import org.wellkept.ui.health.CalendarUi
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.RecipientsUi
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.health.TimesAsk
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.model.orNull
import org.wellkept.ui.outbox.OutboxEvent
import org.wellkept.ui.outbox.OutboxViewModel
import org.wellkept.ui.portals.PortalUi
import org.wellkept.ui.thread.ThreadEvent
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.thread.ThreadViewModel
import org.wellkept.ui.threads.ThreadsEvent
import org.wellkept.ui.threads.ThreadsViewModel
import org.wellkept.ui.words.Words

class ActingModelsTest {
    private val health = FakeHealth().apply {
        status.value = StatusUi("Alice", portals = listOf(portal("Riverside"), portal("Old lab").copy(ended = 1)))
        recipients = RecipientsUi(listOf(RecipientUi("Practitioner/1", "Dr. Pagac")))
    }
    private val went = Went()
    private val words = { Words.of("en") }

    private fun portal(name: String) = PortalUi(name, "https://$name.example", asOf = 1, connected = 1)

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private var file: FileChoice = FileChoice.None

    private fun TestScope.compose() = ComposeViewModel(null, health, went, { file }, backgroundScope)

    private fun TestScope.thread() = ThreadViewModel("Communication/1", health, went, { file }, { 1 }, backgroundScope)

    private fun TestScope.outbox() = OutboxViewModel(health, went, words, { went.ways += "copied $it" }, { 1 }, backgroundScope)

    private fun TestScope.booking(route: Route.Booking = Route.Booking()) = BookingViewModel(route, health, went, backgroundScope)

    @Test
    fun `under the strict lock the outbox says that what waits needs the app to be open`() =
        story {
            assertFalse(outbox().state.value.strict)
            val model = OutboxViewModel(health, went, words, {}, { 1 }, backgroundScope, strict = true)
            assertTrue(model.state.value.strict)
        }

    @Test
    fun `a message is written, kept with every letter, and sent from its draft`() =
        story {
            val model = compose()
            assertEquals("Riverside", model.state.value.portal)
            model.on(ComposeEvent.To("Practitioner/1", true))
            model.on(ComposeEvent.Text("I feel dizzy"))
            assertTrue(model.state.value.saved)
            model.on(ComposeEvent.Send)
            assertEquals("send I feel dizzy to [Practitioner/1] at Riverside answering null from draft-1", health.done.last())
            assertEquals(listOf("instead ${Route.Outbox}"), went.ways)
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `h1_ the process dies while a message is written, and nothing of it is lost`() =
        story {
            val before = compose()
            before.on(ComposeEvent.To("Practitioner/1", true))
            before.on(ComposeEvent.Subject("Dizziness"))
            before.on(ComposeEvent.Text("Since Tuesday"))
            val after = compose().state.value
            assertEquals(
                listOf("Since Tuesday", "Dizziness", setOf("Practitioner/1"), "Riverside"),
                listOf(after.text, after.subject, after.to, after.portal),
            )
            assertEquals(1, health.drafts.size)
        }

    @Test
    fun `a message that nobody would get cannot be sent`() =
        story {
            val model = compose()
            model.on(ComposeEvent.Text("hello"))
            assertFalse(model.state.value.canSend)
            model.on(ComposeEvent.Send)
            assertFalse(health.done.any { it.startsWith("send") })
        }

    @Test
    fun `what keeps a message from being queued is told, and it can be sent again`() =
        story {
            val model = compose()
            model.on(ComposeEvent.To("Practitioner/1", true))
            model.on(ComposeEvent.Text("hello"))
            health.fails = HealthTrouble("There is no space left on this device")
            model.on(ComposeEvent.Send)
            assertEquals("There is no space left on this device", model.state.value.trouble)
            assertTrue(model.state.value.canSend)
        }

    @Test
    fun `a draft is thrown away, and another portal's people are not written to`() =
        story {
            health.status.value = StatusUi("Alice", portals = listOf(portal("Riverside"), portal("Lab")))
            val model = compose()
            assertNull(model.state.value.portal)
            model.on(ComposeEvent.Portal("Riverside"))
            model.on(ComposeEvent.To("Practitioner/1", true))
            model.on(ComposeEvent.Portal("Lab"))
            assertEquals(emptySet<String>(), model.state.value.to)
            model.on(ComposeEvent.Discard)
            assertTrue(health.drafts.isEmpty())
            assertEquals(listOf("back"), went.ways)
        }

    @Test
    fun `a thread is read, answered from a draft, and the answer outlives the process`() =
        story {
            val message =
                MessageUi(
                    LineUi("Communication/2", "Communication", "Message", unread = true),
                    "Dr. Pagac",
                    false,
                    null,
                    listOf("It may be."),
                )
            health.thread.value = ThreadUi("Dizziness", parts = listOf(ThreadPartUi.Held(message)), answers = "Communication/2")
            thread().on(ThreadEvent.Answer("It is 142 over 90"))
            assertTrue("read [Communication/2]" in health.done)
            val after = thread()
            assertEquals("It is 142 over 90", after.state.value.answer)
            after.on(ThreadEvent.Send)
            assertEquals(
                "send It is 142 over 90 to [] at null answering Communication/2 from draft-1",
                health.done.last { it.startsWith("send") },
            )
            assertEquals("", after.state.value.answer)
            assertEquals(listOf("It goes out"), after.state.value.said)
        }

    @Test
    fun `h18_ a covered message is not read by opening its thread`() =
        story {
            val line = LineUi("Communication/2", "Communication", "Covered", unread = true, covered = "HIV")
            health.thread.value = ThreadUi("Covered", parts = listOf(ThreadPartUi.Held(MessageUi(line, null, false, null, emptyList()))))
            thread()
            assertEquals(emptyList<String>(), health.done)
        }

    @Test
    fun `threads lead on`() =
        story {
            val model = ThreadsViewModel(health, went, backgroundScope)
            model.on(ThreadsEvent.Open(Route.NewMessage()))
            model.on(ThreadsEvent.More)
            assertEquals(listOf("to ${Route.NewMessage()}"), went.ways)
        }

    @Test
    fun `h1_ what may be there twice is asked about once more before it is sent again`() =
        story {
            val unsure = ActUi("u", "Message", "Riverside", ActStanding.UNSURE, may = listOf(ActChoice.RETRY, ActChoice.DONE_BY_HAND))
            val model = outbox()
            model.on(OutboxEvent.Choose(unsure, ActChoice.RETRY))
            assertEquals(emptyList<String>(), health.done)
            model.on(OutboxEvent.Cancel)
            assertNull(model.state.value.sure)
            model.on(OutboxEvent.Choose(unsure, ActChoice.RETRY))
            model.on(OutboxEvent.Confirm)
            assertEquals(listOf("RETRY u", "send outbox"), health.done)
        }

    @Test
    fun `that an unsure one is there is said with one tap, and a deletion with two`() =
        story {
            val unsure = ActUi("u", "Message", "Riverside", ActStanding.UNSURE)
            val queued = ActUi("q", "Message", "Riverside", ActStanding.QUEUED, text = "hello")
            val model = outbox()
            model.on(OutboxEvent.Choose(unsure, ActChoice.DONE_BY_HAND))
            model.on(OutboxEvent.Choose(queued, ActChoice.DELETE))
            assertEquals(listOf("DONE_BY_HAND u"), health.done)
            model.on(OutboxEvent.Confirm)
            assertEquals("DELETE q", health.done.last())
        }

    @Test
    fun `words are changed and copied, and what fails is told`() =
        story {
            val queued = ActUi("q", "Message", "Riverside", ActStanding.QUEUED, text = "hello")
            val model = outbox()
            model.on(OutboxEvent.Choose(queued, ActChoice.EDIT))
            model.on(OutboxEvent.Text("hello there"))
            health.fails = HealthTrouble("It is on its way already")
            model.on(OutboxEvent.KeepText)
            assertEquals("It is on its way already", model.state.value.trouble)
            assertEquals(
                "hello there",
                model.state.value.editing
                    ?.text,
            )
            model.on(OutboxEvent.KeepText)
            assertEquals(listOf("edit q hello there"), health.doneBesideDrafts)
            model.on(OutboxEvent.Copy(queued))
            assertEquals(listOf("copied hello"), went.ways)
        }

    @Test
    fun `h2_ only the time that was chosen is booked`() =
        story {
            val time = TimeUi(2, "30 November 2026 10:30")
            health.times = BookingStep.Times(listOf(TimeUi(1, "29 November 2026"), time), emptyList(), mayAsk = false, seen = 1)
            val model = booking()
            model.on(BookingEvent.Book)
            model.on(BookingEvent.Find)
            model.on(BookingEvent.Book)
            model.on(BookingEvent.Choose(time))
            model.on(BookingEvent.Reason("Knee"))
            model.on(BookingEvent.Book)
            assertEquals(
                listOf("recipients Riverside", "times ${TimesAsk("Riverside", most = 20)}", "book 2 Knee null"),
                health.doneBesideDrafts,
            )
            assertEquals(BookingStep.Queued(listOf("It goes out")), model.state.value.step)
        }

    @Test
    fun `a portal that is not reached leaves the person where they were, and a time is asked for instead`() =
        story {
            val model = booking(Route.Booking("Riverside", "Appointment/1"))
            health.fails = HealthTrouble("Riverside could not be reached")
            model.on(BookingEvent.Find)
            assertEquals(BookingStep.Portal, model.state.value.step)
            assertEquals("Riverside could not be reached", model.state.value.trouble)
            model.on(BookingEvent.AskInstead)
            model.on(BookingEvent.Reason("Knee"))
            model.on(BookingEvent.From(" 2026-12-01 "))
            model.on(BookingEvent.SendAsk)
            assertEquals("request NewRequestUi(portal=Riverside, reason=Knee, from=2026-12-01, until=null)", health.doneBesideDrafts.last())
        }

    @Test
    fun `the card of a day is put in a calendar, moved, cancelled`() =
        story {
            health.day.value = DayUi(AppointmentUi(LineUi("Appointment/1", "Appointment", "Visit")), portal = "Riverside", canChange = true)
            val model = DayViewModel("Appointment/1", health, went, words, { name, _ -> went.ways += "share $name" }, backgroundScope)
            model.on(DayEvent.Calendar)
            model.on(DayEvent.Move)
            model.on(DayEvent.AskCancel(true))
            model.on(DayEvent.Reason("I am away"))
            model.on(DayEvent.Cancel)
            assertEquals(listOf("calendar Appointment/1", "cancel Appointment/1 I am away"), health.doneBesideDrafts)
            assertEquals(listOf("share appointment.ics", "to ${Route.Booking("Riverside", "Appointment/1")}"), went.ways)
            assertFalse(model.state.value.cancelling)
        }

    @Test
    fun `appointments show what was covered for one look`() =
        story {
            val model = AppointmentsViewModel(health, went, words, { name, _ -> went.ways += "share $name" }, backgroundScope)
            model.on(AppointmentsEvent.Reveal)
            assertTrue(model.state.value.revealed)
            assertTrue(
                model.state.value.load
                    .orNull() != null,
            )
        }

    @Test
    fun `what is to come goes into a calendar, and where nothing can, no file is made`() =
        story {
            val model = AppointmentsViewModel(health, went, words, { name, _ -> went.ways += "share $name" }, backgroundScope)
            health.calendar = CalendarUi("BEGIN:VCALENDAR", events = 2, leftOut = listOf("1 appointment is not in it"))
            model.on(AppointmentsEvent.Calendar)
            assertEquals(listOf("share appointments.ics"), went.ways)
            assertEquals(listOf("1 appointment is not in it"), model.state.value.said)
            health.calendar = CalendarUi("BEGIN:VCALENDAR", events = 0)
            model.on(AppointmentsEvent.Calendar)
            assertEquals(1, went.ways.size)
            assertEquals(listOf(words()("appointments.calendar.none")), model.state.value.said)
        }

    @Test
    fun `times are looked for with somebody, at a place, on days, for something, and more of them`() =
        story {
            val place = WhereUi("Location/1", "Room 1")
            health.times = BookingStep.Times(listOf(TimeUi(0, "1 December 2026 09:00")), emptyList(), false, 1, listOf(place), more = true)
            val model = booking()
            assertEquals(
                listOf("Dr. Pagac"),
                model.state.value.people
                    .map { it.name },
            )
            model.on(BookingEvent.With("Practitioner/1"))
            model.on(BookingEvent.From("2026-12-01"))
            model.on(BookingEvent.Until(" 2026-12-05 "))
            model.on(BookingEvent.Service("check"))
            val ask = TimesAsk("Riverside", "2026-12-01", "2026-12-05", listOf("Practitioner/1"), "check", 20)
            model.on(BookingEvent.Find)
            assertEquals("times $ask", health.done.last())
            model.on(BookingEvent.More)
            assertEquals("times ${ask.copy(most = 40)}", health.done.last())
            model.on(BookingEvent.At(place))
            assertEquals("times ${ask.copy(with = listOf("Practitioner/1", "Location/1"))}", health.done.last())
            model.on(BookingEvent.At(null))
            assertEquals("times $ask", health.done.last())
            model.on(BookingEvent.Choose(health.times.times.first()))
            model.on(BookingEvent.Again)
            assertEquals("back among the times that were seen", health.times, model.state.value.step)
        }

    @Test
    fun `h2_ a time that was lost leads to the next ones, and what is moved stays what is moved`() =
        story {
            val lost = ActUi("a1", "Appointment to move", "Riverside", ActStanding.FAILED, takesTime = true, moves = "Appointment/1")
            assertTrue(lost.lostTime)
            assertFalse(lost.copy(standing = ActStanding.BOOKED).lostTime)
            outbox().on(OutboxEvent.OtherTimes(lost))
            assertEquals("to ${Route.Booking("Riverside", "Appointment/1", "a1")}", went.ways.last())
            health.times = BookingStep.Times(listOf(TimeUi(0, "1 December 2026 09:00")), emptyList(), mayAsk = false, seen = 1)
            val model = booking(Route.Booking("Riverside", "Appointment/1", "a1"))
            assertEquals(health.times, model.state.value.step)
            assertTrue("times after a1, 20" in health.done)
            model.on(BookingEvent.Choose(health.times.times.first()))
            model.on(BookingEvent.Book)
            assertEquals("book 0 null Appointment/1", health.done.last())
        }

    @Test
    fun `that a person wants it sent now is done at once, and what came of it is said`() =
        story {
            val model = outbox()
            val waits = CompletableDeferred<Unit>().also { health.syncing = it }
            model.on(OutboxEvent.SendNow)
            model.on(OutboxEvent.SendNow)
            assertTrue(model.state.value.sending)
            waits.complete(Unit)
            assertEquals(listOf("send outbox now"), health.done)
            assertEquals(listOf("Nothing could be sent now. What waits stays here."), model.state.value.said)
            health.sent = 2
            model.on(OutboxEvent.SendNow)
            assertEquals(listOf("2 were sent."), model.state.value.said)
            health.fails = HealthTrouble("There is no space left on this device")
            model.on(OutboxEvent.SendNow)
            assertEquals("There is no space left on this device", model.state.value.trouble)
            assertFalse(model.state.value.sending)
        }
}
