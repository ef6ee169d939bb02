package org.wellkept.ui.notes

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.model.Load

/** What the person wrote. `about`: only of this entry. */
@Immutable
data class NotesState(
    val about: String? = null,
    val load: Load<List<NoteUi>> = Load.Loading,
    val text: String = "",
    val editing: String? = null,
    val deleting: String? = null,
    val trouble: String? = null,
)

sealed interface NotesEvent {
    data class Text(
        val text: String,
    ) : NotesEvent

    data object Keep : NotesEvent

    data class Edit(
        val note: NoteUi?,
    ) : NotesEvent

    data class AskDelete(
        val id: String?,
    ) : NotesEvent

    data object Delete : NotesEvent

    data class Open(
        val route: Route,
    ) : NotesEvent

    data object Back : NotesEvent
}
