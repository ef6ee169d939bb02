package org.wellkept.ui.notes

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.map
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

class NotesViewModel(
    about: String?,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<NotesState, NotesEvent>(NotesState(about), scope) {
    init {
        val notes = health.notes().map { notes -> if (about == null) notes else notes.filter { about in it.about } }
        follow(notes) { set { copy(load = it) } }
    }

    override fun on(event: NotesEvent) {
        when (event) {
            is NotesEvent.Text -> set { copy(text = event.text) }
            NotesEvent.Keep -> keep()
            is NotesEvent.Edit -> edit(event.note)
            is NotesEvent.AskDelete -> set { copy(deleting = event.id) }
            NotesEvent.Delete -> delete()
            is NotesEvent.Open -> go.to(event.route)
            NotesEvent.Back -> go.back()
        }
    }

    private fun edit(note: NoteUi?) =
        set {
            copy(
                editing = note?.id,
                text = note
                    ?.versions
                    ?.filterNotNull()
                    ?.joinToString("\n")
                    .orEmpty(),
            )
        }

    private fun keep() =
        attempt(::failed) {
            val editing = now.editing
            if (editing == null) health.writeNote(now.text, now.about) else health.editNote(editing, now.text)
            set { copy(text = "", editing = null, trouble = null) }
        }

    private fun delete() {
        val id = now.deleting ?: return
        attempt(::failed) {
            health.deleteNote(id)
            set { copy(deleting = null, trouble = null) }
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }
}
