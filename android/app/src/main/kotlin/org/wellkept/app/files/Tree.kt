package org.wellkept.app.files

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document
import java.io.File
import java.io.IOException

/** A folder that the person chose, in an app that keeps files: foreign, so all that it does wrong is an [IOException]. */
internal class Tree(
    private val resolver: ContentResolver,
    private val place: Uri,
) {
    val root: Uri
        get() = asking { DocumentsContract.buildDocumentUriUsingTree(place, DocumentsContract.getTreeDocumentId(place)) }

    fun folder(
        parent: Uri,
        name: String,
    ): Uri = make(parent, Document.MIME_TYPE_DIR, name)

    /** As bytes, whatever it is: a place that knew its kind would add an ending of its own. */
    fun file(
        parent: Uri,
        from: File,
    ) {
        val there = make(parent, "application/octet-stream", from.name)
        asking {
            val open = resolver.openOutputStream(there) ?: throw IOException("not opened")
            open.use { out -> from.inputStream().use { it.copyTo(out) } }
        }
    }

    fun name(document: Uri): String =
        asking {
            val found = resolver.query(document, arrayOf(Document.COLUMN_DISPLAY_NAME), null, null, null)
            found?.use { if (it.moveToFirst()) it.getString(0) else null } ?: throw IOException("no name")
        }

    /** What lies in a folder: names, and sizes where the place tells them. */
    fun listed(parent: Uri): Map<String, Long?> =
        asking {
            val children = DocumentsContract.buildChildDocumentsUriUsingTree(place, DocumentsContract.getDocumentId(parent))
            val asked = arrayOf(Document.COLUMN_DISPLAY_NAME, Document.COLUMN_SIZE)
            val found = resolver.query(children, asked, null, null, null) ?: throw IOException("not listed")
            found.use {
                buildMap { while (it.moveToNext()) put(it.getString(0).orEmpty(), if (it.isNull(1)) null else it.getLong(1)) }
            }
        }

    fun removeIfItCan(document: Uri) {
        try {
            asking { DocumentsContract.deleteDocument(resolver, document) }
        } catch (_: IOException) {
            // It is the person's own place: they see what lies there.
        }
    }

    private fun make(
        parent: Uri,
        type: String,
        name: String,
    ): Uri = asking { DocumentsContract.createDocument(resolver, parent, type, name) ?: throw IOException("not made") }

    private fun <T> asking(question: () -> T): T = foreign(question) { throw IOException(it) }
}
