package org.wellkept.ui.booking

import androidx.compose.runtime.Immutable
import org.wellkept.ui.model.RecipientUi

/**
 * Finding a time and taking it. Only a time that the person saw is ever booked. What is looked for is kept by the core with every
 * letter; times that were seen are not: after the end of the process they are looked for anew.
 */
@Immutable
data class BookingState(
    val portals: List<String> = emptyList(),
    val portal: String? = null,
    val moving: Boolean = false,
    val step: BookingStep = BookingStep.Portal,
    val reason: String = "",
    val from: String = "",
    val until: String = "",
    val service: String = "",
    /** Those at the portal whom an appointment can be with. */
    val people: List<RecipientUi> = emptyList(),
    val allPeople: Boolean = false,
    val with: String? = null,
    val at: WhereUi? = null,
    val saved: Boolean = false,
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
        val places: List<WhereUi> = emptyList(),
        val more: Boolean = false,
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
    /** Its day alone, in the core's words. */
    val day: String? = null,
)

/** A place with free times. */
@Immutable
data class WhereUi(
    val reference: String,
    val name: String,
)

sealed interface BookingEvent {
    data class Portal(
        val name: String,
    ) : BookingEvent

    /** Nobody in particular without a reference. */
    data class With(
        val reference: String?,
    ) : BookingEvent

    data object AllPeople : BookingEvent

    data class Service(
        val text: String,
    ) : BookingEvent

    data object Find : BookingEvent

    /** Only at this place; anywhere without one. */
    data class At(
        val place: WhereUi?,
    ) : BookingEvent

    data object More : BookingEvent

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

    /** Back to the times that were seen, or to the beginning where none were. */
    data object Again : BookingEvent

    /** To what is looked for. */
    data object Change : BookingEvent

    data object Discard : BookingEvent

    data object Done : BookingEvent

    data object Back : BookingEvent
}
