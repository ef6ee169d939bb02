package org.wellkept.ui.notes

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.Route
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.entry.NoteWords
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.GraveButton
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun NotesScreen(
    state: NotesState,
    on: (NotesEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("notes.title"), back = { on(NotesEvent.Back) }) {
        part {
            Small(words("notes.what"))
            state.trouble?.let { Failure(it) }
            Field(words(if (state.editing == null) "notes.new" else "notes.edit"), state.text, { on(NotesEvent.Text(it)) }, lines = 3)
            MainButton(words("notes.keep"), { on(NotesEvent.Keep) }, enabled = state.text.isNotBlank())
            if (state.editing != null) PlainButton(words("cancel")) { on(NotesEvent.Edit(null)) }
        }
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> notes(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.notes(
    state: NotesState,
    notes: List<NoteUi>,
    on: (NotesEvent) -> Unit,
    words: Words,
) {
    if (notes.isEmpty()) part { Body(words("notes.empty")) }
    notes.forEach { note ->
        part(note.id) {
            NoteWords(note)
            note.about.firstOrNull()?.let { about -> PlainButton(words("notes.about")) { on(NotesEvent.Open(Route.Entry(about))) } }
            if (state.deleting == note.id) {
                Warning(words("notes.delete.sure"))
                GraveButton(words("notes.delete"), { on(NotesEvent.Delete) })
                PlainButton(words("cancel")) { on(NotesEvent.AskDelete(null)) }
            } else if (!note.covered) {
                PlainButton(words("notes.edit")) { on(NotesEvent.Edit(note)) }
                PlainButton(words("notes.delete")) { on(NotesEvent.AskDelete(note.id)) }
            }
        }
    }
}
