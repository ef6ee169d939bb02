package org.wellkept.ui.file

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.FileForOthers
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Pages
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.OpenedFileUi
import org.wellkept.ui.model.Load

/** Its bytes stay in memory, and are let go with the screen. */
class FileViewModel(
    private val route: Route.File,
    private val health: Health,
    private val go: Go,
    private val drawing: Drawing?,
    private val openElsewhere: suspend (FileForOthers) -> Boolean,
    scope: CoroutineScope,
) : ViewModel<FileState, FileEvent>(FileState(), scope) {
    private var file: OpenedFileUi? = null
    private var opened: Pages? = null
    private var drawn = emptyList<Int>()
    private val under = mutableMapOf<Int, Job>()

    init {
        scope.coroutineContext.job.invokeOnCompletion { opened?.close() }
        read(route.reveal)
    }

    override fun on(event: FileEvent) {
        when (event) {
            is FileEvent.Seen -> draw(event.page)
            is FileEvent.Zoom -> zoom(event.times)
            is FileEvent.ShowWords -> set { copy(wordsShown = event.shown) }
            FileEvent.Reveal -> read(reveal = true)
            FileEvent.Retry -> read(route.reveal)
            is FileEvent.AskElsewhere -> set { copy(elsewhere = if (event.asked) Elsewhere.SURE else Elsewhere.NOT_ASKED) }
            FileEvent.OpenElsewhere -> elsewhere()
            FileEvent.Back -> go.back()
        }
    }

    private fun read(reveal: Boolean) {
        set { copy(load = Load.Loading, covered = false) }
        attempt(::failed) {
            val given = health.openFile(route.reference, route.number, reveal)
            file = given
            opened?.close()
            opened = if (isDrawn(given)) drawing?.open(given.kind, given.bytes) else null
            val count = opened?.count ?: 0
            set { copy(load = Load.Ready(shown(given, count)), pages = emptyMap()) }
        }
    }

    private fun isDrawn(file: OpenedFileUi): Boolean =
        file.kind == "pdf" || (file.kind in PICTURES && Measure.of(file.kind, file.bytes)?.fits == true)

    private fun shown(
        file: OpenedFileUi,
        pages: Int,
    ) = FileUi(
        title = file.title,
        number = route.number,
        kind = file.kind,
        bytes = file.bytes.size.toLong(),
        pages = pages,
        words = pieces(file.text.orEmpty()),
        safe = file.safe,
        notice = file.notice,
    )

    /** Of the pages those are kept that were looked at last: pictures are large. */
    private fun draw(page: Int) {
        val open = opened ?: return
        if (page !in 0 until open.count) return
        drawn = (drawn - page + page).takeLast(KEPT)
        set { copy(pages = this.pages.filterKeys { it in drawn }) }
        (under.keys - drawn.toSet()).forEach { under.remove(it)?.cancel() }
        if (now.pages[page] is PageUi.Drawn || page in under) return
        set { copy(pages = this.pages + (page to PageUi.Drawing)) }
        under[page] = scope.launch {
            val picture = open.page(page, WIDTH * now.zoom.coerceAtMost(2))
            under.remove(page)
            set { copy(pages = this.pages + (page to (picture?.let(PageUi::Drawn) ?: PageUi.CannotBeDrawn))) }
        }
    }

    private fun zoom(times: Int) {
        set { copy(zoom = times.coerceIn(1, FileState.MOST_ZOOM), pages = emptyMap()) }
        under.values.forEach(Job::cancel)
        under.clear()
        drawn.forEach(::draw)
    }

    private fun elsewhere() {
        val file = file?.takeIf { it.safe } ?: return
        scope.launch {
            val opened = openElsewhere(FileForOthers(file.name, file.type, file.bytes))
            set { copy(elsewhere = if (opened) Elsewhere.NOT_ASKED else Elsewhere.NO_APP) }
        }
    }

    private fun failed(trouble: HealthTrouble) =
        set { copy(load = Load.Failed(trouble.words), covered = trouble.kind == HealthTrouble.Kind.COVERED) }

    private companion object {
        /** Pages that are held as pictures at once. */
        const val KEPT = 4

        /** Pixels of a page's width at its plain size. */
        const val WIDTH = 1_080
    }
}

private const val PIECE = 1_500

/** A long text in pieces, broken between lines where there are any: a screen draws only the pieces in view. */
internal fun pieces(text: String): List<String> {
    val pieces = mutableListOf<StringBuilder>()
    text.trim().lineSequence().flatMap { it.chunked(PIECE).ifEmpty { listOf("") } }.forEach { line ->
        val last = pieces.lastOrNull()
        if (last == null || last.length + line.length > PIECE) {
            pieces += StringBuilder(line)
        } else {
            last.append('\n').append(line)
        }
    }
    return pieces.map { it.toString().trim('\n') }.filter { it.isNotBlank() }
}
