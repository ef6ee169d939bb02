package org.wellkept.ui.compose

import androidx.compose.runtime.Immutable
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.KeptFile
import org.wellkept.ui.model.RecipientUi

/** A new message. What is written is kept by the core with every letter: no kill loses it. */
@Immutable
data class ComposeState(
    val portals: List<String> = emptyList(),
    val portal: String? = null,
    val recipients: List<RecipientUi> = emptyList(),
    val to: Set<String> = emptySet(),
    val subject: String = "",
    val text: String = "",
    val files: FilesUi = FilesUi(),
    val ready: Boolean = false,
    val saved: Boolean = false,
    val sending: Boolean = false,
    val lacks: List<String> = emptyList(),
    val trouble: String? = null,
) {
    val canSend: Boolean get() = ready && !sending && !files.choosing && portal != null && to.isNotEmpty() && text.isNotBlank()
}

sealed interface ComposeEvent {
    data class Portal(
        val name: String,
    ) : ComposeEvent

    data class To(
        val reference: String,
        val on: Boolean,
    ) : ComposeEvent

    data class Subject(
        val text: String,
    ) : ComposeEvent

    data class Text(
        val text: String,
    ) : ComposeEvent

    data object AddFile : ComposeEvent

    data class RemoveFile(
        val file: KeptFile,
    ) : ComposeEvent

    data object Send : ComposeEvent

    data object Discard : ComposeEvent

    data object Back : ComposeEvent
}
