package org.wellkept.ui.home

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load

@Immutable
data class HomeState(
    val holder: String,
    val load: Load<HomeUi> = Load.Loading,
    val syncing: Boolean = false,
    val said: List<String> = emptyList(),
)

/** What is new, what changed, what is coming, what waits. */
@Immutable
data class HomeUi(
    val fresh: List<LineUi> = emptyList(),
    val changed: List<LineUi> = emptyList(),
    val unread: Long = 0,
    val unreadMessages: Long = 0,
    val upcoming: List<AppointmentUi> = emptyList(),
    val needsYou: Int = 0,
    val waiting: Int = 0,
    val restsOn: List<BasisUi> = emptyList(),
    val lacks: List<String> = emptyList(),
)

sealed interface HomeEvent {
    data object Sync : HomeEvent

    data object Lock : HomeEvent

    data class Open(
        val route: Route,
    ) : HomeEvent
}
