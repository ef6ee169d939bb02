package org.wellkept.ui.entry

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.orNull
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.LineWords
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.field
import org.wellkept.ui.words.kind
import org.wellkept.ui.words.title

@Composable
fun EntryScreen(
    state: EntryState,
    on: (EntryEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words.kind(typeOf(state)), back = { on(EntryEvent.Back) }) {
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) { on(EntryEvent.Retry) } }
            is Load.Ready -> whole(state, load.value, on, words)
        }
    }
}

/** The entry's type: by its name as long as it is not read. */
private fun typeOf(state: EntryState): String =
    state.load
        .orNull()
        ?.line
        ?.type ?: state.reference
        .substringAfter('|')
        .substringBefore('|')
        .substringBefore('/')

private fun LazyListScope.whole(
    state: EntryState,
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) {
    part {
        if (entry.line.flag == Flag.CRITICAL || entry.results.any(::isCritical)) Warning(words("critical.held"))
        Panel { LineWords(entry.line) }
        state.said.forEach { Said(words.core(it)) }
        state.trouble?.let { Said(words.core(it), bad = true) }
    }
    if (entry.line.covered != null) {
        return part { SecondButton(words("entry.reveal"), { on(EntryEvent.Reveal) }) }
    }
    results(entry, on, words)
    history(entry, words)
    fields(entry, words)
    files(entry, on, words)
    relied(entry, on, words)
    notes(state, entry, on, words)
    acts(state, entry, on, words)
}

/** What a report holds, each leading to its own page. */
private fun LazyListScope.results(
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) {
    if (entry.results.isEmpty()) return
    part {
        Heading(words("entry.results"))
        ResultTable(entry.results, entry.line.whenText) { on(EntryEvent.Open(Route.Entry(it))) }
        if (entry.resultsLeftOut > 0) Small(words.count("entry.results.more", entry.resultsLeftOut))
    }
}

private fun LazyListScope.history(
    entry: EntryUi,
    words: Words,
) {
    if (entry.history.size < 2) return
    part {
        Heading(words("entry.history"))
        HistoryTable(entry.history)
    }
}

private fun LazyListScope.fields(
    entry: EntryUi,
    words: Words,
) {
    if (entry.line.fields.isNotEmpty()) {
        part {
            Heading(words("entry.fields"))
            FieldTable(entry.line.fields.map { words.core(it.label) to words.field(it.label, it.text) })
        }
    }
    if (entry.everything.isNotEmpty()) part { Everything(entry.everything) }
}

/** Files that nobody gives: there is nothing to open. */
private val CANNOT_OPEN = setOf(FileStanding.ELSEWHERE, FileStanding.TOO_LARGE)

private fun LazyListScope.files(
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) {
    if (entry.files.isEmpty()) return
    part {
        Heading(words("entry.files"))
        entry.files.forEach { file ->
            val title = file.title ?: words("file.unnamed", file.number)
            val state = words("file.${file.state}", file.detail?.let(words::core).orEmpty())
            if (file.state in CANNOT_OPEN) {
                Body(title)
                Small(state)
            } else {
                WayRow(title, { on(EntryEvent.OpenFile(file.number)) }, note = state)
            }
        }
    }
}

private fun LazyListScope.relied(
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) {
    if (entry.referredToBy.isEmpty()) return
    part {
        Heading(words("entry.referred"))
        entry.referredToBy.forEach { (reference, title) ->
            WayRow(words.title(title), { on(EntryEvent.Open(Route.Entry(reference))) })
        }
    }
}

private fun LazyListScope.notes(
    state: EntryState,
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("notes.title"))
    entry.notes.forEach { note -> NoteWords(note) }
    Field(words("notes.new"), state.note, { on(EntryEvent.Note(it)) }, lines = 2)
    SecondButton(words("notes.keep"), { on(EntryEvent.KeepNote) }, enabled = state.note.isNotBlank())
}

private fun LazyListScope.acts(
    state: EntryState,
    entry: EntryUi,
    on: (EntryEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("entry.do"))
    if (state.asking != null) {
        Panel {
            Body(words("ask.${state.asking}"))
            if (state.asking == Asking.CORRECTION) Small(words("ask.not.urgent"))
            Field(words("ask.words"), state.words, { on(EntryEvent.AskWords(it)) }, lines = 3)
            MainButton(words("ask.send"), { on(EntryEvent.SendAsk) }, enabled = state.asking == Asking.REFILL || state.words.isNotBlank())
            PlainButton(words("cancel"), { on(EntryEvent.Ask(null)) })
        }
        return@part
    }
    if (entry.canRefill) SecondButton(words("ask.REFILL"), { on(EntryEvent.Ask(Asking.REFILL)) })
    SecondButton(words("ask.CORRECTION"), { on(EntryEvent.Ask(Asking.CORRECTION)) })
    if (!state.revealed) SecondButton(words("entry.hide"), { on(EntryEvent.Hide) }) else Note(words("entry.revealed"))
}
