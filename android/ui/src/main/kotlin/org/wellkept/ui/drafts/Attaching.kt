package org.wellkept.ui.drafts

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.health.NewFileUi

/** The files of what is being composed. */
@Immutable
data class FilesUi(
    val files: List<KeptFile> = emptyList(),
    /** The most bytes of all of them together, once that is known of the portal. */
    val most: Long? = null,
    val choosing: Boolean = false,
    val refused: FileRefusal? = null,
) {
    val size: Long get() = files.sumOf { it.size }
}

/** Why a file does not go. Nothing was sent. */
sealed interface FileRefusal {
    data object CannotChoose : FileRefusal

    data class TooLarge(
        val name: String,
        val size: Long?,
    ) : FileRefusal

    /** Together they were fewer than the portal takes, but another portal was chosen since. */
    data object AllTooLarge : FileRefusal

    data object TooMany : FileRefusal

    data class Empty(
        val name: String,
    ) : FileRefusal

    data class Unreadable(
        val name: String,
    ) : FileRefusal

    /** What was kept of them is not all there any more. */
    data object Gone : FileRefusal
}

/** The files of one screen. `put` changes what the screen has of them; `keep` does the same, and keeps the draft that names them. */
class Attaching(
    private val files: DraftFiles,
    private val choose: suspend (Long) -> FileChoice,
    private val held: () -> FilesUi,
    private val put: (FilesUi) -> Unit,
    private val keep: (FilesUi) -> Unit,
) {
    /** Asks the person for one more, and keeps it where it can go. */
    suspend fun oneMore() {
        if (held().choosing) return
        put(held().copy(choosing = true, refused = null))
        val more = oneMore(held())
        keep(held().copy(files = more.files, refused = more.refused, choosing = false))
    }

    suspend fun remove(file: KeptFile) {
        keep(held().copy(files = held().files - file, refused = null))
        files.drop(file)
    }

    /** The bytes that go; `null` where they cannot, and the screen says why. */
    suspend fun toSend(): List<NewFileUi>? {
        val held = held()
        if (held.most != null && held.size > held.most) {
            put(held.copy(refused = FileRefusal.AllTooLarge))
            return null
        }
        val bytes = files.read(held.files)
        if (bytes == null) put(held.copy(files = emptyList(), refused = FileRefusal.Gone))
        return bytes
    }

    private suspend fun oneMore(held: FilesUi): FilesUi {
        val most = held.most ?: return held
        if (held.files.size >= MOST_FILES) return held.copy(refused = FileRefusal.TooMany)
        val left = (most - held.size).coerceAtLeast(0)
        return when (val choice = choose(left)) {
            FileChoice.Cannot -> held.copy(refused = FileRefusal.CannotChoose)
            FileChoice.None -> held.copy(refused = null)
            is FileChoice.TooLarge -> held.copy(refused = FileRefusal.TooLarge(plain(choice.name), choice.size))
            is FileChoice.Unreadable -> held.copy(refused = FileRefusal.Unreadable(plain(choice.name)))
            is FileChoice.Chosen -> chosen(held, choice, left)
        }
    }

    private suspend fun chosen(
        held: FilesUi,
        file: FileChoice.Chosen,
        left: Long,
    ): FilesUi {
        val name = plain(file.name)
        return when {
            file.bytes.isEmpty() -> held.copy(refused = FileRefusal.Empty(name))
            file.bytes.size > left -> held.copy(refused = FileRefusal.TooLarge(name, file.bytes.size.toLong()))
            else -> held.copy(files = held.files + files.keep(name, file.bytes), refused = null)
        }
    }

    companion object {
        /** As many as the core takes. */
        const val MOST_FILES = 20
        private const val LONGEST = 120

        /** A name comes from another app: nothing in it turns or hides the words around it. */
        private fun plain(name: String): String =
            name
                .filterNot { it.isISOControl() || it.category == CharCategory.FORMAT }
                .take(LONGEST)
                .ifBlank { "?" }
    }
}
