package org.wellkept.app.keys

import android.system.ErrnoException
import android.system.OsConstants
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption
import java.nio.file.attribute.BasicFileAttributes

/** There is no room left on the phone; what was kept before is still there. */
class NoRoom : Exception("There is no space left on this phone")

/**
 * The core's small secrets: one file each, sealed by a key of the phone's hardware, in a folder that no backup takes. "Not
 * there" is said only when it is certain; else [KeystoreFailure].
 */
class SealedFiles(
    private val folder: File,
    private val key: KeystoreKey,
) {
    fun load(name: String): ByteArray? {
        val file = file(name)
        if (!exists(file)) return null
        val sealed = reading { file.readBytes() }
        return try {
            key.open(key.opening(sealed), name, sealed)
        } catch (gone: KeyGone) {
            throw KeystoreFailure(gone)
        }
    }

    /** Durable once it returns: written beside, then put in its place. */
    fun store(
        name: String,
        bytes: ByteArray,
    ) {
        val sealed = key.seal(key.sealing(), name, bytes)
        val beside = File(folder, file(name).name + BESIDE)
        writing {
            folder.mkdirs()
            FileOutputStream(beside).use {
                it.write(sealed)
                it.fd.sync()
            }
            Files.move(beside.toPath(), file(name).toPath(), StandardCopyOption.ATOMIC_MOVE)
            FileChannel.open(folder.toPath(), StandardOpenOption.READ).use { it.force(true) }
        }
    }

    fun remove(name: String) {
        val file = file(name)
        reading { if (!file.delete() && exists(file)) throw IOException("not removed") }
    }

    fun names(): List<String> {
        if (!exists(folder)) return emptyList()
        val files = reading { folder.list() ?: throw IOException("not listed") }
        return files.filterNot { it.endsWith(BESIDE) }.mapNotNull(::nameOf).sorted()
    }

    /** A file that cannot be looked at is not taken for one that is not there. */
    private fun exists(file: File): Boolean =
        try {
            Files.readAttributes(file.toPath(), BasicFileAttributes::class.java)
            true
        } catch (_: NoSuchFileException) {
            false
        } catch (failure: IOException) {
            throw KeystoreFailure(failure)
        }

    private fun file(name: String) = File(folder, name.toByteArray().joinToString("") { "%02x".format(it) })

    private fun nameOf(file: String): String? {
        val bytes = file.chunked(2).map { it.toIntOrNull(HEX)?.toByte() ?: return null }
        return String(bytes.toByteArray())
    }

    private fun <T> reading(action: () -> T): T =
        try {
            action()
        } catch (failure: IOException) {
            throw KeystoreFailure(failure)
        }

    private fun writing(action: () -> Unit) =
        try {
            action()
        } catch (failure: IOException) {
            val noRoom = (failure.cause as? ErrnoException)?.errno == OsConstants.ENOSPC
            throw if (noRoom) NoRoom() else KeystoreFailure(failure)
        }

    private companion object {
        const val BESIDE = ".new"
        const val HEX = 16
    }
}
