package org.wellkept.app.drawing

import android.graphics.Bitmap
import android.os.Parcel
import android.os.ParcelFileDescriptor
import android.os.Parcelable
import android.system.Os
import android.system.OsConstants
import java.io.FileDescriptor
import java.io.FileInputStream
import java.io.FileOutputStream
import java.io.IOException
import java.nio.ByteBuffer

/** Memory that another process can be handed as an open file. It has no name, and is gone once nobody holds it. */
internal class Memory(
    private val own: ParcelFileDescriptor,
    private val others: ParcelFileDescriptor,
) : AutoCloseable {
    /** Puts it, once, into what goes to the other process. */
    fun lend(into: Parcel) = others.writeToParcel(into, Parcelable.PARCELABLE_WRITE_RETURN_VALUE)

    fun hold(bytes: ByteArray): Memory = apply { own.fileDescriptor.write(ByteBuffer.wrap(bytes)) }

    /** What the other process left here. It may still write: nothing is read twice, and none of it is anything but a colour. */
    fun picture(extent: Extent): Bitmap {
        val pixels = ByteBuffer.allocate(extent.width * extent.height * BYTES)
        val channel = FileInputStream(own.fileDescriptor).channel
        while (pixels.hasRemaining()) {
            if (channel.read(pixels, pixels.position().toLong()) <= 0) throw IOException("too few pixels")
        }
        pixels.rewind()
        return Bitmap.createBitmap(extent.width, extent.height, Bitmap.Config.ARGB_8888).apply { copyPixelsFromBuffer(pixels) }
    }

    override fun close() {
        others.close()
        own.close()
    }

    companion object {
        private const val BYTES = 4

        fun empty(): Memory {
            val file = Os.memfd_create("page", OsConstants.MFD_CLOEXEC)
            return try {
                val own = ParcelFileDescriptor.dup(file)
                Memory(own, own.dup())
            } finally {
                Os.close(file)
            }
        }

        /** The other process's side of [picture]. */
        fun leave(
            picture: Bitmap,
            into: ParcelFileDescriptor,
        ) {
            val pixels = ByteBuffer.allocate(picture.width * picture.height * BYTES)
            picture.copyPixelsToBuffer(pixels)
            pixels.rewind()
            into.fileDescriptor.write(pixels)
        }

        /** From its beginning: where it was read or written before is told to all who hold it. */
        private fun FileDescriptor.write(bytes: ByteBuffer) {
            val channel = FileOutputStream(this).channel
            while (bytes.hasRemaining()) channel.write(bytes, bytes.position().toLong())
        }
    }
}
