package org.wellkept.ui.list

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ScreenUi

/** One list of the record. `revealed`: what the person covered is shown, in this view alone. */
@Immutable
data class ListState(
    val kind: ListKind,
    val load: Load<ScreenUi> = Load.Loading,
    val onlyUnread: Boolean = false,
    val onlyOutside: Boolean = false,
    val revealed: Boolean = false,
    val loadingMore: Boolean = false,
)

sealed interface ListEvent {
    data class Open(
        val reference: String,
    ) : ListEvent

    data class OnlyUnread(
        val on: Boolean,
    ) : ListEvent

    data class OnlyOutside(
        val on: Boolean,
    ) : ListEvent

    data object Reveal : ListEvent

    data object More : ListEvent

    data object MarkRead : ListEvent

    data object Retry : ListEvent

    data object Back : ListEvent
}
