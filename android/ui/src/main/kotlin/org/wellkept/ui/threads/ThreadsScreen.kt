package org.wellkept.ui.threads

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import androidx.compose.ui.unit.dp
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.MessagingWords
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Tag
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.actHeading
import org.wellkept.ui.parts.part
import org.wellkept.ui.theme.LocalMeanings
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun ThreadsScreen(
    state: ThreadsState,
    on: (ThreadsEvent) -> Unit,
    bottom: @Composable () -> Unit = {},
) {
    val words = LocalWords.current
    Page(title = words("threads.title"), bottom = bottom) {
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> threads(load.value, on, words)
        }
    }
}

private fun LazyListScope.threads(
    view: ThreadsUi,
    on: (ThreadsEvent) -> Unit,
    words: Words,
) {
    part {
        view.notices.forEach { Warning(words.core(it)) }
        if (view.restsOn.isNotEmpty()) MainButton(words("threads.new"), { on(ThreadsEvent.Open(Route.NewMessage())) })
    }
    if (view.waiting.isNotEmpty()) {
        part {
            Heading(words("threads.waiting"))
            view.waiting.forEach { act ->
                WayRow(act.subject ?: act.title, { on(ThreadsEvent.Open(Route.Outbox)) }, note = actHeading(act, words))
            }
        }
    }
    part { if (view.threads.isEmpty()) Body(words("list.empty", words("threads.title"))) }
    view.threads.forEach { thread -> part { ThreadRow(thread) { on(ThreadsEvent.Open(Route.Thread(thread.id))) } } }
    part {
        if (view.count > view.threads.size) SecondButton(words("list.more"), { on(ThreadsEvent.More) })
        MessagingWords(view.messaging)
        RestsOn(view.restsOn, view.lacks)
    }
}

@Composable
private fun ThreadRow(
    thread: ThreadLineUi,
    onClick: () -> Unit,
) {
    val words = LocalWords.current
    WayRow(thread.subject, onClick, tag = {
        Column(verticalArrangement = Arrangement.spacedBy(4.dp)) { ThreadWords(thread, words) }
    })
}

@Composable
private fun ThreadWords(
    thread: ThreadLineUi,
    words: Words,
) {
    val meanings = LocalMeanings.current
    if (thread.unread > 0) Tag(words.count("threads.unread", thread.unread), meanings.fresh, meanings.onFresh)
    val with = thread.with.ifEmpty { listOf(words("threads.with.unknown")) }
    Small((with + thread.portals).joinToString(" · "))
    if (thread.covered) {
        Small(words("threads.covered"))
    } else {
        val last = listOfNotNull(thread.lastFrom, thread.lastText).joinToString(": ")
        if (last.isNotEmpty()) Body(last)
    }
    if (thread.withdrawn > 0) Small(words.count("threads.withdrawn", thread.withdrawn))
    if (thread.lacksMessage) Small(words("threads.lacks"))
    val at = thread.lastWhen?.let(words::core)
    Small(listOfNotNull(at, words.count("threads.count", thread.count)).joinToString(" · "))
}
