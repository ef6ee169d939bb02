package org.wellkept.ui.hidden

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

class HiddenViewModel(
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<HiddenState, HiddenEvent>(HiddenState(), scope) {
    init {
        follow(health.hidden()) { set { copy(load = it) } }
    }

    override fun on(event: HiddenEvent) {
        when (event) {
            is HiddenEvent.HideCare -> attempt(::failed) { health.hide(HiddenKind.CATEGORY, event.name) }
            is HiddenEvent.Reveal -> attempt(::failed) { health.reveal(event.one.kind, event.one.name) }
            HiddenEvent.RevealAll -> attempt(::failed) { health.revealAll() }
            HiddenEvent.Back -> go.back()
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }
}
