package org.wellkept.ui.appointments

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.AppointmentGroupUi
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.Load

@Immutable
data class AppointmentsState(
    val load: Load<AppointmentsUi> = Load.Loading,
    val revealed: Boolean = false,
)

@Immutable
data class AppointmentsUi(
    val notices: List<String> = emptyList(),
    val groups: List<AppointmentGroupUi> = emptyList(),
    val covered: Long = 0,
    val leftOut: Long = 0,
    val restsOn: List<BasisUi> = emptyList(),
    val lacks: List<String> = emptyList(),
)

sealed interface AppointmentsEvent {
    data class Open(
        val route: Route,
    ) : AppointmentsEvent

    data object Reveal : AppointmentsEvent
}
