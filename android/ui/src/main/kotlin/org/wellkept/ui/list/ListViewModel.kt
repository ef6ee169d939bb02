package org.wellkept.ui.list

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.orNull

class ListViewModel(
    kind: ListKind,
    unread: Boolean,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<ListState, ListEvent>(ListState(kind, onlyUnread = unread), scope) {
    private var windows = 1
    private var following: Job? = null

    init {
        read()
    }

    override fun on(event: ListEvent) {
        when (event) {
            is ListEvent.Open -> go.to(routeOf(event.reference))
            is ListEvent.OnlyUnread -> again { copy(onlyUnread = event.on) }
            is ListEvent.OnlyOutside -> again { copy(onlyOutside = event.on) }
            ListEvent.Reveal -> again { copy(revealed = true) }
            ListEvent.Retry -> again { this }
            ListEvent.More -> more()
            ListEvent.MarkRead -> markRead()
            ListEvent.Back -> go.back()
        }
    }

    private fun again(change: ListState.() -> ListState) {
        windows = 1
        set { change().copy(load = Load.Loading) }
        read()
    }

    private fun more() {
        windows += 1
        set { copy(loadingMore = true) }
        read()
    }

    private fun read() {
        following?.cancel()
        val ask = ListAsk(now.kind, now.onlyUnread, now.onlyOutside, now.revealed, windows)
        following = follow(health.list(ask)) { set { copy(load = it, loadingMore = false) } }
    }

    /** What is covered is never taken as read. */
    private fun markRead() {
        val shown = now.load
            .orNull()
            ?.groups
            .orEmpty()
            .flatMap { it.lines }
        val references = shown.filter { it.unread && it.covered == null }.map(LineUi::reference)
        attempt({ set { copy(load = Load.Failed(it.words)) } }) { health.markRead(references) }
    }
}

/** Messages and appointments have screens of their own. */
fun routeOf(reference: String): Route =
    when (reference.substringBefore('/')) {
        "Communication" -> Route.Thread(reference)
        "Appointment" -> Route.Day(reference)
        else -> Route.Entry(reference)
    }
