package org.wellkept.ui.models

import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.compose.ComposeEvent
import org.wellkept.ui.compose.ComposeViewModel
import org.wellkept.ui.drafts.DraftFiles
import org.wellkept.ui.drafts.FileRefusal
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.RecipientsUi
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.portals.PortalUi
import org.wellkept.ui.thread.ThreadEvent
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.thread.ThreadViewModel

/** Files that go with what is being composed. */
class FilesTest {
    private val health = FakeHealth().apply {
        status.value =
            StatusUi("Alice", portals = listOf("Riverside", "Lab").map { PortalUi(it, "https://$it.example", asOf = 1, connected = 1) })
        recipients = RecipientsUi(listOf(RecipientUi("Practitioner/1", "Dr. Pagac")))
    }
    private val went = Went()
    private var file: FileChoice = FileChoice.None
    private var allowed = mutableListOf<Long>()

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.compose() =
        ComposeViewModel(
            "Riverside",
            health,
            went,
            {
                allowed += it
                file
            },
            backgroundScope,
        )

    private fun bytes(count: Int) = ByteArray(count) { (it * 31).toByte() }

    @Test
    fun `h1_ files outlive the process with what was written, and go with it`() =
        story {
            val before = compose()
            before.on(ComposeEvent.To("Practitioner/1", true))
            before.on(ComposeEvent.Text("Here it is"))
            file = FileChoice.Chosen("scan.pdf", bytes(500_000))
            before.on(ComposeEvent.AddFile)
            file = FileChoice.Chosen("page.txt", bytes(10))
            before.on(ComposeEvent.AddFile)
            assertEquals("what is left of the portal's limit may be chosen", listOf(700_000L, 200_000L), allowed)
            val after = compose()
            assertEquals(
                listOf("scan.pdf" to 500_000L, "page.txt" to 10L),
                after.state.value.files.files
                    .map { it.name to it.size },
            )
            after.on(ComposeEvent.Send)
            val sent = health.done.last { it.startsWith("send") }
            assertTrue(sent, sent.endsWith(" with scan.pdf of 500000 with page.txt of 10"))
            assertTrue("nothing of them is left", health.drafts.isEmpty())
        }

    @Test
    fun `the bytes are those that were chosen, in pieces that a draft can have`() =
        story {
            val files = DraftFiles(health)
            val kept = files.keep("scan.pdf", bytes(1_000_000))
            assertTrue(health.drafts.values.all { it.length < 1_000_000 })
            assertArrayEquals(bytes(1_000_000), files.read(listOf(kept))?.single()?.bytes)
            health.drafts.remove(kept.pieces.first())
            assertNull(files.read(listOf(kept)))
        }

    @Test
    fun `a file that is too large is refused before anything is kept or sent`() =
        story {
            val model = compose()
            for ((choice, refusal) in listOf(
                FileChoice.TooLarge("scan.pdf", 900_000) to FileRefusal.TooLarge("scan.pdf", 900_000),
                FileChoice.Chosen("scan.pdf", bytes(700_001)) to FileRefusal.TooLarge("scan.pdf", 700_001),
                FileChoice.Chosen("nothing.txt", bytes(0)) to FileRefusal.Empty("nothing.txt"),
                FileChoice.Unreadable("gone.txt") to FileRefusal.Unreadable("gone.txt"),
                FileChoice.Cannot to FileRefusal.CannotChoose,
            )) {
                file = choice
                model.on(ComposeEvent.AddFile)
                assertEquals(refusal, model.state.value.files.refused)
                assertTrue(
                    model.state.value.files.files
                        .isEmpty(),
                )
            }
            assertTrue(health.drafts.values.none { it.startsWith('"') })
        }

    @Test
    fun `another portal that takes less refuses before anything is sent`() =
        story {
            health.largestFiles["Lab"] = 100
            val model = compose()
            file = FileChoice.Chosen("scan.pdf", bytes(101))
            model.on(ComposeEvent.AddFile)
            model.on(ComposeEvent.Portal("Lab"))
            assertEquals(FileRefusal.AllTooLarge, model.state.value.files.refused)
            model.on(ComposeEvent.To("Practitioner/1", true))
            model.on(ComposeEvent.Text("Here it is"))
            model.on(ComposeEvent.Send)
            assertFalse(health.done.any { it.startsWith("send") })
            model.on(
                ComposeEvent.RemoveFile(
                    model.state.value.files.files
                        .single(),
                ),
            )
            model.on(ComposeEvent.Send)
            assertTrue(health.done.any { it.startsWith("send") })
        }

    @Test
    fun `what is left out or thrown away leaves no bytes, nor does a kill`() =
        story {
            val model = compose()
            file = FileChoice.Chosen("scan.pdf", bytes(10))
            model.on(ComposeEvent.AddFile)
            model.on(ComposeEvent.AddFile)
            model.on(
                ComposeEvent.RemoveFile(
                    model.state.value.files.files
                        .first(),
                ),
            )
            assertEquals(1, health.drafts.values.count { it.startsWith('"') })
            health.keepDraft("\"bGVmdA==\"", null)
            compose()
            assertEquals("only what is named stays", 1, health.drafts.values.count { it.startsWith('"') })
            model.on(ComposeEvent.Discard)
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `a name from another app turns no words around`() =
        story {
            val model = compose()
            file = FileChoice.Chosen("a\u202Efdp.exe\n${"x".repeat(300)}", bytes(1))
            model.on(ComposeEvent.AddFile)
            val name = model.state.value.files.files
                .single()
                .name
            assertTrue(name, name.startsWith("afdp.exex") && name.length == 120)
        }

    @Test
    fun `no space left for a file is told, and the words stay`() =
        story {
            val model = compose()
            model.on(ComposeEvent.Text("Here it is"))
            file = FileChoice.Chosen("scan.pdf", bytes(10))
            health.fails = HealthTrouble("There is no space left on this device")
            model.on(ComposeEvent.AddFile)
            assertEquals("There is no space left on this device", model.state.value.trouble)
            assertEquals("Here it is", model.state.value.text)
            assertFalse(model.state.value.files.choosing)
        }

    @Test
    fun `an answer takes files too, and they outlive the process`() =
        story {
            val line = LineUi("Communication/2", "Communication", "Message")
            val message = MessageUi(line, "Dr. Pagac", false, null, listOf("Show me."))
            health.thread.value =
                ThreadUi("Rash", parts = listOf(ThreadPartUi.Held(message)), answers = "Communication/2", portal = "Riverside")

            fun thread() = ThreadViewModel("Communication/1", health, went, { file }, { 1 }, backgroundScope)
            file = FileChoice.Chosen("photo.jpg", bytes(10))
            thread().on(ThreadEvent.AddFile)
            val after = thread()
            after.on(ThreadEvent.Answer("Here"))
            after.on(ThreadEvent.Send)
            assertTrue(health.done.last { it.startsWith("send") }.endsWith(" with photo.jpg of 10"))
            assertTrue(health.drafts.isEmpty())
            assertTrue(
                after.state.value.files.files
                    .isEmpty(),
            )
        }
}
