package org.wellkept.ui.entry

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.model.Load
import org.wellkept.ui.notes.EDITING
import org.wellkept.ui.notes.TEXT
import org.wellkept.ui.notes.placeOfNote
import org.wellkept.ui.words.Words

class EntryViewModel(
    reference: String,
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    scope: CoroutineScope,
) : ViewModel<EntryState, EntryEvent>(EntryState(reference), scope) {
    private val drafts = Drafts(health, placeOfNote(reference), scope) { trouble -> trouble?.let(::failed) }
    private val asks = Drafts(health, "ask $reference", scope) { trouble -> trouble?.let(::failed) }
    private var following: Job? = null
    private var freshness: Pair<Boolean, Boolean>? = null

    init {
        read()
        attempt(::failed) {
            val found = drafts
                .found()
                ?.takeIf { it[EDITING].isNullOrEmpty() }
                ?.get(TEXT)
                .orEmpty()
            set { if (note.isEmpty()) copy(note = found) else this }
            asks.found()?.let { set { takenAsk(it[ASKING], it[TEXT].orEmpty()) } }
        }
    }

    override fun on(event: EntryEvent) {
        when (event) {
            EntryEvent.Back -> {
                go.back()
            }

            EntryEvent.Retry -> {
                read()
            }

            EntryEvent.Reveal -> {
                set { copy(revealed = true) }
                read()
            }

            EntryEvent.Hide -> {
                hide()
            }

            is EntryEvent.Note -> {
                set { copy(note = event.text) }
                drafts.keep(mapOf(TEXT to event.text))
            }

            EntryEvent.KeepNote -> {
                keepNote()
            }

            is EntryEvent.Ask -> {
                set { copy(asking = event.what, words = "", trouble = null) }
                attempt(::failed) { asks.drop() }
            }

            is EntryEvent.AskWords -> {
                set { copy(words = event.text) }
                asks.keep(mapOf(ASKING to now.asking?.name.orEmpty(), TEXT to event.text))
            }

            EntryEvent.SendAsk -> {
                ask()
            }

            is EntryEvent.OpenFile -> {
                go.to(Route.File(now.reference, event.number, now.revealed))
            }

            is EntryEvent.Open -> {
                go.to(event.route)
            }
        }
    }

    private fun read() {
        following?.cancel()
        following = follow(health.entry(now.reference, now.revealed)) { load ->
            set { copy(load = if (load is Load.Ready) Load.Ready(asFirstSeen(load.value)) else load) }
            (load as? Load.Ready)?.let { markRead(it.value) }
        }
    }

    /** That it was new, or had changed, stays to be seen while one looks at it. */
    private fun asFirstSeen(entry: EntryUi): EntryUi {
        val (unread, changed) = freshness ?: (entry.line.unread to entry.line.changedSinceRead).also { freshness = it }
        return entry.copy(line = entry.line.copy(unread = unread, changedSinceRead = changed))
    }

    private fun markRead(entry: EntryUi) {
        val fresh = entry.line.unread || entry.line.changedSinceRead
        if (fresh && entry.line.covered == null && !now.revealed) attempt(::failed) { health.markRead(listOf(now.reference)) }
    }

    private fun hide() =
        attempt(::failed) {
            health.hide(HiddenKind.ENTRY, now.reference)
            set { copy(said = listOf(words()("entry.hidden"))) }
        }

    private fun keepNote() =
        attempt(::failed) {
            health.writeNote(now.note, now.reference)
            set { copy(note = "", trouble = null) }
            drafts.drop()
        }

    private fun ask() {
        val asking = now.asking ?: return
        attempt(::failed) {
            val said = when (asking) {
                Asking.REFILL -> health.askForRefill(now.reference, now.words.ifBlank { null })
                Asking.CORRECTION -> health.askForCorrection(now.reference, now.words)
            }
            set { copy(asking = null, words = "", said = said, trouble = null) }
            asks.drop()
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }

    private companion object {
        const val ASKING = "asking"
    }
}

private fun EntryState.takenAsk(
    what: String?,
    text: String,
): EntryState = if (asking == null && text.isNotEmpty()) copy(asking = Asking.entries.find { it.name == what }, words = text) else this
