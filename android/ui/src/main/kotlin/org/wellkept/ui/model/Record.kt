package org.wellkept.ui.model

import androidx.compose.runtime.Immutable

/** Something that is being read, is there, or could not be read. */
sealed interface Load<out T> {
    data object Loading : Load<Nothing>

    data class Ready<T>(
        val value: T,
    ) : Load<T>

    /** The core's words for a person. */
    data class Failed(
        val why: String,
    ) : Load<Nothing>
}

fun <T> Load<T>.orNull(): T? = (this as? Load.Ready)?.value

/** The laboratory's own flag. `NOT_STATED` is never read as normal. */
enum class Flag { CRITICAL, OUTSIDE, INSIDE, NOT_STATED }

/** How an entry stands. */
sealed interface Standing {
    data object AsGiven : Standing

    data class Changed(
        val what: String?,
        val from: String?,
        val seen: Long,
    ) : Standing

    data class Withdrawn(
        val seen: Long,
    ) : Standing

    data object NotHeld : Standing

    data object Unreadable : Standing

    data object Removed : Standing
}

@Immutable
data class FieldUi(
    val label: String,
    val text: String,
)

@Immutable
data class TwinUi(
    val portal: String,
    val reference: String,
    val value: String?,
    val agrees: Boolean,
)

/** One entry of the record, as the core tells it. */
@Immutable
data class LineUi(
    val reference: String,
    val type: String,
    val title: String,
    val whenText: String? = null,
    val value: String? = null,
    val ranges: List<String> = emptyList(),
    val flag: Flag = Flag.NOT_STATED,
    val flagText: String? = null,
    val compared: String? = null,
    val standing: Standing = Standing.AsGiven,
    val notices: List<String> = emptyList(),
    val unread: Boolean = false,
    val changedSinceRead: Boolean = false,
    val notes: Long = 0,
    val portals: List<String> = emptyList(),
    val noLongerBy: List<String> = emptyList(),
    val twins: List<TwinUi> = emptyList(),
    val withheld: Boolean = false,
    val covered: String? = null,
    val fields: List<FieldUi> = emptyList(),
) {
    /** Only a result has a flag, and only of one is it said that there is none. */
    val isResult: Boolean get() = type == "Observation"
}

@Immutable
data class GroupUi(
    val heading: String,
    val note: String? = null,
    val lines: List<LineUi>,
)

@Immutable
data class RefusalUi(
    val what: String,
    val reason: String,
)

/** One portal's part in a view. */
@Immutable
data class BasisUi(
    val portal: String,
    val asOf: Long?,
    val refused: List<RefusalUi> = emptyList(),
    val trouble: String? = null,
)

/** One screen of the core: groups of lines, what they rest on, what is lacking. */
@Immutable
data class ScreenUi(
    val notices: List<String> = emptyList(),
    val groups: List<GroupUi> = emptyList(),
    val withoutFlag: Long = 0,
    val unread: Long = 0,
    val covered: Long = 0,
    val restsOn: List<BasisUi> = emptyList(),
    val lacks: List<String> = emptyList(),
    val leftOut: Long = 0,
    val more: Boolean = false,
)
