package org.wellkept.ui.models

import androidx.compose.ui.graphics.ImageBitmap
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.FileForOthers
import org.wellkept.ui.app.Pages
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.decodeRoute
import org.wellkept.ui.app.encode
import org.wellkept.ui.file.Elsewhere
import org.wellkept.ui.file.FileEvent
import org.wellkept.ui.file.FileViewModel
import org.wellkept.ui.file.PageUi
import org.wellkept.ui.file.pieces
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.OpenedFileUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.orNull

class FileModelTest {
    private val health = FakeHealth()
    private val went = Went()
    private val drawn = mutableListOf<String>()
    private val given = mutableListOf<FileForOthers>()
    private var takes = true

    private val drawing = object : Drawing {
        override suspend fun open(
            kind: String,
            bytes: ByteArray,
        ): Pages {
            drawn += "open $kind"
            return object : Pages {
                override val count = if (kind == "pdf") 9 else 1

                override suspend fun page(
                    number: Int,
                    width: Int,
                ): ImageBitmap? {
                    drawn += "page $number $width"
                    return if (number == BROKEN) null else ImageBitmap(1, 1)
                }

                override fun close() {
                    drawn += "close"
                }
            }
        }
    }

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.file(reveal: Boolean = false) =
        FileViewModel(
            Route.File("DocumentReference/1", 2, reveal),
            health,
            went,
            drawing,
            { takes.also { _ -> given += it } },
            backgroundScope,
        )

    private fun file(
        kind: String,
        bytes: ByteArray,
        safe: Boolean = true,
        text: String? = null,
    ) = OpenedFileUi("A file", kind, "x/y", bytes, safe, "document-1.$kind", text)

    @Test
    fun `a document is drawn page by page as it comes into view, and few pages are held`() =
        story {
            health.file = file("pdf", byteArrayOf(1), text = "Take with water.")
            val model = file()
            val shown = model.state.value.load
                .orNull()!!
            assertEquals(9, shown.pages)
            assertEquals(listOf("Take with water."), shown.words)
            assertEquals(listOf("open pdf"), drawn)
            (0..5).forEach { model.on(FileEvent.Seen(it)) }
            assertEquals(
                setOf(2, 3, 4, 5),
                model.state.value.pages.keys,
            )
            model.on(FileEvent.Seen(BROKEN))
            assertEquals(PageUi.CannotBeDrawn, model.state.value.pages[BROKEN])
            model.on(FileEvent.Seen(99))
            assertTrue("page 99 1080" !in drawn)
        }

    @Test
    fun `a page that was drawn is not drawn again, but larger when it is made larger`() =
        story {
            health.file = file("pdf", byteArrayOf(1))
            val model = file()
            repeat(2) { model.on(FileEvent.Seen(0)) }
            assertEquals(listOf("open pdf", "page 0 1080"), drawn)
            model.on(FileEvent.Zoom(2))
            assertEquals("page 0 2160", drawn.last())
            model.on(FileEvent.Zoom(9))
            assertEquals(3, model.state.value.zoom)
        }

    @Test
    fun `c30_ a picture that asks for more memory than there is is not drawn`() =
        story {
            health.file = file("png", png(30_000, 30_000))
            assertEquals(
                0,
                file()
                    .state.value.load
                    .orNull()!!
                    .pages,
            )
            health.file = file("png", png(300, 200))
            assertEquals(
                1,
                file()
                    .state.value.load
                    .orNull()!!
                    .pages,
            )
            assertEquals(listOf("open png"), drawn)
        }

    @Test
    fun `what is closed is let go`() {
        runTest(UnconfinedTestDispatcher()) {
            health.file = file("pdf", byteArrayOf(1))
            file()
        }
        assertEquals("close", drawn.last())
    }

    @Test
    fun `another app is given a file after a second tap, under our name, and never what may do harm`() =
        story {
            val model = file()
            model.on(FileEvent.AskElsewhere(true))
            assertEquals(Elsewhere.SURE, model.state.value.elsewhere)
            assertTrue(given.isEmpty())
            model.on(FileEvent.OpenElsewhere)
            assertEquals("leaflet-1.txt", given.single().name)
            takes = false
            model.on(FileEvent.OpenElsewhere)
            assertEquals(Elsewhere.NO_APP, model.state.value.elsewhere)
            health.file = file("html", byteArrayOf(1), safe = false)
            val harm = file()
            harm.on(FileEvent.OpenElsewhere)
            assertEquals(2, given.size)
        }

    @Test
    fun `h18_ under a cover a file waits for a tap, and that tap does not outlive the process`() =
        story {
            health.fails = HealthTrouble("You chose to cover this entry. Reveal it to see it", HealthTrouble.Kind.COVERED)
            val model = file()
            assertTrue(model.state.value.covered && model.state.value.load is Load.Failed)
            model.on(FileEvent.Reveal)
            assertEquals(listOf("file DocumentReference/1 2 true"), health.done)
            val route = Route.File("DocumentReference/1", 2, reveal = true)
            assertEquals(Route.File("DocumentReference/1", 2), decodeRoute(route.encode()))
        }

    @Test
    fun `a file that cannot be had says why, and can be tried again`() =
        story {
            health.fails = HealthTrouble("This file is not on this device yet")
            val model = file()
            assertEquals(Load.Failed("This file is not on this device yet"), model.state.value.load)
            model.on(FileEvent.Retry)
            assertTrue(model.state.value.load is Load.Ready)
            model.on(FileEvent.Back)
            assertEquals(listOf("back"), went.ways)
        }

    @Test
    fun `a long text comes in pieces, and nothing of it is lost`() {
        val lines = (1..900).map { "line $it of the summary" }
        val pieces = pieces(lines.joinToString("\n"))
        assertTrue(pieces.size > 10 && pieces.all { it.length <= 1_600 })
        assertEquals(lines, pieces.flatMap { it.lines() })
        assertEquals(2, pieces("x".repeat(2_000)).size)
    }

    private companion object {
        const val BROKEN = 7
    }
}

/** The beginning of a PNG of this size: all that is read of it. */
internal fun png(
    width: Int,
    height: Int,
): ByteArray {
    val head = byteArrayOf(0x89.toByte(), 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52)

    fun number(value: Int) = byteArrayOf((value shr 24).toByte(), (value shr 16).toByte(), (value shr 8).toByte(), value.toByte())
    return head + number(width) + number(height)
}
