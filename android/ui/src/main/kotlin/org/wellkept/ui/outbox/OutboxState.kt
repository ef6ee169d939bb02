package org.wellkept.ui.outbox

import androidx.compose.runtime.Immutable
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.Load

@Immutable
data class OutboxState(
    val load: Load<List<ActUi>> = Load.Loading,
    val editing: Editing? = null,
    val sure: Sure? = null,
    val said: List<String> = emptyList(),
    val trouble: String? = null,
    val sending: Boolean = false,
    /** Nothing of it goes out while the app is closed. */
    val strict: Boolean = false,
    /** When it was looked at: how old an act is, is told from then. */
    val now: Long? = null,
)

/** An act whose words are being changed. */
@Immutable
data class Editing(
    val id: String,
    val text: String,
)

/** A choice that is asked about once more. */
@Immutable
data class Sure(
    val id: String,
    val choice: ActChoice,
)

sealed interface OutboxEvent {
    data class Choose(
        val act: ActUi,
        val choice: ActChoice,
    ) : OutboxEvent

    data object Confirm : OutboxEvent

    data object Cancel : OutboxEvent

    data class Text(
        val text: String,
    ) : OutboxEvent

    data object KeepText : OutboxEvent

    data class Copy(
        val act: ActUi,
    ) : OutboxEvent

    data object SendNow : OutboxEvent

    /** Another free time in place of one that was lost. */
    data class OtherTimes(
        val act: ActUi,
    ) : OutboxEvent

    data object Back : OutboxEvent
}
