package org.wellkept.ui.booking

import androidx.compose.runtime.Immutable

/** Finding a time and taking it. Only a time that the person saw is ever booked. */
@Immutable
data class BookingState(
    val portals: List<String> = emptyList(),
    val portal: String? = null,
    val moving: Boolean = false,
    val step: BookingStep = BookingStep.Portal,
    val reason: String = "",
    val from: String = "",
    val until: String = "",
    val trouble: String? = null,
)

sealed interface BookingStep {
    data object Portal : BookingStep

    data object Looking : BookingStep

    data class Times(
        val times: List<TimeUi>,
        val notices: List<String>,
        val mayAsk: Boolean,
        val seen: Long,
    ) : BookingStep

    data class Confirm(
        val time: TimeUi,
    ) : BookingStep

    /** The clinic chooses the time: the person says which days suit. */
    data object Ask : BookingStep

    data class Queued(
        val advice: List<String>,
    ) : BookingStep
}

/** A free time, as the portal showed it. */
@Immutable
data class TimeUi(
    val number: Int,
    val words: String,
    val shown: List<String> = emptyList(),
)

sealed interface BookingEvent {
    data class Portal(
        val name: String,
    ) : BookingEvent

    data object Find : BookingEvent

    data class Choose(
        val time: TimeUi,
    ) : BookingEvent

    data class Reason(
        val text: String,
    ) : BookingEvent

    data class From(
        val text: String,
    ) : BookingEvent

    data class Until(
        val text: String,
    ) : BookingEvent

    data object Book : BookingEvent

    data object AskInstead : BookingEvent

    data object SendAsk : BookingEvent

    data object Again : BookingEvent

    data object Done : BookingEvent

    data object Back : BookingEvent
}
