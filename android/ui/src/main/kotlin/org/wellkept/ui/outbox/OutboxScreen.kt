package org.wellkept.ui.outbox

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.ActWords
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun OutboxScreen(
    state: OutboxState,
    on: (OutboxEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("outbox.title"), back = { on(OutboxEvent.Back) }) {
        part {
            state.said.forEach { Said(words.core(it)) }
            state.trouble?.let { Said(words.core(it), bad = true) }
        }
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> acts(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.acts(
    state: OutboxState,
    acts: List<ActUi>,
    on: (OutboxEvent) -> Unit,
    words: Words,
) {
    if (acts.isEmpty()) return part { Body(words("outbox.empty")) }
    val groups = listOf(
        "outbox.you" to acts.filter { it.needsPerson },
        "outbox.waits" to acts.filter { it.waits },
        "outbox.done" to acts.filter { !it.needsPerson && !it.waits },
    )
    groups.filter { it.second.isNotEmpty() }.forEach { (heading, some) ->
        part { Heading(words(heading)) }
        some.forEach { act -> part(act.id) { Panel { Act(act, state, on) } } }
        if (heading == "outbox.waits") {
            if (state.strict) part { Note(words("outbox.strict")) }
            part { SendNow(state, on) }
        }
    }
}

@Composable
private fun SendNow(
    state: OutboxState,
    on: (OutboxEvent) -> Unit,
) {
    val words = LocalWords.current
    SecondButton(words("outbox.send.now"), { on(OutboxEvent.SendNow) }, enabled = !state.sending)
    if (state.sending) Busy(words("outbox.sending"))
}

@Composable
private fun Act(
    act: ActUi,
    state: OutboxState,
    on: (OutboxEvent) -> Unit,
) {
    val words = LocalWords.current
    ActWords(act, state.now)
    val editing = state.editing?.takeIf { it.id == act.id }
    val sure = state.sure?.takeIf { it.id == act.id }
    when {
        editing != null -> {
            Field(words("thread.your.words"), editing.text, { on(OutboxEvent.Text(it)) }, lines = 4)
            MainButton(words("outbox.keep"), { on(OutboxEvent.KeepText) }, enabled = editing.text.isNotBlank())
            PlainButton(words("cancel")) { on(OutboxEvent.Cancel) }
        }

        sure != null -> {
            Warning(sureWords(act, sure.choice, words))
            MainButton(choiceWords(act, sure.choice, words), { on(OutboxEvent.Confirm) })
            PlainButton(words("cancel")) { on(OutboxEvent.Cancel) }
        }

        else -> {
            Choices(act, on, words)
        }
    }
}

@Composable
private fun Choices(
    act: ActUi,
    on: (OutboxEvent) -> Unit,
    words: Words,
) {
    if (act.standing == ActStanding.BY_HAND && act.text != null) {
        SecondButton(words("outbox.copy"), { on(OutboxEvent.Copy(act)) })
        Body(words("outbox.did.you"))
    }
    if (act.standing == ActStanding.UNSURE) Body(words("outbox.is.it.there"))
    if (act.lostTime) MainButton(words("outbox.other.times"), { on(OutboxEvent.OtherTimes(act)) })
    act.may.forEach { choice -> SecondButton(choiceWords(act, choice, words), { on(OutboxEvent.Choose(act, choice)) }) }
}

private fun choiceWords(
    act: ActUi,
    choice: ActChoice,
    words: Words,
): String {
    val unsure = act.standing == ActStanding.UNSURE
    return words(if (unsure) "outbox.unsure.$choice" else "outbox.choice.$choice")
}

/** A second sending may be there twice, and a deletion cannot be taken back. */
private fun sureWords(
    act: ActUi,
    choice: ActChoice,
    words: Words,
): String =
    when {
        choice == ActChoice.RETRY && act.standing == ActStanding.UNSURE -> words("outbox.sure.twice", act.portal)
        choice == ActChoice.DELETE -> words("outbox.sure.delete")
        else -> words("outbox.sure.done", act.portal)
    }
