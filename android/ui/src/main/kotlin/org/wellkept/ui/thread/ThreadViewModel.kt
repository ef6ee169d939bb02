package org.wellkept.ui.thread

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Attaching
import org.wellkept.ui.drafts.DraftFiles
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.Written
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
    chooseFile: suspend (Long) -> FileChoice,
    private val clock: () -> Long,
    scope: CoroutineScope,
) : ViewModel<ThreadState, ThreadEvent>(ThreadState(id), scope) {
    private val drafts = Drafts(health, "thread $id", scope) { trouble ->
        set { copy(saved = trouble == null && (answer.isNotEmpty() || files.files.isNotEmpty()), trouble = trouble?.words) }
    }
    private val attaching = Attaching(
        drafts.files,
        chooseFile,
        held = { now.files },
        put = { set { copy(files = it) } },
        keep = { change { copy(files = it) } },
    )
    private var following: Job? = null
    private var fresh = emptySet<String>()

    init {
        read()
        attempt(::failed) {
            val found = drafts.found() ?: return@attempt
            set { if (answer.isEmpty()) taken(found) else this }
        }
    }

    override fun on(event: ThreadEvent) {
        when (event) {
            is ThreadEvent.Answer -> {
                change { copy(answer = event.text) }
            }

            ThreadEvent.AddFile -> {
                attempt(::failed) { attaching.oneMore() }
            }

            is ThreadEvent.RemoveFile -> {
                attempt(::failed) { attaching.remove(event.file) }
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

    private fun change(change: ThreadState.() -> ThreadState) {
        set { change().copy(said = emptyList(), trouble = null) }
        drafts.keep(mapOf(TEXT to now.answer, DraftFiles.FILES to DraftFiles.written(now.files.files)))
    }

    private fun ThreadState.taken(found: Written): ThreadState =
        copy(answer = found[TEXT].orEmpty(), files = files.copy(files = DraftFiles.filesOf(found)), saved = true)

    private fun read() {
        following?.cancel()
        following = follow(health.thread(now.id, now.revealed)) { load ->
            set { copy(load = if (load is Load.Ready) Load.Ready(asFirstSeen(load.value)) else load, now = clock()) }
            (load as? Load.Ready)?.let { ready ->
                markRead(ready.value)
                ready.value.portal?.let(::askLimit)
            }
        }
    }

    private fun askLimit(portal: String) {
        if (now.files.most != null) return
        attempt(::failed) {
            val most = health.largestFiles(portal)
            set { copy(files = files.copy(most = most)) }
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
        if (!now.canSend) return
        set { copy(sending = true, trouble = null) }
        attempt(::failed) {
            val named = now.files.files
            val bytes = attaching.toSend() ?: return@attempt set { copy(sending = false) }
            val said = health.sendMessage(NewMessageUi(now.answer, answers = answers, files = bytes, draft = drafts.id))
            drafts.used(named)
            set { copy(answer = "", files = FilesUi(most = files.most), saved = false, sending = false, said = said) }
        }
    }

    private fun failed(trouble: HealthTrouble) =
        set { copy(sending = false, files = files.copy(choosing = false), trouble = trouble.words) }

    private companion object {
        const val TEXT = "text"
    }
}
