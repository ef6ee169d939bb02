package org.wellkept.ui.file

import androidx.compose.runtime.Immutable
import androidx.compose.ui.graphics.ImageBitmap
import org.wellkept.ui.model.Load

/** One file of an entry: its pages as pictures where they can be drawn, its words where it has some. */
@Immutable
data class FileState(
    val load: Load<FileUi> = Load.Loading,
    val covered: Boolean = false,
    val pages: Map<Int, PageUi> = emptyMap(),
    val zoom: Int = 1,
    val wordsShown: Boolean = false,
    val elsewhere: Elsewhere = Elsewhere.NOT_ASKED,
) {
    companion object {
        const val MOST_ZOOM = 3
    }
}

@Immutable
data class FileUi(
    val title: String?,
    val number: Int,
    /** What it is by its content: `pdf`, `png`, `txt` ... */
    val kind: String,
    val bytes: Long,
    /** Pages that are drawn here: 0 where none can be. */
    val pages: Int = 0,
    /** Its words, in pieces of a few lines. */
    val words: List<String> = emptyList(),
    /** Whether it does no harm in another app. */
    val safe: Boolean = false,
    /** What does not fit what the portal said of it. */
    val notice: String? = null,
)

sealed interface PageUi {
    data object Drawing : PageUi

    class Drawn(
        val picture: ImageBitmap,
    ) : PageUi

    data object CannotBeDrawn : PageUi
}

/** Whether it is opened in another app. */
enum class Elsewhere { NOT_ASKED, SURE, NO_APP }

sealed interface FileEvent {
    /** The page, from 0, came into view. */
    data class Seen(
        val page: Int,
    ) : FileEvent

    data class Zoom(
        val times: Int,
    ) : FileEvent

    data class ShowWords(
        val shown: Boolean,
    ) : FileEvent

    data object Reveal : FileEvent

    data object Retry : FileEvent

    data class AskElsewhere(
        val asked: Boolean,
    ) : FileEvent

    data object OpenElsewhere : FileEvent

    data object Back : FileEvent
}
