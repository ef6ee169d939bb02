package org.wellkept.desktop

import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.toComposeImageBitmap
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.apache.pdfbox.Loader
import org.apache.pdfbox.pdmodel.PDDocument
import org.apache.pdfbox.rendering.PDFRenderer
import org.jetbrains.skia.Image
import org.jetbrains.skia.Rect
import org.jetbrains.skia.Surface
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.Pages
import java.io.IOException
import kotlin.math.roundToInt

private const val TALLEST = 12_000

/** Draws PDF pages with PDFBox and pictures with Skia, both in memory. What they stumble over is not drawn. */
class DesktopDrawing : Drawing {
    override suspend fun open(
        kind: String,
        bytes: ByteArray,
    ): Pages? =
        withContext(Dispatchers.Default) {
            guarded { if (kind == "pdf") PdfPages(Loader.loadPDF(bytes)) else Picture(Image.makeFromEncoded(bytes)) }
        }
}

private class PdfPages(
    private val document: PDDocument,
) : Pages {
    private val renderer = PDFRenderer(document)

    /** A document is read by one at a time. */
    private val one = Mutex()

    override val count: Int = document.numberOfPages

    override suspend fun page(
        number: Int,
        width: Int,
    ): ImageBitmap? =
        withContext(Dispatchers.Default) {
            one.withLock {
                guarded {
                    val box = document.getPage(number).cropBox
                    val scale = width / box.width
                    if (box.height * scale > TALLEST) null else renderer.renderImage(number, scale).toComposeImageBitmap()
                }
            }
        }

    override fun close() = document.close()
}

private class Picture(
    private val image: Image,
) : Pages {
    override val count = 1

    override suspend fun page(
        number: Int,
        width: Int,
    ): ImageBitmap? =
        withContext(Dispatchers.Default) {
            guarded {
                val scale = (width.toFloat() / image.width).coerceAtMost(1f)
                val drawn = Surface.makeRasterN32Premul((image.width * scale).roundToInt(), (image.height * scale).roundToInt())
                drawn.canvas.drawImageRect(image, Rect.makeWH(image.width * scale, image.height * scale))
                drawn.makeImageSnapshot().toComposeImageBitmap()
            }
        }

    override fun close() = image.close()
}

/** Files come from anywhere: whatever a reader of them throws means that this one is not drawn. */
@Suppress("TooGenericExceptionCaught", "SwallowedException")
private fun <T> guarded(draw: () -> T?): T? =
    try {
        draw()
    } catch (_: IOException) {
        null
    } catch (_: RuntimeException) {
        null
    } catch (_: OutOfMemoryError) {
        null
    }
