package org.wellkept.ui.notes

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.map
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

class NotesViewModel(
    about: String?,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<NotesState, NotesEvent>(NotesState(about), scope) {
    private val drafts = Drafts(health, placeOfNote(about), scope) { trouble -> trouble?.let(::failed) }

    init {
        attempt(::failed) {
            val found = drafts.found() ?: return@attempt
            set { if (text.isEmpty()) copy(text = found[TEXT].orEmpty(), editing = found[EDITING]?.ifEmpty { null }) else this }
        }
        val notes = health.notes().map { notes -> if (about == null) notes else notes.filter { about in it.about } }
        follow(notes) { set { copy(load = it) } }
    }

    override fun on(event: NotesEvent) {
        when (event) {
            is NotesEvent.Text -> write(event.text)
            NotesEvent.Keep -> keep()
            is NotesEvent.Edit -> edit(event.note)
            is NotesEvent.AskDelete -> set { copy(deleting = event.id) }
            NotesEvent.Delete -> delete()
            is NotesEvent.Open -> go.to(event.route)
            NotesEvent.Back -> go.back()
        }
    }

    /** Every letter is kept by the core, so that no end of the process loses it. */
    private fun write(text: String) {
        set { copy(text = text) }
        drafts.keep(mapOf(TEXT to text, EDITING to now.editing.orEmpty()))
    }

    private fun edit(note: NoteUi?) {
        if (note == null) attempt(::failed) { drafts.drop() }
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
    }

    private fun keep() =
        attempt(::failed) {
            val editing = now.editing
            if (editing == null) health.writeNote(now.text, now.about) else health.editNote(editing, now.text)
            set { copy(text = "", editing = null, trouble = null) }
            drafts.drop()
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

/** The fields of a note that is being written. */
internal const val TEXT = "text"
internal const val EDITING = "editing"

/** Where a note that is being written is kept: the same for the entry's own screen and for the notes about it. */
internal fun placeOfNote(about: String?): String = "note ${about.orEmpty()}"
