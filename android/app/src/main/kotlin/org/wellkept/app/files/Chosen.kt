package org.wellkept.app.files

import android.content.ContentResolver
import android.content.ContentResolver.SCHEME_CONTENT
import android.net.Uri
import android.provider.OpenableColumns
import org.wellkept.ui.app.FileChoice
import java.io.ByteArrayOutputStream
import java.io.InputStream

/**
 * Reads a file that another app keeps. Its name and its size are that app's word, and its bytes may never end: no more than `most`
 * are taken.
 */
fun ContentResolver.readChosen(
    place: Uri,
    most: Int,
): FileChoice {
    // A path would be read with this app's own rights: its record, its keys.
    if (place.scheme != SCHEME_CONTENT || place.authority.orEmpty().startsWith(OWN)) return FileChoice.Unreadable("")
    val name = foreign({ nameOf(place) }) { null }.plain()
    val bytes = foreign({ openInputStream(place)?.use { it.upTo(most + 1) } }) { null }
    return when {
        bytes == null -> FileChoice.Unreadable(name)
        bytes.size > most -> FileChoice.TooLarge(name, null)
        else -> FileChoice.Chosen(name, bytes)
    }
}

private fun ContentResolver.nameOf(place: Uri): String? =
    query(place, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { if (it.moveToFirst()) it.getString(0) else null }

/** A name and no path, without what turns a line around or cannot be seen. */
private fun String?.plain(): String =
    orEmpty()
        .substringAfterLast('/')
        .substringAfterLast('\\')
        .filterNot { it.isISOControl() || it.category in UNSEEN }
        .trim('.', ' ')
        .takeLast(LONGEST_NAME)

private fun InputStream.upTo(most: Int): ByteArray {
    val kept = ByteArrayOutputStream()
    val buffer = ByteArray(DEFAULT_BUFFER_SIZE)
    while (kept.size() < most) {
        val read = read(buffer, 0, minOf(buffer.size, most - kept.size()))
        if (read < 0) break
        kept.write(buffer, 0, read)
    }
    return kept.toByteArray()
}

/** The app's own providers. */
private const val OWN = "org.wellkept.app"
private const val LONGEST_NAME = 120
private val UNSEEN =
    setOf(
        CharCategory.FORMAT,
        CharCategory.LINE_SEPARATOR,
        CharCategory.PARAGRAPH_SEPARATOR,
        CharCategory.SURROGATE,
        CharCategory.PRIVATE_USE,
    )
