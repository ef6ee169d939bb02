package org.wellkept.app.drawing

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.ImageDecoder
import android.graphics.Paint
import android.graphics.Rect
import android.graphics.pdf.PdfRenderer
import android.os.ParcelFileDescriptor
import java.io.FileInputStream
import java.nio.ByteBuffer
import java.nio.channels.FileChannel

/** A file whose pages Android's own readers draw. Used in the process apart only, and ended with it. */
internal interface Drawn {
    val count: Int

    /** In whatever the file counts in. */
    fun extent(number: Int): Extent

    /** Fills the whole of `onto`. */
    fun draw(
        number: Int,
        onto: Bitmap,
    )
}

internal fun openDrawn(
    kind: Kind,
    file: ParcelFileDescriptor,
): Drawn =
    when (kind) {
        Kind.PDF -> Pdf(PdfRenderer(file))
        Kind.PICTURE -> Picture(file.use { read(FileInputStream(it.fileDescriptor).channel) })
    }

private fun read(file: FileChannel): ByteArray {
    val bytes = ByteBuffer.allocate(Math.toIntExact(file.size()))
    while (bytes.hasRemaining() && file.read(bytes, bytes.position().toLong()) > 0) Unit
    return bytes.array()
}

private class Pdf(
    private val renderer: PdfRenderer,
) : Drawn {
    override val count: Int get() = renderer.pageCount

    override fun extent(number: Int): Extent = renderer.openPage(number).use { Extent(it.width, it.height) }

    override fun draw(
        number: Int,
        onto: Bitmap,
    ) = renderer.openPage(number).use { it.render(onto, null, null, PdfRenderer.Page.RENDER_MODE_FOR_DISPLAY) }
}

private class Picture(
    private val bytes: ByteArray,
) : Drawn {
    override val count = 1

    override fun extent(number: Int): Extent {
        var size = Extent(0, 0)
        // Decoded as small as can be: a camera's turn of the picture is known only so.
        decoded(1, 1) { size = it }
        return size
    }

    /** Onto a page of 8 bits a colour, whatever the file has. */
    override fun draw(
        number: Int,
        onto: Bitmap,
    ) {
        val picture = decoded(onto.width, onto.height) {}
        Canvas(onto).drawBitmap(picture, null, Rect(0, 0, onto.width, onto.height), Paint(Paint.FILTER_BITMAP_FLAG))
    }

    private fun decoded(
        width: Int,
        height: Int,
        told: (Extent) -> Unit,
    ): Bitmap =
        ImageDecoder.decodeBitmap(ImageDecoder.createSource(ByteBuffer.wrap(bytes))) { decoder, info, _ ->
            told(Extent(info.size.width, info.size.height))
            decoder.setTargetSize(width, height)
            decoder.allocator = ImageDecoder.ALLOCATOR_SOFTWARE
        }
}
