package org.wellkept.ui.record

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Route

/** The ways into the record. `unread` is missing where it is not known yet. */
@Immutable
data class RecordState(
    val unread: Map<ListKind, Long> = emptyMap(),
    val why: String? = null,
)

sealed interface RecordEvent {
    data class Open(
        val route: Route,
    ) : RecordEvent
}
