package org.wellkept.ui.journeys

import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.health.TimesAsk

/** What a person does about appointments, over the real library and a portal that books; each with a limit on taps. */
class AppointmentJourneysTest {
    @Test
    fun `h2_ a time that the portal keeps no longer is not booked, and another one is kept and then booked`() =
        withRecord("--appointments", "find-hold-book") { sandbox, phone ->
            sandbox.quirks("hold-expires")
            phone.story(taps = 11) {
                unlock()
                tap("Appointments")
                tap("Find a time")
                tap("Look for free times")
                take()
                see("Not sent: Appointment to book, Riverside")
                see("The time was kept for you and is no longer")
                seeNot("Booked")
                sandbox.quirks()
                tap("See the next free times")
                take()
                see("Booked: Appointment to book, Riverside")
            }
        }

    @Test
    fun `h2_ an appointment is moved to another time`() =
        withBooked { _, phone ->
            phone.story(taps = 8) {
                unlock()
                tap("Appointments")
                open()
                tap("Move it")
                see("Move an appointment")
                tap("Look for free times")
                take()
                see("Booked: Appointment to move, Riverside")
            }
        }

    @Test
    fun `an appointment is cancelled after a second tap, with the reason`() =
        withBooked { _, phone ->
            phone.story(taps = 6) {
                unlock()
                tap("Appointments")
                open()
                tap("Cancel the appointment")
                type("Why, if you want to say", "I am away")
                see("The clinic may give this time to somebody else")
                tap("Cancel the appointment")
                see("Before: Booked")
                see("Why: I am away")
            }
        }

    @Test
    fun `the card of a day is there without a network, and goes into a calendar with nothing of why`() =
        withBooked { sandbox, phone ->
            sandbox.stop()
            phone.story(taps = 4) {
                unlock()
                tap("Appointments")
                open()
                see("How to prepare")
                see("Main Street Health Center")
                tap("Put it in my calendar")
                until { phone.shared.isNotEmpty() }
            }
            val (name, text) = phone.shared.single()
            assertEquals("appointment.ics", name)
            assertTrue(text, "BEGIN:VEVENT" in text)
            assertFalse(text, "Knee" in text)
        }

    @Test
    fun `h1_ the process ends while a time is looked for, and what was typed is there again`() =
        withRecord("--appointments", "slots") { _, phone ->
            phone.story(taps = 6) {
                unlock()
                tap("Appointments")
                tap("Find a time")
                type("From which day", "2027-01-11")
                tap("Ask for an appointment")
                type("What for", "Knee pain on stairs")
                see("Kept as a draft")
                val kept = die { phone.forget() }
                assertFalse(kept, "Knee" in kept)
                unlock()
                see("Knee pain on stairs")
                see("2027-01-11")
            }
        }

    /** With one appointment that is booked. */
    private fun withBooked(tell: (Sandbox, Phone) -> Unit) =
        withRecord("--appointments", "slots") { sandbox, phone ->
            phone.record { health ->
                health.findTimes(TimesAsk("Riverside", most = 20))
                health.book(0, "Knee", null)
                health.sendOutbox()
                health.sync()
            }
            tell(sandbox, phone)
        }

    private fun Hand.open() = tapFirst(hasText("booked", substring = true, ignoreCase = true) and hasClickAction())
}
