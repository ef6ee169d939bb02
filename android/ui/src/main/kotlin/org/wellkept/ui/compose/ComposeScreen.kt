package org.wellkept.ui.compose

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.ChoiceRow
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.FilesPart
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.ToggleRow
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun ComposeScreen(
    state: ComposeState,
    on: (ComposeEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("threads.new"), back = { on(ComposeEvent.Back) }) {
        part { Warning(words("compose.not.urgent")) }
        if (!state.ready) {
            part { Busy() }
        } else if (state.portals.isEmpty()) {
            part { Body(words("compose.no.portal")) }
        } else {
            whom(state, on, words)
            what(state, on, words)
        }
        state.trouble?.let { part { Failure(it) } }
    }
}

private fun LazyListScope.whom(
    state: ComposeState,
    on: (ComposeEvent) -> Unit,
    words: Words,
) {
    part {
        Heading(words("compose.portal"))
        state.portals.forEach { name -> ChoiceRow(name, name == state.portal, { on(ComposeEvent.Portal(name)) }) }
    }
    if (state.portal == null) return
    part {
        Heading(words("compose.to"))
        if (state.recipients.isEmpty()) Body(words("compose.nobody", state.portal))
        state.recipients.forEach { who ->
            ToggleRow(who.name, who.reference in state.to, { on(ComposeEvent.To(who.reference, it)) }, note = whoWords(who, words))
        }
        state.lacks.forEach { Note(words.core(it)) }
    }
}

private fun whoWords(
    who: RecipientUi,
    words: Words,
): String? {
    val team = if (who.inCareTeam) listOf(words("compose.care.team")) else emptyList()
    return (team + who.roles + who.doubts.map(words::core)).joinToString(" · ").ifEmpty { null }
}

private fun LazyListScope.what(
    state: ComposeState,
    on: (ComposeEvent) -> Unit,
    words: Words,
) = part {
    Field(words("compose.subject"), state.subject, { on(ComposeEvent.Subject(it)) })
    Field(words("thread.your.words"), state.text, { on(ComposeEvent.Text(it)) }, lines = 5)
    FilesPart(state.files, { on(ComposeEvent.AddFile) }, { on(ComposeEvent.RemoveFile(it)) })
    if (state.saved) Small(words("draft.kept"))
    MainButton(words("thread.send"), { on(ComposeEvent.Send) }, enabled = state.canSend)
    Small(words("compose.how"))
    if (state.saved) PlainButton(words("draft.drop")) { on(ComposeEvent.Discard) }
}
