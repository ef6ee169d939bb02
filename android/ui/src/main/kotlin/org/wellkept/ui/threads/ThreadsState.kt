package org.wellkept.ui.threads

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.MessagingUi

@Immutable
data class ThreadsState(
    val load: Load<ThreadsUi> = Load.Loading,
)

@Immutable
data class ThreadsUi(
    val notices: List<String> = emptyList(),
    val waiting: List<ActUi> = emptyList(),
    val threads: List<ThreadLineUi> = emptyList(),
    val count: Long = 0,
    val unread: Long = 0,
    val messaging: List<MessagingUi> = emptyList(),
    val restsOn: List<BasisUi> = emptyList(),
    val lacks: List<String> = emptyList(),
)

/** One thread in the list. */
@Immutable
data class ThreadLineUi(
    val id: String,
    val subject: String,
    val with: List<String>,
    val portals: List<String>,
    val lastFrom: String?,
    val lastWhen: String?,
    val lastText: String?,
    val count: Long,
    val unread: Long,
    val withdrawn: Long = 0,
    val covered: Boolean = false,
    val lacksMessage: Boolean = false,
)

sealed interface ThreadsEvent {
    data class Open(
        val route: Route,
    ) : ThreadsEvent

    data object More : ThreadsEvent
}
