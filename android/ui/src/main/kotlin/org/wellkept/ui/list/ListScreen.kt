package org.wellkept.ui.list

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.model.orNull
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.LineRow
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.ToggleRow
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun ListScreen(
    state: ListState,
    on: (ListEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("list.${state.kind}"), back = { on(ListEvent.Back) }) {
        filters(state, on, words)
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) { on(ListEvent.Retry) } }
            is Load.Ready -> screen(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.filters(
    state: ListState,
    on: (ListEvent) -> Unit,
    words: Words,
) = part {
    if (state.kind != ListKind.PROFILE && (state.onlyUnread || (state.load.orNull()?.unread ?: 0) > 0)) {
        ToggleRow(words("list.only.unread"), state.onlyUnread, { on(ListEvent.OnlyUnread(it)) })
    }
    if (state.kind == ListKind.RESULTS) {
        ToggleRow(words("list.only.outside"), state.onlyOutside, { on(ListEvent.OnlyOutside(it)) })
    }
}

private fun LazyListScope.screen(
    state: ListState,
    screen: ScreenUi,
    on: (ListEvent) -> Unit,
    words: Words,
) {
    above(screen, words)
    if (screen.groups.isEmpty()) part { Body(emptyWords(state, words)) }
    screen.groups.forEach { group ->
        part {
            val heading = words.core(group.heading)
            if (screen.groups.size > 1 || heading != words("list.${state.kind}")) {
                Heading(words("list.group", heading, group.lines.size))
            }
            group.note?.let { Small(words.core(it)) }
        }
        group.lines.forEach { line -> part { LineRow(line) { on(ListEvent.Open(line.reference)) } } }
    }
    below(state, screen, on, words)
}

private fun LazyListScope.above(
    screen: ScreenUi,
    words: Words,
) = part {
    screen.notices.forEach { Warning(words.core(it)) }
    if (screen.groups.any { group -> group.lines.any { it.flag == Flag.CRITICAL } }) Warning(words("critical.held"))
}

private fun LazyListScope.below(
    state: ListState,
    screen: ScreenUi,
    on: (ListEvent) -> Unit,
    words: Words,
) = part {
    if (state.loadingMore) Busy()
    if (screen.more && !state.loadingMore) SecondButton(words("list.more"), { on(ListEvent.More) })
    if (screen.leftOut > 0) Note(words.count("list.left.out", screen.leftOut))
    if (screen.withoutFlag > 0) Note(words.count("list.without.flag", screen.withoutFlag))
    if (screen.covered > 0 && !state.revealed) {
        Note(words.count("list.covered", screen.covered))
        SecondButton(words("list.reveal"), { on(ListEvent.Reveal) })
    }
    if (screen.unread > 0) SecondButton(words("list.mark.read"), { on(ListEvent.MarkRead) })
    RestsOn(screen.restsOn, screen.lacks)
}

/** An empty list is not an answer: what it does not mean is said with it. */
private fun emptyWords(
    state: ListState,
    words: Words,
): String =
    when {
        state.onlyOutside -> words("list.empty.outside")
        state.onlyUnread -> words("list.empty.unread")
        else -> words("list.empty", words("list.${state.kind}"))
    }
