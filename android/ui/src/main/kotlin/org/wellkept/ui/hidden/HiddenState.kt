package org.wellkept.ui.hidden

import androidx.compose.runtime.Immutable
import org.wellkept.ui.model.Load

/** What the person wants to wait behind a tap on their own screens. */
@Immutable
data class HiddenState(
    val load: Load<List<HiddenUi>> = Load.Loading,
    val trouble: String? = null,
) {
    companion object {
        /** Kinds of care that can be hidden, as the core names them. */
        val CARE = listOf("reproductive", "mental", "substance", "hiv", "sti", "genetic", "violence", "gender", "other")
    }
}

enum class HiddenKind { CATEGORY, SECTION, ENTRY }

@Immutable
data class HiddenUi(
    val kind: HiddenKind,
    val name: String,
    val words: String,
    val since: Long,
)

sealed interface HiddenEvent {
    data class HideCare(
        val name: String,
    ) : HiddenEvent

    data class Reveal(
        val one: HiddenUi,
    ) : HiddenEvent

    data object RevealAll : HiddenEvent

    data object Back : HiddenEvent
}
