package org.wellkept.ui.parts

import androidx.compose.runtime.Composable
import org.wellkept.ui.drafts.Attaching
import org.wellkept.ui.drafts.FileRefusal
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.KeptFile
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import java.util.Locale

private const val KB = 1_000L
private const val MB = 1_000_000L

/** The files of what is being composed: each with its size and a way to leave it out. */
@Composable
fun FilesPart(
    files: FilesUi,
    add: () -> Unit,
    remove: (KeptFile) -> Unit,
) {
    val words = LocalWords.current
    files.files.forEach { file ->
        Body(words("files.line", file.name, sizeWords(file.size, words)))
        PlainButton(words("files.remove", file.name)) { remove(file) }
    }
    files.refused?.let { Said(refusalWords(it, files, words), bad = true) }
    if (files.most != null) {
        SecondButton(words("files.add"), add, enabled = !files.choosing)
        Small(words("files.limit", sizeWords(files.most, words)))
    }
}

private fun refusalWords(
    refusal: FileRefusal,
    files: FilesUi,
    words: Words,
): String {
    val most = sizeWords(files.most ?: 0, words)
    return when (refusal) {
        FileRefusal.CannotChoose -> words("files.cannot")

        is FileRefusal.TooLarge -> refusal.size?.let { words("files.too.large.by", refusal.name, sizeWords(it, words), most) }
            ?: words("files.too.large", refusal.name, most)

        FileRefusal.AllTooLarge -> words("files.all.too.large", most)

        FileRefusal.TooMany -> words("files.too.many", Attaching.MOST_FILES)

        is FileRefusal.Empty -> words("files.empty", refusal.name)

        is FileRefusal.Unreadable -> words("files.unreadable", refusal.name)

        FileRefusal.Gone -> words("files.gone")
    }
}

/** `214 kB`, `1.2 MB`; never less than there is. */
private fun sizeWords(
    bytes: Long,
    words: Words,
): String {
    if (bytes < MB) return words("files.size.kb", (bytes + KB - 1) / KB)
    return words("files.size.mb", "%.1f".format(Locale.forLanguageTag(words.language), bytes.toDouble() / MB))
}
