package org.wellkept.ui.file

import androidx.compose.foundation.Image
import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.rememberScrollState
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.ContentScale
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun FileScreen(
    state: FileState,
    on: (FileEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("file.title"), back = { on(FileEvent.Back) }) {
        when (val load = state.load) {
            Load.Loading -> part { Busy(words("file.opening")) }
            is Load.Failed -> failed(state, load.why, on, words)
            is Load.Ready -> whole(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.failed(
    state: FileState,
    why: String,
    on: (FileEvent) -> Unit,
    words: Words,
) = part {
    Failure(why, if (state.covered) null else ({ on(FileEvent.Retry) }))
    if (state.covered) SecondButton(words("entry.reveal"), { on(FileEvent.Reveal) })
}

private fun LazyListScope.whole(
    state: FileState,
    file: FileUi,
    on: (FileEvent) -> Unit,
    words: Words,
) {
    part {
        Heading(file.title ?: words("file.unnamed", file.number))
        Small(words("file.what", kindWords(file.kind, words), sizeWords(file.bytes, words)))
        file.notice?.let { Note(words.core(it)) }
        if (file.pages > 0) Zoom(state.zoom, on)
        if (file.pages == 0 && file.words.isEmpty()) Body(words("file.cannot"))
    }
    repeat(file.pages) { page -> part("page $page") { PagePicture(page, file.pages, state, on) } }
    wordsOf(state, file, on, words)
    part { InAnotherApp(state.elsewhere, file, on) }
}

@Composable
private fun Zoom(
    zoom: Int,
    on: (FileEvent) -> Unit,
) {
    val words = LocalWords.current
    if (zoom < FileState.MOST_ZOOM) SecondButton(words("file.larger"), { on(FileEvent.Zoom(zoom + 1)) })
    if (zoom > 1) SecondButton(words("file.smaller"), { on(FileEvent.Zoom(zoom - 1)) })
}

/** A page may be wider than the screen: it is then moved sideways within its own row. */
@Composable
private fun PagePicture(
    page: Int,
    of: Int,
    state: FileState,
    on: (FileEvent) -> Unit,
) {
    val words = LocalWords.current
    LaunchedEffect(page) { on(FileEvent.Seen(page)) }
    if (of > 1) Small(words("file.page", page + 1, of))
    when (val shown = state.pages[page]) {
        null, PageUi.Drawing -> {
            Busy(words("file.drawing"))
        }

        PageUi.CannotBeDrawn -> {
            Note(words("file.page.cannot"))
        }

        is PageUi.Drawn -> {
            BoxWithConstraints(Modifier.fillMaxWidth()) {
                Row(Modifier.horizontalScroll(rememberScrollState())) {
                    Image(
                        shown.picture,
                        words("file.picture", page + 1, of),
                        Modifier.width(this@BoxWithConstraints.maxWidth * state.zoom),
                        contentScale = ContentScale.FillWidth,
                    )
                }
            }
        }
    }
}

private fun LazyListScope.wordsOf(
    state: FileState,
    file: FileUi,
    on: (FileEvent) -> Unit,
    words: Words,
) {
    if (file.words.isEmpty()) {
        if (file.pages > 0) part { Small(words("file.no.words")) }
        return
    }
    val shown = state.wordsShown || file.pages == 0
    if (file.pages > 0) {
        part { PlainButton(words(if (shown) "file.words.hide" else "file.words")) { on(FileEvent.ShowWords(!shown)) } }
    }
    if (shown) file.words.forEach { piece -> part { Body(piece) } }
}

@Composable
private fun InAnotherApp(
    asked: Elsewhere,
    file: FileUi,
    on: (FileEvent) -> Unit,
) {
    val words = LocalWords.current
    when {
        !file.safe -> {
            Small(words("file.elsewhere.harm"))
        }

        asked == Elsewhere.SURE -> {
            Warning(words("file.elsewhere.sure"))
            MainButton(words("file.elsewhere.do"), { on(FileEvent.OpenElsewhere) })
            PlainButton(words("cancel")) { on(FileEvent.AskElsewhere(false)) }
        }

        else -> {
            if (asked == Elsewhere.NO_APP) Said(words("file.elsewhere.none"), bad = true)
            SecondButton(words("file.elsewhere"), { on(FileEvent.AskElsewhere(true)) })
        }
    }
}

private val KINDS = setOf("pdf", "png", "jpg", "gif", "tif", "dcm", "txt", "html", "rtf", "xml")

private fun kindWords(
    kind: String,
    words: Words,
): String = if (kind in KINDS) words("file.kind.$kind") else words("file.kind.unknown")

private const val KILO = 1_000L
private const val MEGA = 1_000_000L

private fun sizeWords(
    bytes: Long,
    words: Words,
): String =
    when {
        bytes >= MEGA -> words("file.mb", (bytes + MEGA / 2) / MEGA)
        else -> words("file.kb", ((bytes + KILO / 2) / KILO).coerceAtLeast(1))
    }
