package org.wellkept.ui.thread

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewMessageUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.model.orNull

class ThreadViewModel(
    id: String,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<ThreadState, ThreadEvent>(ThreadState(id), scope) {
    private val drafts = Drafts(health, "thread $id", scope) { trouble ->
        set { copy(saved = trouble == null && answer.isNotEmpty(), trouble = trouble?.words) }
    }
    private var following: Job? = null
    private var fresh = emptySet<String>()

    init {
        read()
        attempt(::failed) {
            val found = drafts.found()?.get(TEXT).orEmpty()
            set { if (answer.isEmpty() && found.isNotEmpty()) copy(answer = found, saved = true) else this }
        }
    }

    override fun on(event: ThreadEvent) {
        when (event) {
            is ThreadEvent.Answer -> {
                set { copy(answer = event.text, said = emptyList(), trouble = null) }
                drafts.keep(mapOf(TEXT to event.text))
            }

            ThreadEvent.Send -> {
                send()
            }

            ThreadEvent.Reveal -> {
                set { copy(revealed = true) }
                read()
            }

            is ThreadEvent.Open -> {
                go.to(event.route)
            }

            ThreadEvent.Back -> {
                go.back()
            }
        }
    }

    private fun read() {
        following?.cancel()
        following = follow(health.thread(now.id, now.revealed)) { load ->
            set { copy(load = if (load is Load.Ready) Load.Ready(asFirstSeen(load.value)) else load) }
            (load as? Load.Ready)?.let { markRead(it.value) }
        }
    }

    private fun asFirstSeen(thread: ThreadUi): ThreadUi {
        fresh = fresh + unread(thread)
        val parts = thread.parts.map { part ->
            val message = (part as? ThreadPartUi.Held)?.message
            if (message == null ||
                message.line.reference !in fresh
            ) {
                part
            } else {
                ThreadPartUi.Held(message.copy(line = message.line.copy(unread = true)))
            }
        }
        return thread.copy(parts = parts)
    }

    private fun unread(thread: ThreadUi): List<String> =
        thread.parts
            .mapNotNull { (it as? ThreadPartUi.Held)?.message?.line }
            .filter { it.unread && it.covered == null }
            .map { it.reference }

    private fun markRead(thread: ThreadUi) {
        val unread = unread(thread)
        if (unread.isNotEmpty() && !now.revealed) attempt(::failed) { health.markRead(unread) }
    }

    private fun send() {
        val answers = now.load.orNull()?.answers ?: return
        if (now.sending || now.answer.isBlank()) return
        set { copy(sending = true, trouble = null) }
        attempt(::failed) {
            val said = health.sendMessage(NewMessageUi(now.answer, answers = answers, draft = drafts.id))
            drafts.used()
            set { copy(answer = "", saved = false, sending = false, said = said) }
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(sending = false, trouble = trouble.words) }

    private companion object {
        const val TEXT = "text"
    }
}
