package org.wellkept.app.files

import android.content.ContentResolver
import android.net.Uri
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.takeaway.TakeAwayStep
import java.io.File
import java.io.IOException
import java.util.UUID

/**
 * An export of the record on its way out. Android hands out no folder by its name, so it is written into one of the app's own,
 * copied to where the person chose, and removed here, whatever came of it.
 */
class Exports(
    private val folder: File,
    private val resolver: ContentResolver,
    private val words: ExportWords,
    private val beside: CoroutineDispatcher = Dispatchers.IO,
) {
    private val places = mutableMapOf<String, Uri>()

    /** The folder to write to for what is to go to `place`, a tree that the person chose. */
    fun begin(place: Uri): String {
        folder.mkdirs()
        val own = File(folder, UUID.randomUUID().toString()).path
        places[own] = place
        return own
    }

    /** Copies what `write` puts into `own`, as [begin] gave it, to its place. [HealthTrouble] when that does not take it. */
    suspend fun deliver(
        own: String,
        write: suspend () -> TakeAwayStep.Written,
    ): TakeAwayStep.Written {
        val place = places.remove(own) ?: return write()
        try {
            val written = write()
            return written.copy(where = withContext(beside) { copy(File(own), place) })
        } finally {
            withContext(NonCancellable + beside) { File(own).deleteRecursively() }
        }
    }

    /** Removes what a process that was ended left here. */
    fun clear() {
        folder.deleteRecursively()
    }

    /** All of it or nothing. Its name there. */
    private suspend fun copy(
        from: File,
        place: Uri,
    ): String {
        val tree = Tree(resolver, place)
        var made: Uri? = null
        var whole = false
        try {
            made = tree.folder(tree.root, words.folderName())
            copyInto(tree, made, from)
            return tree.name(made).also { whole = true }
        } catch (_: IOException) {
            throw HealthTrouble(words.notTaken)
        } finally {
            if (!whole) made?.let(tree::removeIfItCan)
        }
    }

    /** Looks afterwards whether the place kept each name and each byte: an export whose names were changed cannot be read in again. */
    private suspend fun copyInto(
        tree: Tree,
        there: Uri,
        here: File,
    ) {
        val files = here.listFiles() ?: throw IOException("not listed")
        for (file in files) {
            currentCoroutineContext().ensureActive()
            if (file.isDirectory) copyInto(tree, tree.folder(there, file.name), file) else tree.file(there, file)
        }
        val sizes = files.associate { file -> file.name to file.length().takeIf { !file.isDirectory } }
        val kept = tree.listed(there)
        val same = kept.keys == sizes.keys && sizes.all { (name, size) -> size == null || kept[name].let { it == null || it == size } }
        if (!same) throw IOException("not kept as it is")
    }
}
