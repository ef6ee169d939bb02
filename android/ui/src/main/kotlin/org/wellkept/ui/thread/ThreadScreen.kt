package org.wellkept.ui.thread

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Delivery
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.parts.ActWords
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.FilesPart
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.LineRow
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.MessagingWords
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.parts.standingWords
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun ThreadScreen(
    state: ThreadState,
    on: (ThreadEvent) -> Unit,
) {
    val words = LocalWords.current
    val title = (state.load as? Load.Ready)?.value?.subject ?: words("threads.one")
    Page(title = title, back = { on(ThreadEvent.Back) }) {
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> thread(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.thread(
    state: ThreadState,
    thread: ThreadUi,
    on: (ThreadEvent) -> Unit,
    words: Words,
) {
    part {
        thread.notices.forEach { Warning(words.core(it)) }
        if (thread.leftOut > 0) Small(words.count("thread.left.out", thread.leftOut))
        thread.head?.let { head -> LineRow(head) { on(ThreadEvent.Open(Route.Entry(head.reference))) } }
    }
    thread.parts.forEach { entry ->
        part {
            when (entry) {
                is ThreadPartUi.Held -> Bubble(entry.message, on)

                is ThreadPartUi.Waiting -> Panel {
                    ActWords(entry.act, state.now)
                    SecondButton(words("outbox.see"), { on(ThreadEvent.Open(Route.Outbox)) })
                }
            }
        }
    }
    composer(state, thread, on, words)
    part {
        MessagingWords(thread.messaging)
        RestsOn(thread.restsOn, thread.lacks)
    }
}

private fun LazyListScope.composer(
    state: ThreadState,
    thread: ThreadUi,
    on: (ThreadEvent) -> Unit,
    words: Words,
) = part("composer") {
    Heading(words("thread.answer"))
    state.said.forEach { Said(words.core(it)) }
    state.trouble?.let { Said(words.core(it), bad = true) }
    if (thread.answers == null) {
        Body(words("thread.no.answer"))
    } else {
        Field(words("thread.your.words"), state.answer, { on(ThreadEvent.Answer(it)) }, lines = 3)
        FilesPart(state.files, { on(ThreadEvent.AddFile) }, { on(ThreadEvent.RemoveFile(it)) })
        if (state.saved) Small(words("draft.kept"))
        MainButton(words("thread.send"), { on(ThreadEvent.Send) }, enabled = state.canSend)
    }
}

@Composable
private fun Bubble(
    message: MessageUi,
    on: (ThreadEvent) -> Unit,
) {
    val scheme = MaterialTheme.colorScheme
    val words = LocalWords.current
    Surface(
        Modifier.fillMaxWidth().padding(start = if (message.byYou) 32.dp else 0.dp, end = if (message.byYou) 0.dp else 32.dp),
        color = if (message.byYou) scheme.primaryContainer else scheme.surfaceContainerHigh,
        contentColor = if (message.byYou) scheme.onPrimaryContainer else scheme.onSurface,
        shape = MaterialTheme.shapes.large,
    ) {
        Column(Modifier.padding(12.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
            Column(Modifier.semantics(mergeDescendants = true) {}, verticalArrangement = Arrangement.spacedBy(4.dp)) {
                BubbleWords(message, words)
            }
            if (message.line.covered != null) {
                SecondButton(words("entry.reveal"), { on(ThreadEvent.Reveal) })
            } else if (message.files.isNotEmpty()) {
                SecondButton(words("thread.files"), { on(ThreadEvent.Open(Route.Entry(message.line.reference))) })
            }
        }
    }
}

@Composable
private fun BubbleWords(
    message: MessageUi,
    words: Words,
) {
    val from = if (message.byYou) words("thread.you") else message.from ?: words("thread.from.unknown")
    val fresh = if (message.line.unread) " · " + words("line.new") else ""
    Text(from + fresh, style = MaterialTheme.typography.labelLarge, fontWeight = FontWeight.Bold)
    message.line.covered?.let { Body(words("line.covered", words.core(it))) }
    message.text.forEach { Body(it) }
    message.files.forEach { Small(words("act.file", it)) }
    standingWords(message.line, words)?.let { Body(it) }
    message.line.notices.forEach { Body(words.core(it)) }
    if (message.answersMissing) Small(words("threads.lacks"))
    val sent = message.sent?.let(words::core) ?: words("thread.undated")
    val delivery = words("delivery.${message.delivery}").takeIf { message.byYou || message.delivery !in USUAL }
    Small(listOfNotNull(sent, delivery).joinToString(" · "))
}

/** How far a message of others has come is only said where it is odd. */
private val USUAL = setOf(Delivery.SENT, Delivery.DELIVERED, Delivery.NOT_STATED)
