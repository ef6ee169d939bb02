package org.wellkept.ui.day

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load

/** One appointment, for its day, without a network. */
@Immutable
data class DayState(
    val reference: String,
    val load: Load<DayUi> = Load.Loading,
    val revealed: Boolean = false,
    val cancelling: Boolean = false,
    val reason: String = "",
    val said: List<String> = emptyList(),
    val trouble: String? = null,
)

@Immutable
data class DayUi(
    val appointment: AppointmentUi,
    val portal: String?,
    val notices: List<String> = emptyList(),
    val places: List<PlaceUi> = emptyList(),
    val preparation: List<Pair<String, String>> = emptyList(),
    val linked: List<LinkedUi> = emptyList(),
    val coverage: List<LineUi> = emptyList(),
    val notHeld: List<String> = emptyList(),
    val restsOn: List<BasisUi> = emptyList(),
    val canChange: Boolean = false,
)

@Immutable
data class PlaceUi(
    val name: String,
    val addresses: List<String> = emptyList(),
    val contacts: List<String> = emptyList(),
    val about: List<String> = emptyList(),
)

@Immutable
data class LinkedUi(
    val reference: String,
    val title: String,
    val held: Boolean,
)

sealed interface DayEvent {
    data object Calendar : DayEvent

    data object Move : DayEvent

    data class AskCancel(
        val on: Boolean,
    ) : DayEvent

    data class Reason(
        val text: String,
    ) : DayEvent

    data object Cancel : DayEvent

    data object Reveal : DayEvent

    data class Open(
        val route: Route,
    ) : DayEvent

    data object Back : DayEvent
}
