package org.wellkept.ui.compose

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Attaching
import org.wellkept.ui.drafts.DraftFiles
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.drafts.FileRefusal
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.Written
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewMessageUi

class ComposeViewModel(
    portal: String?,
    private val health: Health,
    private val go: Go,
    chooseFile: suspend (Long) -> FileChoice,
    scope: CoroutineScope,
) : ViewModel<ComposeState, ComposeEvent>(ComposeState(portal = portal), scope) {
    private val drafts = Drafts(health, "message", scope) { trouble ->
        set { copy(saved = trouble == null && !isEmpty(), trouble = trouble?.words) }
    }

    private val attaching = Attaching(
        drafts.files,
        chooseFile,
        held = { now.files },
        put = { set { copy(files = it) } },
        keep = { change { copy(files = it) } },
    )

    init {
        attempt(::failed) {
            val portals = health
                .status()
                .first()
                .portals
                .filter { it.ended == null }
                .map { it.name }
            val found = drafts.found()
            set { if (found == null) copy(portals = portals) else taken(found).copy(portals = portals) }
            val chosen = now.portal?.takeIf { it in portals } ?: portals.singleOrNull()
            set { copy(portal = chosen, ready = true) }
            if (chosen != null) whom(chosen)
        }
    }

    override fun on(event: ComposeEvent) {
        when (event) {
            is ComposeEvent.Portal -> choose(event.name)
            is ComposeEvent.To -> change { copy(to = if (event.on) to + event.reference else to - event.reference) }
            is ComposeEvent.Subject -> change { copy(subject = event.text) }
            is ComposeEvent.Text -> change { copy(text = event.text) }
            ComposeEvent.AddFile -> attempt(::failed) { attaching.oneMore() }
            is ComposeEvent.RemoveFile -> attempt(::failed) { attaching.remove(event.file) }
            ComposeEvent.Send -> send()
            ComposeEvent.Discard -> discard()
            ComposeEvent.Back -> go.back()
        }
    }

    private fun choose(name: String) {
        if (name == now.portal) return
        change { copy(portal = name, to = emptySet(), recipients = emptyList()) }
        attempt(::failed) { whom(name) }
    }

    private suspend fun whom(portal: String) {
        val whom = health.recipients(portal)
        val most = health.largestFiles(portal)
        set {
            if (this.portal != portal) return@set this
            val refused = FileRefusal.AllTooLarge.takeIf { files.size > most }
            copy(recipients = whom.people, lacks = whom.lacks, files = files.copy(most = most, refused = refused))
        }
    }

    private fun change(change: ComposeState.() -> ComposeState) {
        set { change().copy(trouble = null) }
        drafts.keep(now.written())
    }

    private fun send() {
        if (!now.canSend) return
        set { copy(sending = true, trouble = null) }
        attempt(::failed) {
            val bytes = attaching.toSend() ?: return@attempt set { copy(sending = false) }
            val message = NewMessageUi(
                text = now.text,
                portal = now.portal,
                to = now.to.toList(),
                subject = now.subject.ifBlank { null },
                files = bytes,
                draft = drafts.id,
            )
            health.sendMessage(message)
            drafts.used(now.files.files)
            go.instead(Route.Outbox)
        }
    }

    private fun discard() =
        attempt(::failed) {
            drafts.drop(now.files.files)
            go.back()
        }

    private fun failed(trouble: HealthTrouble) =
        set {
            copy(sending = false, ready = true, files = files.copy(choosing = false), trouble = trouble.words)
        }
}

private fun ComposeState.isEmpty(): Boolean = subject.isEmpty() && text.isEmpty() && to.isEmpty() && files.files.isEmpty()

private fun ComposeState.written(): Written =
    mapOf(
        "portal" to portal.orEmpty(),
        "to" to to.joinToString("\n"),
        "subject" to subject,
        "text" to text,
        DraftFiles.FILES to DraftFiles.written(files.files),
    )

private fun ComposeState.taken(from: Written): ComposeState =
    copy(
        portal = from["portal"]?.ifEmpty { null } ?: portal,
        to = from["to"]
            .orEmpty()
            .split("\n")
            .filter { it.isNotEmpty() }
            .toSet(),
        subject = from["subject"].orEmpty(),
        text = from["text"].orEmpty(),
        files = FilesUi(DraftFiles.filesOf(from)),
        saved = true,
    )
