package org.wellkept.ui.journeys

import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isToggleable
import kotlinx.coroutines.flow.first
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.encode
import java.nio.file.Files

/** What a person does with the app, over the real library and a portal in a process of its own; each with a limit on taps. */
class JourneysTest {
    @Test
    fun `connect a portal and see a result`() =
        Sandbox().use { sandbox ->
            Phone(sandbox).story(taps = 10) {
                tap("Make a record")
                type("Whose record is it?", "Alice")
                type("Passphrase", PASSPHRASE)
                type("The passphrase once more", PASSPHRASE)
                tap("Make the record")
                see("Your recovery kit")
                val kit = texts(Regex("\\d+\\. .*")).associate { it.substringBefore('.').toInt() to it.substringAfter(". ") }
                assertEquals(24, kit.size)
                tap("I have written them down")
                see("Check your kit")
                texts(Regex("Word \\d+")).forEach { type(it, kit.getValue(it.removePrefix("Word ").toInt())) }
                tap("Check")
                tap("Connect a portal")
                type("The portal's address", sandbox.base)
                tap("Go on")
                tap("Sign in")
                see("is connected")
                see(" new, 0 changed")
                tap("See my record")
                tap("Record")
                tap("Results")
                see("that does not mean normal")
            }
        }

    @Test
    fun `a correction is told with the value before`() =
        withRecord { sandbox, phone ->
            sandbox.evolve("correction")
            phone.story(taps = 3) {
                unlock()
                tap("Fetch what is new")
                see("Changed since you read it")
                see("Changed: it was")
                tap("Changed: it was")
                see("What was seen, newest first")
                see("corrected")
                see("final")
            }
        }

    @Test
    fun `h7_ a new report leads to the table of its results, and from a result one comes back to it`() =
        withRecord { sandbox, phone ->
            sandbox.evolve("results")
            phone.story(taps = 5) {
                unlock()
                tap("Fetch what is new")
                tap("Basic metabolic panel and C reactive protein")
                see("Results in it")
                see("Value: 6.8 mmol/L")
                see("Flag: Critical")
                see("Range: 136 to 145 mmol/L")
                tap("Potassium [Moles/volume] in Serum or Plasma")
                see("What refers to it")
                seeNot("Sodium")
                tap("Basic metabolic panel and C reactive protein")
                see("Value: 139 mmol/L")
            }
        }

    @Test
    fun `search finds an entry as one types`() =
        withRecord { _, phone ->
            phone.story(taps = 3) {
                unlock()
                tap("Search")
                type("Words to look for", "jolivet")
                see("match")
                tapFirst(hasText("Jolivette", substring = true) and hasClickAction())
                see("Ask for this medicine again")
            }
        }

    @Test
    fun `h1_ a message whose connection breaks is asked after, and then sent once`() =
        withRecord("--messages", "create") { sandbox, phone ->
            sandbox.quirks("connection-lost-before=1")
            phone.story(taps = 6) {
                unlock()
                write("I feel dizzy when I get up.")
                see("On its way: Message, Riverside")
                see("Riverside is being asked whether it has it")
                sandbox.quirks()
                phone.later(PAUSE)
                tap("Try to send now")
                see("Sent: Message, Riverside")
            }
            assertEquals(1, sandbox.created("Communication"))
        }

    @Test
    fun `h1_ a message written without a network waits and says how long, and goes out once when the network is back`() =
        withRecord("--messages", "create") { sandbox, phone ->
            sandbox.stop()
            phone.story(taps = 7) {
                unlock()
                write("May I swim?")
                see("Waits: Message, Riverside")
                see("Not sent yet: it goes out when the network is there")
                see("The last try: ")
                phone.later(5 * HOUR)
                tap("Try to send now")
                see("Nothing could be sent now.")
                see("Not sent for 5 hours: call instead if it matters now")
                see("5 hours ago")
                sandbox.start()
                tap("Try to send now")
                see("Sent: Message, Riverside")
            }
            assertEquals(1, sandbox.created("Communication"))
        }

    @Test
    fun `h1_ nobody can tell whether a message was sent, so the person looks and says that it is there, or sends it again`() =
        withRecord("--messages", "create") { sandbox, phone ->
            val unable = arrayOf("answer-lost=once", "ignores-if-none-exist", "no-identifier-search=refused", "lagging-search=3600")
            sandbox.quirks(*unable)
            phone.story(taps = 13) {
                unlock()
                write("May I swim?")
                see("Not sure: Message, Riverside")
                see("It may have been sent: look at Riverside's own page, or call.")
                tap("Yes, it is there")
                see("Done by you: Message, Riverside")
                sandbox.quirks(*unable)
                tap("Back")
                write("May I run?")
                see("Not sure: Message, Riverside")
                assertEquals(2, sandbox.created("Communication"))
                tap("No, send it again")
                see("If Riverside has it already, it will be there twice.")
                assertEquals(2, sandbox.created("Communication"))
                tap("No, send it again")
                see("Sent: Message, Riverside")
            }
            assertEquals(3, sandbox.created("Communication"))
        }

    @Test
    fun `h2_ a time that somebody else took is not booked, and another one is`() =
        withRecord("--appointments", "slots") { sandbox, phone ->
            sandbox.quirks("slot-gone")
            phone.story(taps = 11) {
                unlock()
                tap("Appointments")
                tap("Find a time")
                book()
                see("Not sent: Appointment to book")
                sandbox.quirks()
                tap("See the next free times")
                take()
                see("Booked: Appointment to book")
            }
        }

    @Test
    fun `c9_ a locked record shows nothing, and opens again where it was left`() =
        withRecord { _, phone ->
            phone.story(taps = 7) {
                unlock()
                tap("Record")
                tap("Medications")
                see("Jolivette")
                tap("Back")
                tap("Home")
                tap("Lock now")
                see("Your record is locked")
                seeNot("Jolivette")
                seeNot("Alice")
                unlock()
                see("As of, by portal")
            }
        }

    @Test
    fun `h1_ the process ends while a message is written, and every letter is there again`() =
        withRecord("--messages", "create") { _, phone ->
            phone.story(taps = 4) {
                unlock()
                tap("Messages")
                tap("New message")
                type("Subject", "Dizziness")
                type("Your words", "Since Tuesday I feel")
                see("Kept as a draft")
                die { phone.forget() }
                unlock()
                see("New message")
                see("Since Tuesday I feel")
                see("Dizziness")
            }
            val drafts = phone.record { it.drafts() }
            assertTrue(drafts.single().body, "Since Tuesday I feel" in drafts.single().body)
            assertEquals("Alice", phone.record { it.status().first().holder })
        }

    @Test
    fun `h1_ a file that is too large is refused, and another one outlives the process and goes with its message`() =
        withRecord("--messages", "create") { sandbox, phone ->
            phone.story(taps = 8) {
                unlock()
                compose("Here is my list.")
                phone.file = FileChoice.Chosen("film.mov", ByteArray(9_000_000))
                tap("Add a file")
                see("film.mov is too large: 9.0 MB.")
                phone.file = FileChoice.Chosen("list.txt", "Lisinopril, one a day".toByteArray())
                tap("Add a file")
                see("list.txt (1 kB)")
                see("Kept as a draft")
                die { phone.forget() }
                unlock()
                see("list.txt (1 kB)")
                tap("Send")
                see("Sent: Message, Riverside")
                see("File: list.txt")
            }
            assertEquals(1, sandbox.created("Communication"))
            assertEquals(emptyList<String>(), phone.record { health -> health.drafts().map { it.body } })
        }

    @Test
    fun `c24_ the process ends before the kit is checked, and the record is made once more`() =
        Sandbox().use { sandbox ->
            val phone = Phone(sandbox)
            phone.story(taps = 9) {
                tap("Make a record")
                make()
                see("Your recovery kit")
                val kit = texts(Regex("\\d+\\. .*")).map { it.substringAfter(". ") }
                assertEquals(24, kit.size)
                val kept = die { phone.forget() }
                // One word of kits is a screen's name, too.
                assertEquals(emptyList<String>(), (kit - Route.Home.encode()).filter { Regex("\\b$it\\b") in kept })
                unlock()
                see("Your kit was not checked")
                seeNot("Connect a portal")
                tap("Make it once more")
                tap("Yes, make it once more")
                make()
                see("Your recovery kit")
                val another = texts(Regex("\\d+\\. .*")).associate { it.substringBefore('.').toInt() to it.substringAfter(". ") }
                assertTrue(another.values.toList() != kit)
                tap("I have written them down")
                see("Check your kit")
                texts(Regex("Word \\d+")).forEach { type(it, another.getValue(it.removePrefix("Word ").toInt())) }
                tap("Check")
                see("Connect a portal")
                die { phone.forget() }
                unlock()
                see("Connect a portal")
            }
        }

    @Test
    fun `a list of portals is taken in and searched`() =
        withRecord { _, phone ->
            phone.story(taps = 6) {
                unlock()
                tap("More")
                tap("Portals")
                tap("Connect a portal")
                see("There is no list of portals on this device yet")
                tap("Get a list of portals")
                phone.file = FileChoice.Chosen("portals.json", Files.readAllBytes(LIST))
                tap("Choose a file")
                see("You can look for")
                type("Name, city or address", "general")
                seeNot("There is no list of portals on this device yet")
            }
        }

    private fun Hand.make() {
        type("Whose record is it?", "Alice")
        type("Passphrase", PASSPHRASE)
        type("The passphrase once more", PASSPHRASE)
        tap("Make the record")
    }

    private companion object {
        /** Longer than any pause between two tries, in seconds. */
        const val PAUSE = 2_000L
        const val HOUR = 3_600L
    }

    private fun Hand.write(text: String) {
        compose(text)
        tap("Send")
    }

    private fun Hand.compose(text: String) {
        tap("Messages")
        tap("New message")
        see("To whom")
        tapFirst(isToggleable())
        type("Your words", text)
    }

    private fun Hand.book() {
        tap("Look for free times")
        take()
    }
}
