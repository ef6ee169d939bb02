package org.wellkept.ui.threads

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health

class ThreadsViewModel(
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<ThreadsState, ThreadsEvent>(ThreadsState(), scope) {
    private var limit = WINDOW
    private var following: Job? = null

    init {
        read()
    }

    override fun on(event: ThreadsEvent) {
        when (event) {
            is ThreadsEvent.Open -> {
                go.to(event.route)
            }

            ThreadsEvent.More -> {
                limit += WINDOW
                read()
            }
        }
    }

    private fun read() {
        following?.cancel()
        following = follow(health.threads(limit)) { set { copy(load = it) } }
    }

    private companion object {
        const val WINDOW = 20
    }
}
