package org.wellkept.ui.file

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.models.png
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import javax.imageio.ImageIO

class MeasureTest {
    @Test
    fun `the size of a picture is read as its writers wrote it`() {
        listOf("png", "jpg", "gif").forEach { kind ->
            val out = ByteArrayOutputStream()
            ImageIO.write(BufferedImage(301, 77, BufferedImage.TYPE_INT_RGB), kind, out)
            assertEquals(kind, Measure(301, 77), Measure.of(kind, out.toByteArray()))
        }
    }

    @Test
    fun `c30_ what is cut off, endless or too large has no size that fits`() {
        assertNull(Measure.of("png", byteArrayOf(1, 2)))
        assertNull(Measure.of("jpg", byteArrayOf(-1, -40, -1, -32, 0, 4)))
        assertNull(Measure.of("jpg", ByteArray(5_000) { -1 }))
        assertNull(Measure.of("jpg", byteArrayOf(-1, -40, -1, -32, 0, 0, -1, -32, 0, 0)))
        assertNull(Measure.of("tif", ByteArray(100)))
        assertFalse(Measure.of("png", png(20_000, 20_000))!!.fits)
        assertFalse(Measure.of("png", png(-5, 10))!!.fits)
        assertTrue(Measure.of("png", png(5_000, 7_000))!!.fits)
    }
}
