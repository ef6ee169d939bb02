package org.wellkept.ui.outbox

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.words.Words

class OutboxViewModel(
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    private val copyOut: (String) -> Unit,
    private val clock: () -> Long,
    scope: CoroutineScope,
    strict: Boolean = false,
) : ViewModel<OutboxState, OutboxEvent>(OutboxState(strict = strict), scope) {
    private val drafts = Drafts(health, "words of an act", scope) { trouble -> trouble?.let(::failed) }

    init {
        follow(health.outbox()) { set { copy(load = it, now = clock()) } }
        attempt(::failed) { drafts.found()?.let { found -> changeOn(found[ACT].orEmpty(), found[WORDS].orEmpty()) } }
    }

    override fun on(event: OutboxEvent) {
        when (event) {
            is OutboxEvent.Choose -> choose(event.act, event.choice)
            OutboxEvent.Confirm -> now.sure?.let { act(it.id, it.choice) }
            OutboxEvent.Cancel -> cancel()
            is OutboxEvent.Text -> write(event.text)
            OutboxEvent.KeepText -> keep()
            is OutboxEvent.Copy -> copyWords(event.act)
            OutboxEvent.SendNow -> sendNow()
            is OutboxEvent.OtherTimes -> go.to(Route.Booking(event.act.portal, event.act.moves, after = event.act.id))
            OutboxEvent.Back -> go.back()
        }
    }

    /** Words that were being changed when the process ended: of what can still be changed. */
    private suspend fun changeOn(
        act: String,
        text: String,
    ) {
        val open = health.outbox().first().any { it.id == act && ActChoice.EDIT in it.may }
        if (open) set { copy(editing = editing ?: Editing(act, text)) } else drafts.drop()
    }

    private fun write(text: String) {
        val editing = now.editing?.copy(text = text) ?: return
        set { copy(editing = editing) }
        drafts.keep(mapOf(ACT to editing.id, WORDS to text))
    }

    private fun cancel() {
        if (now.editing != null) attempt(::failed) { drafts.drop() }
        set { copy(editing = null, sure = null) }
    }

    private fun sendNow() {
        if (now.sending) return
        set { copy(sending = true, said = emptyList(), trouble = null) }
        attempt(::failed) {
            val sent = health.sendOutboxNow()
            val said = if (sent == 0L) words()("outbox.sent.none") else words().count("outbox.sent", sent)
            set { copy(sending = false, said = listOf(said)) }
        }
    }

    /** What cannot be taken back, or may be there twice, is asked about once more. */
    private fun choose(
        act: ActUi,
        choice: ActChoice,
    ) {
        val again = choice == ActChoice.RETRY && act.standing == ActStanding.UNSURE
        val queuedByHand = choice == ActChoice.DONE_BY_HAND && act.standing == ActStanding.QUEUED
        when {
            choice == ActChoice.EDIT -> set { copy(editing = Editing(act.id, act.text.orEmpty()), sure = null) }
            again || queuedByHand || choice == ActChoice.DELETE -> set { copy(sure = Sure(act.id, choice), editing = null) }
            else -> act(act.id, choice)
        }
    }

    private fun act(
        id: String,
        choice: ActChoice,
    ) = attempt(::failed) {
        health.choose(id, choice)
        set { copy(sure = null, trouble = null) }
        if (choice == ActChoice.RETRY) health.sendOutbox()
    }

    private fun keep() {
        val editing = now.editing ?: return
        attempt(::failed) {
            health.editAct(editing.id, editing.text)
            set { copy(editing = null, trouble = null) }
            drafts.drop()
        }
    }

    private fun copyWords(act: ActUi) {
        copyOut(act.text.orEmpty())
        set { copy(said = listOf(words()("outbox.copied"))) }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(sending = false, trouble = trouble.words) }

    private companion object {
        const val ACT = "act"
        const val WORDS = "words"
    }
}
