package org.wellkept.ui.search

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load

/** `load` is `null` before anything was asked for. */
@Immutable
data class SearchState(
    val query: String = "",
    val load: Load<SearchUi>? = null,
)

@Immutable
data class SearchUi(
    val hits: List<HitUi> = emptyList(),
    val restsOn: List<BasisUi> = emptyList(),
)

/** One hit. `snippet` is cut where matches begin and end: every second piece is a match. */
@Immutable
data class HitUi(
    val title: String,
    val snippet: List<String>,
    val line: LineUi? = null,
    val file: String? = null,
    val about: List<String> = emptyList(),
)

sealed interface SearchEvent {
    data class Query(
        val words: String,
    ) : SearchEvent

    data class Open(
        val route: Route,
    ) : SearchEvent

    data object Back : SearchEvent
}
