package org.wellkept.ui.portals

import androidx.compose.runtime.Immutable
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.RefusalUi

@Immutable
data class PortalsState(
    val load: Load<List<PortalUi>> = Load.Loading,
    val syncing: Boolean = false,
    val leaving: String? = null,
    val said: List<String> = emptyList(),
)

/** One portal: what it gave, what it refused, until when. */
@Immutable
data class PortalUi(
    val name: String,
    val address: String,
    val asOf: Long?,
    val connected: Long,
    val ends: Long? = null,
    val ended: Long? = null,
    val signInAgain: Boolean = false,
    val given: List<GivenUi> = emptyList(),
    val refused: List<RefusalUi> = emptyList(),
    val setAside: List<Pair<String, Long>> = emptyList(),
    val unfollowed: List<RefusalUi> = emptyList(),
)

/** A kind of data that was read. `count` is missing where the portal did not tell. */
@Immutable
data class GivenUi(
    val what: String,
    val count: Long?,
)

sealed interface PortalsEvent {
    data object Connect : PortalsEvent

    data object Sync : PortalsEvent

    data class AskLeave(
        val portal: String?,
    ) : PortalsEvent

    data class Leave(
        val portal: String,
    ) : PortalsEvent

    data object Back : PortalsEvent
}
