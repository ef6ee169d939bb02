package org.wellkept.ui.thread

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.KeptFile
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.MessagingUi
import org.wellkept.ui.model.ThreadPartUi

/** One thread and the answer that is being written. */
@Immutable
data class ThreadState(
    val id: String,
    val load: Load<ThreadUi> = Load.Loading,
    val revealed: Boolean = false,
    val answer: String = "",
    val files: FilesUi = FilesUi(),
    val saved: Boolean = false,
    val sending: Boolean = false,
    val said: List<String> = emptyList(),
    val trouble: String? = null,
    val now: Long? = null,
) {
    val canSend: Boolean get() = answer.isNotBlank() && !sending && !files.choosing
}

@Immutable
data class ThreadUi(
    val subject: String,
    val notices: List<String> = emptyList(),
    val head: LineUi? = null,
    val parts: List<ThreadPartUi> = emptyList(),
    val leftOut: Long = 0,
    val messaging: List<MessagingUi> = emptyList(),
    val restsOn: List<BasisUi> = emptyList(),
    val lacks: List<String> = emptyList(),
    val answers: String? = null,
    val portal: String? = null,
)

sealed interface ThreadEvent {
    data class Answer(
        val text: String,
    ) : ThreadEvent

    data object AddFile : ThreadEvent

    data class RemoveFile(
        val file: KeptFile,
    ) : ThreadEvent

    data object Send : ThreadEvent

    data object Reveal : ThreadEvent

    data class Open(
        val route: Route,
    ) : ThreadEvent

    data object Back : ThreadEvent
}
