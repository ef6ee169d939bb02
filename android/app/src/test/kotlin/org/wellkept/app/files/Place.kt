package org.wellkept.app.files

import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.Bundle
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.io.OutputStream

/** Another app that keeps files, as Android's documents providers do: a document's name is its path below `folder`. */
class Place : OnlyRead() {
    lateinit var folder: File

    /** How many more documents it takes. */
    var room = Int.MAX_VALUE

    /** What it makes of a name. */
    var renames: (String) -> String = { it }

    /** It says nothing of what it does not keep. */
    var cuts = false

    /** Told of every document that is made. */
    var made: (String) -> Unit = {}

    val tree: Uri get() = DocumentsContract.buildTreeDocumentUri(AUTHORITY, ROOT)

    override fun call(
        method: String,
        arg: String?,
        extras: Bundle?,
    ): Bundle? {
        @Suppress("DEPRECATION")
        val uri = requireNotNull(extras?.getParcelable<Uri>("uri"))
        val answer = Bundle()
        when (method) {
            "android:createDocument" -> answer.putParcelable("uri", make(uri, requireNotNull(extras)))
            "android:deleteDocument" -> check(file(uri).deleteRecursively())
            else -> throw UnsupportedOperationException(method)
        }
        return answer
    }

    private fun make(
        parent: Uri,
        extras: Bundle,
    ): Uri {
        check(room > 0) { "no room" }
        room -= 1
        val name = renames(requireNotNull(extras.getString(Document.COLUMN_DISPLAY_NAME)))
        val file = File(file(parent), name)
        val folder = extras.getString(Document.COLUMN_MIME_TYPE) == Document.MIME_TYPE_DIR
        check(if (folder) file.mkdir() else file.createNewFile())
        made(name)
        val document = DocumentsContract.buildDocumentUriUsingTree(tree, ROOT + "/" + file.relativeTo(this.folder).path)
        if (!folder) {
            val resolver = requireNotNull(context).contentResolver
            shadowOf(resolver).registerOutputStreamSupplier(document) { if (cuts) OutputStream.nullOutputStream() else file.outputStream() }
        }
        return document
    }

    override fun query(
        uri: Uri,
        projection: Array<out String>?,
        selection: String?,
        selectionArgs: Array<out String>?,
        sortOrder: String?,
    ): Cursor {
        val children = uri.lastPathSegment == "children"
        val found = if (children) file(uri).listFiles().orEmpty().toList() else listOf(file(uri))
        return MatrixCursor(projection).apply {
            for (file in found) newRow().add(Document.COLUMN_DISPLAY_NAME, file.name).add(Document.COLUMN_SIZE, file.length())
        }
    }

    private fun file(uri: Uri) = File(folder, DocumentsContract.getDocumentId(uri).removePrefix(ROOT))

    companion object {
        const val AUTHORITY = "org.example.files"
        private const val ROOT = "root"

        fun start(folder: File): Place =
            Robolectric
                .buildContentProvider(Place::class.java)
                .create(AUTHORITY)
                .get()
                .also { it.folder = folder }
    }
}
