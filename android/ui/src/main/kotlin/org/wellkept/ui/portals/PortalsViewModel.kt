package org.wellkept.ui.portals

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.model.Load
import org.wellkept.ui.sync.syncedWords
import org.wellkept.ui.words.Words

class PortalsViewModel(
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    scope: CoroutineScope,
) : ViewModel<PortalsState, PortalsEvent>(PortalsState(), scope) {
    init {
        follow(health.status()) { load ->
            when (load) {
                is Load.Ready -> set { copy(load = Load.Ready(load.value.portals)) }
                is Load.Failed -> set { copy(load = load) }
                Load.Loading -> Unit
            }
        }
    }

    override fun on(event: PortalsEvent) {
        when (event) {
            PortalsEvent.Connect -> go.to(Route.Connect)
            PortalsEvent.Sync -> sync()
            is PortalsEvent.AskLeave -> set { copy(leaving = event.portal) }
            is PortalsEvent.Leave -> leave(event.portal)
            PortalsEvent.Back -> go.back()
        }
    }

    private fun sync() {
        if (now.syncing) return
        set { copy(syncing = true, said = emptyList()) }
        attempt(::failed) {
            val synced = health.sync()
            set { copy(syncing = false, said = synced.flatMap { syncedWords(it, words()) }) }
        }
    }

    private fun leave(portal: String) =
        attempt(::failed) {
            val confirmed = health.disconnect(portal)
            set { copy(leaving = null, said = listOf(words()(if (confirmed) "portals.left" else "portals.left.alone"))) }
        }

    private fun failed(trouble: HealthTrouble) = set { copy(syncing = false, said = listOf(trouble.words)) }
}
