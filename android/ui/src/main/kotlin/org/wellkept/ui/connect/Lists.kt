package org.wellkept.ui.connect

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.ListTakenUi

/** The most bytes of a published list, as the core takes it. */
const val LARGEST_LIST = 64 * 1024 * 1024

/** Taking a list of portals in. */
@Immutable
sealed interface ListStep {
    data object Shut : ListStep

    data class Open(
        val taken: ListTakenUi? = null,
        val trouble: ListTrouble? = null,
    ) : ListStep

    /** `all` is missing where nobody says how much there is. */
    data class Reading(
        val done: Long = 0,
        val all: Long? = null,
    ) : ListStep
}

/** Why no list was taken in. The one that is kept stays. */
sealed interface ListTrouble {
    /** In the core's words. */
    data class Said(
        val words: String,
    ) : ListTrouble

    data class Moved(
        val to: String,
    ) : ListTrouble

    data class Refused(
        val status: Int,
    ) : ListTrouble

    data object NotSecure : ListTrouble

    data object TooLarge : ListTrouble

    data object NotReached : ListTrouble

    data object Unreadable : ListTrouble
}

/** Where lists come from, and who takes them in. */
class ListSource(
    val choose: suspend () -> FileChoice,
    val fetch: suspend (address: String, step: (Long, Long?) -> Unit) -> Downloaded,
) {
    suspend fun picked(take: suspend (ByteArray) -> ListTakenUi): ListStep =
        when (val choice = choose()) {
            FileChoice.None -> ListStep.Open()
            is FileChoice.TooLarge -> ListStep.Open(trouble = ListTrouble.TooLarge)
            is FileChoice.Unreadable, FileChoice.Cannot -> ListStep.Open(trouble = ListTrouble.Unreadable)
            is FileChoice.Chosen -> taken(choice.bytes, take)
        }

    suspend fun fetched(
        address: String,
        step: (Long, Long?) -> Unit,
        take: suspend (ByteArray) -> ListTakenUi,
    ): ListStep =
        when (val came = fetch(address, step)) {
            is Downloaded.Whole -> taken(came.bytes, take)
            is Downloaded.Moved -> ListStep.Open(trouble = ListTrouble.Moved(came.to))
            is Downloaded.Refused -> ListStep.Open(trouble = ListTrouble.Refused(came.status))
            Downloaded.NotSecure -> ListStep.Open(trouble = ListTrouble.NotSecure)
            Downloaded.TooLarge -> ListStep.Open(trouble = ListTrouble.TooLarge)
            Downloaded.NotReached -> ListStep.Open(trouble = ListTrouble.NotReached)
        }

    private suspend fun taken(
        bytes: ByteArray,
        take: suspend (ByteArray) -> ListTakenUi,
    ): ListStep =
        try {
            ListStep.Open(taken = take(bytes))
        } catch (trouble: HealthTrouble) {
            ListStep.Open(trouble = ListTrouble.Said(trouble.words))
        }
}
