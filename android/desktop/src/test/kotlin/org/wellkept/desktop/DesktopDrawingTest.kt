package org.wellkept.desktop

import androidx.compose.ui.graphics.toPixelMap
import kotlinx.coroutines.runBlocking
import org.apache.pdfbox.pdmodel.PDDocument
import org.apache.pdfbox.pdmodel.PDPage
import org.apache.pdfbox.pdmodel.PDPageContentStream
import org.apache.pdfbox.pdmodel.common.PDRectangle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.wellkept.ui.app.Pages
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import javax.imageio.ImageIO

class DesktopDrawingTest {
    private fun <T> opened(
        kind: String,
        bytes: ByteArray,
        look: suspend (Pages) -> T,
    ): T? = runBlocking { DesktopDrawing().open(kind, bytes)?.use { look(it) } }

    @Test
    fun `a page of a PDF is drawn at the width that is asked for`() {
        val bytes = pdf(PDRectangle(200f, 100f), PDRectangle(1f, 100_000f))
        assertEquals(2, opened("pdf", bytes) { it.count })
        val page = opened("pdf", bytes) { it.page(0, 400) }!!
        assertEquals(400 to 200, page.width to page.height)
        val pixels = page.toPixelMap()
        assertNotEquals(pixels[200, 100], pixels[5, 5])
        assertNull(opened("pdf", bytes) { it.page(1, 400) })
        assertNull(opened("pdf", bytes) { it.page(7, 400) })
    }

    @Test
    fun `a picture is drawn, and never larger than it is`() {
        val out = ByteArrayOutputStream()
        ImageIO.write(BufferedImage(300, 150, BufferedImage.TYPE_INT_RGB), "png", out)
        assertEquals(100 to 50, opened("png", out.toByteArray()) { it.page(0, 100) }!!.let { it.width to it.height })
        assertEquals(300, opened("png", out.toByteArray()) { it.page(0, 1_000) }!!.width)
    }

    @Test
    fun `c32_ what is no document is not drawn`() {
        assertNull(opened("pdf", "%PDF-1.7 and nothing more".toByteArray()) { it.page(0, 100) })
        assertNull(opened("png", ByteArray(100)) { it.page(0, 100) })
    }

    /** Pages of these sizes, each with a dark square in its middle. */
    private fun pdf(vararg sizes: PDRectangle): ByteArray =
        PDDocument().use { document ->
            sizes.forEach { size ->
                val page = PDPage(size).also(document::addPage)
                PDPageContentStream(document, page).use { pen ->
                    pen.addRect(size.width / 4, size.height / 4, size.width / 2, size.height / 2)
                    pen.fill()
                }
            }
            ByteArrayOutputStream().also(document::save).toByteArray()
        }
}
