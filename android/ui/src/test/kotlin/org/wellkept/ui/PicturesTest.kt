package org.wellkept.ui

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.unit.Density
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.samples.SAMPLES
import org.wellkept.ui.samples.Sample
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.Words
import java.awt.RenderingHints
import java.awt.image.BufferedImage
import java.io.ByteArrayInputStream
import java.io.File
import javax.imageio.ImageIO

/**
 * A contact sheet for each screen: its states as rows; light, dark, letters of twice the size, Spanish as columns.
 *
 * They are drawn in every run, and nothing is compared with what another machine drew. `-Dpictures=DIR` writes them there.
 */
class PicturesTest {
    private class Look(
        val language: String,
        val dark: Boolean = false,
        val scale: Float = 1f,
    )

    @Test
    fun `every state can be drawn in light, dark, large and Spanish`() {
        val folder = System.getProperty("pictures")?.takeIf { it.isNotBlank() }?.let(::File)
        val only = System.getProperty("screens")?.takeIf { it.isNotBlank() }?.split(",")
        SAMPLES.groupBy { it.screen }.filterKeys { only == null || it in only }.forEach { (screen, samples) ->
            val rows = samples.map { sample -> LOOKS.map { draw(sample, it) } }
            rows.flatten().forEach { assertTrue("$screen: nothing is drawn", colours(it) > 3) }
            if (folder != null) sheets(screen, rows, folder)
        }
    }

    private fun sheets(
        screen: String,
        rows: List<List<BufferedImage>>,
        folder: File,
    ) = rows.chunked(ROWS).forEachIndexed { at, some ->
        write(sheet(some), File(folder, "${screen.replace(' ', '-')}-${at + 1}.png"))
    }

    private fun draw(
        sample: Sample,
        look: Look,
    ): BufferedImage {
        val scene = ImageComposeScene(WIDTH, HEIGHT, Density(1f, look.scale)) {
            CompositionLocalProvider(LocalDensity provides Density(1f, look.scale)) {
                WellkeptTheme(Words.of(look.language), look.dark) { sample.content() }
            }
        }
        try {
            scene.render(0)
            val png = scene.render(FRAME).encodeToData() ?: error("no picture of $sample")
            return ImageIO.read(ByteArrayInputStream(png.bytes))
        } finally {
            scene.close()
        }
    }

    private fun colours(image: BufferedImage): Int {
        val pixels = image.getRGB(0, 0, image.width, image.height, null, 0, image.width)
        return pixels.toSet().size
    }

    private fun sheet(rows: List<List<BufferedImage>>): BufferedImage {
        val sheet =
            BufferedImage(LOOKS.size * (SMALL_WIDTH + GAP) + GAP, rows.size * (SMALL_HEIGHT + GAP) + GAP, BufferedImage.TYPE_INT_RGB)
        val pen = sheet.createGraphics()
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC)
        rows.forEachIndexed { row, images ->
            images.forEachIndexed { column, image ->
                val left = GAP + column * (SMALL_WIDTH + GAP)
                pen.drawImage(image, left, GAP + row * (SMALL_HEIGHT + GAP), SMALL_WIDTH, SMALL_HEIGHT, null)
            }
        }
        pen.dispose()
        return sheet
    }

    private fun write(
        sheet: BufferedImage,
        file: File,
    ) {
        file.parentFile.mkdirs()
        ImageIO.write(fewColours(sheet), "png", file)
    }

    private companion object {
        const val WIDTH = 360
        const val HEIGHT = 760
        const val SMALL_WIDTH = 198
        const val SMALL_HEIGHT = 418
        const val GAP = 8
        const val ROWS = 3
        const val FRAME = 500_000_000L
        val LOOKS = listOf(Look("en"), Look("en", dark = true), Look("en", scale = 2f), Look("es"))
    }
}
