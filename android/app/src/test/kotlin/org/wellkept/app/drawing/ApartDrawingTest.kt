package org.wellkept.app.drawing

import android.graphics.Bitmap
import android.graphics.Color
import android.os.Binder
import android.os.Parcel
import android.os.ParcelFileDescriptor
import android.os.ParcelFileDescriptor.MODE_READ_WRITE
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asAndroidBitmap
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.annotation.GraphicsMode
import org.robolectric.shadows.ShadowProcess
import org.wellkept.app.Phone
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.FileInputStream
import java.io.IOException
import java.nio.ByteBuffer
import java.util.concurrent.Executor
import javax.imageio.ImageIO
import android.os.Process as AndroidProcess

/** Files come from portals, and may be made to harm whoever draws them. */
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class ApartDrawingTest : Phone() {
    private val sheets = mutableListOf<Sheets>()

    @Test
    fun a_picture_goes_to_the_process_apart_and_comes_back_as_pixels() =
        story { processes, drawing ->
            val pages = requireNotNull(drawing(processes).open("png", png(300, 150, 0x00FF00)))
            assertEquals(1, pages.count)
            val small = requireNotNull(pages.page(0, 100))
            assertEquals(100 to 50, small.width to small.height)
            assertEquals(Color.GREEN, small.at(50, 25))
            assertEquals("never larger than it is", 300, pages.page(0, 1_000)?.width)
            assertNull(pages.page(1, 100))
            pages.close()
        }

    @Test
    fun each_page_of_a_document_is_drawn_with_the_width_that_is_asked_for() =
        story { processes, drawing ->
            val pages = requireNotNull(drawing(documents(Extent(200, 100), Extent(100, 200))).open("pdf", FILE))
            assertEquals(2, pages.count)
            assertEquals(400 to 200, requireNotNull(pages.page(0, 400)).let { it.width to it.height })
            assertEquals(Color.rgb(0, 0, 1), requireNotNull(pages.page(1, 10)).at(3, 3))
            assertEquals("the file, byte by byte", FILE.toList(), sheets.single().bytes.toList())
            assertTrue("the others are not asked", processes.names.isEmpty())
        }

    @Test
    fun c30_a_page_takes_no_more_memory_than_is_allowed() =
        story { _, drawing ->
            val sizes = arrayOf(Extent(1, 100_000), Extent(0, 10), Extent(-1, 5), Extent(2_000_000, 2_000_000), Extent(1_000, 3_000))
            val pages = requireNotNull(drawing(documents(*sizes)).open("pdf", FILE))
            (0..3).forEach { assertNull(pages.page(it, 2_160)) }
            val large = requireNotNull(pages.page(4, 2_160))
            assertTrue("${large.width} x ${large.height}", large.width * large.height in 7_900_000..8_100_000)
            assertTrue("in its own shape", large.height in large.width * 3 - 3..large.width * 3 + 3)
            assertEquals("such a page is not begun", listOf(4), sheets.single().drawn)
        }

    @Test
    fun c30_a_document_of_too_many_pages_or_of_none_is_not_drawn() =
        story { _, drawing ->
            for (count in listOf(Int.MAX_VALUE, 5_001, 0, -7)) {
                val processes = saying(Answer(count))
                assertNull(drawing(processes).open("pdf", FILE))
                assertTrue(processes.bound.isEmpty())
            }
            assertEquals(5_000, drawing(saying(Answer(5_000))).open("pdf", FILE)?.count)
        }

    @Test
    fun c32_what_is_no_document_is_not_drawn() =
        story { processes, drawing ->
            assertNull(drawing(processes).open("png", ByteArray(100))?.page(0, 100))
            assertNull(drawing(processes).open("pdf", "%PDF-1.7 and nothing more".toByteArray()))
            assertNull(drawing(processes).open("exe", FILE))
            assertEquals("what is not drawn is handed to none", 2, processes.names.size)
        }

    @Test
    fun c30_a_page_that_ends_the_process_is_not_drawn_and_the_others_are() =
        story { _, drawing ->
            lateinit var processes: Processes
            processes = documents(Extent(100, 100), Extent(100, 100), Extent(100, 100)) { page -> if (page == 1) processes.die() }
            val pages = requireNotNull(drawing(processes).open("pdf", FILE))
            assertNotNull(pages.page(0, 10))
            repeat(3) { assertNull(pages.page(1, 10)) }
            assertNotNull(pages.page(2, 10))
            assertEquals("each file has a process of its own, and so has what comes after", 2, processes.names.toSet().size)
            assertEquals("and is not tried again", listOf(0, 1, 2), sheets.flatMap { it.drawn })
        }

    @Test
    fun c30_a_process_that_says_nothing_is_ended() =
        story { _, drawing ->
            val silent = Processes(application) { Silent() }
            assertNull(drawing(silent).open("pdf", FILE))
            assertEquals(20_000L, currentTime)
            assertTrue(silent.bound.isEmpty())
            assertTrue(ShadowProcess.wasKilled(AndroidProcess.myPid()))
        }

    @Test
    fun c30_a_process_that_keeps_a_page_to_itself_is_ended_after_as_long() =
        story { _, drawing ->
            val processes = documents(Extent(100, 100), Extent(100, 100), falls = setOf(0))
            val pages = requireNotNull(drawing(processes).open("pdf", FILE))
            assertNull(pages.page(0, 10))
            assertEquals(20_000L, currentTime)
            assertNotNull("the next has one of its own", pages.page(1, 10))
        }

    @Test
    fun c30_a_process_that_leaves_too_few_pixels_gives_no_page() =
        story { _, drawing ->
            val pages = requireNotNull(drawing(saying(Answer(1, 1))).open("pdf", FILE))
            assertNull(pages.page(0, 100))
        }

    @Test
    fun where_android_starts_no_process_nothing_is_drawn() =
        story { processes, drawing ->
            processes.refuses = true
            assertNull(drawing(processes).open("png", png(10, 10, 0)))
            assertTrue(processes.bound.isEmpty())
        }

    @Test
    fun c7_what_is_looked_at_no_more_is_let_go() =
        story { processes, drawing ->
            val before = written()
            val pages = requireNotNull(drawing(processes).open("png", png(10, 10, 0)))
            assertEquals(1, processes.bound.size)
            ShadowProcess.clearKilledProcesses()
            repeat(2) { pages.close() }
            assertTrue(processes.bound.isEmpty())
            assertTrue("the process goes with the view", ShadowProcess.wasKilled(AndroidProcess.myPid()))
            assertNull(pages.page(0, 10))
            assertEquals(1, processes.names.size)
            assertEquals("nothing of it is written anywhere", before, written())
        }

    @Test
    fun what_nobody_waits_for_any_more_is_let_go() =
        story { _, drawing ->
            val silent = Processes(application) { Silent() }
            val asked = async(start = CoroutineStart.UNDISPATCHED) { drawing(silent).open("pdf", FILE) }
            testScheduler.runCurrent()
            assertEquals(1, silent.bound.size)
            asked.cancelAndJoin()
            assertTrue(silent.bound.isEmpty())
        }

    private fun story(tell: suspend TestScope.(Processes, (Processes) -> ApartDrawing) -> Unit) =
        runTest {
            val here = Executor { it.run() }
            tell(
                Processes(application) { Drawer(here, ::opened) },
            ) { ApartDrawing(it, StandardTestDispatcher(testScheduler), memory = ::memory) }
        }

    /** Processes in which every file has these pages. */
    private fun documents(
        vararg pages: Extent,
        falls: Set<Int> = emptySet(),
        drawing: (Int) -> Unit = {},
    ): Processes {
        val here = Executor { it.run() }
        return Processes(application) {
            object : Binder() {
                val drawer = Drawer(here) { _, file -> Sheets(pages.toList(), read(file), drawing).also { sheets += it } }

                override fun onTransact(
                    code: Int,
                    data: Parcel,
                    reply: Parcel?,
                    flags: Int,
                ): Boolean {
                    val page = data.readInt().also { data.setDataPosition(0) }
                    return (code == Question.DRAW && page in falls) || drawer.transact(code, data, reply, flags)
                }
            }
        }
    }

    /** A process that says one thing, whatever it is asked, and does nothing. */
    private fun saying(answer: Answer) =
        Processes(application) {
            object : Binder() {
                override fun onTransact(
                    code: Int,
                    data: Parcel,
                    reply: Parcel?,
                    flags: Int,
                ): Boolean {
                    val asked = Asked(code, data)
                    repeat(2) { asked.give(answer) }
                    return true
                }
            }
        }

    private fun read(file: ParcelFileDescriptor): ByteArray {
        val channel = FileInputStream(file.fileDescriptor).channel
        return ByteBuffer.allocate(channel.size().toInt()).also { channel.read(it, 0) }.array()
    }

    /** What Android's reader of PDFs says to one that is none: Robolectric has no such reader. */
    private fun opened(
        kind: Kind,
        file: ParcelFileDescriptor,
    ) = if (kind == Kind.PDF) throw IOException("file not in PDF format or corrupted") else openDrawn(kind, file)

    /** Robolectric has no memory that one process lends another: a file without a name of ours stands in for it. */
    private fun memory(): Memory {
        val file = File.createTempFile("memory", null).also { it.deleteOnExit() }
        return Memory(ParcelFileDescriptor.open(file, MODE_READ_WRITE), ParcelFileDescriptor.open(file, MODE_READ_WRITE))
    }

    private fun written() =
        application.dataDir
            .walk()
            .filter { it.isFile }
            .toSet()

    private fun ImageBitmap.at(
        x: Int,
        y: Int,
    ) = asAndroidBitmap().getPixel(x, y)

    private fun png(
        width: Int,
        height: Int,
        colour: Int,
    ): ByteArray {
        val picture = BufferedImage(width, height, BufferedImage.TYPE_INT_RGB)
        for (x in 0 until width) for (y in 0 until height) picture.setRGB(x, y, colour)
        return ByteArrayOutputStream().also { ImageIO.write(picture, "png", it) }.toByteArray()
    }

    private companion object {
        val FILE = ByteArray(70_000) { it.toByte() }
    }
}

/** Takes every question and answers none. */
private class Silent : Binder() {
    override fun onTransact(
        code: Int,
        data: Parcel,
        reply: Parcel?,
        flags: Int,
    ) = true
}

/** A document whose pages are of one colour each: their number. */
private class Sheets(
    private val pages: List<Extent>,
    val bytes: ByteArray,
    private val drawing: (Int) -> Unit,
) : Drawn {
    val drawn = mutableListOf<Int>()

    override val count = pages.size

    override fun extent(number: Int) = pages[number]

    override fun draw(
        number: Int,
        onto: Bitmap,
    ) {
        drawn += number
        drawing(number)
        onto.eraseColor(Color.rgb(0, 0, number))
    }
}
