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
    val said: List<String> = emptyList(),
    val trouble: String? = null,
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

    /** All that are to come, as one calendar file. */
    data object Calendar : AppointmentsEvent

    data object Reveal : AppointmentsEvent
}
