package org.wellkept.ui.model

import androidx.compose.runtime.Immutable

/** When something begins and ends, in the core's words. */
@Immutable
data class WhenUi(
    val text: String,
    val unclear: String? = null,
    val warning: String? = null,
)

@Immutable
data class BeforeUi(
    val state: String?,
    val whenText: String?,
)

@Immutable
data class AppointmentUi(
    val line: LineUi,
    val state: String? = null,
    val at: WhenUi? = null,
    val whyCancelled: String? = null,
    val before: BeforeUi? = null,
    val places: List<String> = emptyList(),
    val with: List<String> = emptyList(),
    val held: HeldUi? = null,
)

/** The portal keeps the time and has not booked it: until when, where it said so. */
@Immutable
data class HeldUi(
    val until: Long?,
)

@Immutable
data class AppointmentGroupUi(
    val heading: String,
    val note: String? = null,
    val appointments: List<AppointmentUi>,
)

/** How an act stands. */
enum class ActStanding {
    QUEUED,
    BY_HAND,
    ATTEMPTING,
    SENT,
    DELIVERED,
    ANSWERED,
    UNSURE,
    FAILED,
    REQUESTED,
    HELD,
    BOOKED,
    CHANGED,
    CANCELLED,
    REFUSED,
    DONE_BY_HAND,
}

/** What a person may do about an act. */
enum class ActChoice { RETRY, EDIT, DELETE, DONE_BY_HAND }

/** Something to be done at a portal. */
@Immutable
data class ActUi(
    val id: String,
    val title: String,
    val portal: String,
    val standing: ActStanding,
    val reason: String? = null,
    val to: List<String> = emptyList(),
    val subject: String? = null,
    val text: String? = null,
    val files: List<String> = emptyList(),
    val whenText: String? = null,
    val composed: Long = 0,
    val advice: List<String> = emptyList(),
    val trouble: String? = null,
    val tries: Int = 0,
    val nextTry: Long? = null,
    val heldUntil: Long? = null,
    val may: List<ActChoice> = emptyList(),
    val since: Long = composed,
    /** It takes a free time, or moves `moves` to one. */
    val takesTime: Boolean = false,
    val moves: String? = null,
) {
    /** The time went to somebody else: there may be others. */
    val lostTime: Boolean
        get() = takesTime && standing in setOf(ActStanding.FAILED, ActStanding.REFUSED)

    val needsPerson: Boolean
        get() = standing in setOf(ActStanding.UNSURE, ActStanding.FAILED, ActStanding.REFUSED, ActStanding.BY_HAND)

    val waits: Boolean
        get() = standing in setOf(ActStanding.QUEUED, ActStanding.HELD, ActStanding.ATTEMPTING)
}
