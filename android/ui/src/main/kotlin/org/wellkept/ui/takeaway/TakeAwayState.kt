package org.wellkept.ui.takeaway

import androidx.compose.runtime.Immutable

/** Exporting the record, and erasing it. */
@Immutable
data class TakeAwayState(
    val step: TakeAwayStep = TakeAwayStep.Choose,
    val typed: String = "",
    val holder: String = "",
    val trouble: String? = null,
)

sealed interface TakeAwayStep {
    data object Choose : TakeAwayStep

    data class Writing(
        val doing: String,
        val done: Long,
        val all: Long,
    ) : TakeAwayStep

    data class Written(
        val where: String,
        val entries: Long,
        val files: Long,
        val notHeld: Long,
        val digest: String,
    ) : TakeAwayStep

    /** The holder's name is typed before anything is erased. */
    data object SureErase : TakeAwayStep

    data object Erasing : TakeAwayStep
}

sealed interface TakeAwayEvent {
    data object Export : TakeAwayEvent

    data object AskErase : TakeAwayEvent

    data class Typed(
        val text: String,
    ) : TakeAwayEvent

    data object Erase : TakeAwayEvent

    data object Cancel : TakeAwayEvent

    data object Back : TakeAwayEvent
}
