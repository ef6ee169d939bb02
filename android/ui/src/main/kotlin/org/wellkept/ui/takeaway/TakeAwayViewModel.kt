package org.wellkept.ui.takeaway

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

/** `erase` removes the record after its connections were ended. */
class TakeAwayViewModel(
    private val health: Health,
    private val go: Go,
    private val folder: suspend () -> String?,
    private val erase: suspend () -> Unit,
    scope: CoroutineScope,
) : ViewModel<TakeAwayState, TakeAwayEvent>(TakeAwayState(), scope) {
    init {
        attempt(::failed) {
            val holder = health.status().first().holder
            set { copy(holder = holder) }
        }
    }

    override fun on(event: TakeAwayEvent) {
        when (event) {
            TakeAwayEvent.Export -> export()
            TakeAwayEvent.AskErase -> set { copy(step = TakeAwayStep.SureErase, typed = "", trouble = null) }
            is TakeAwayEvent.Typed -> set { copy(typed = event.text) }
            TakeAwayEvent.Erase -> eraseIfMeant()
            TakeAwayEvent.Cancel -> set { copy(step = TakeAwayStep.Choose, typed = "", trouble = null) }
            TakeAwayEvent.Back -> go.back()
        }
    }

    private fun export() =
        attempt(::failed) {
            val folder = folder() ?: return@attempt
            val written = health.export(folder) { step -> set { copy(step = step) } }
            set { copy(step = written, trouble = null) }
        }

    private fun eraseIfMeant() {
        if (now.holder.isEmpty() || now.typed.trim() != now.holder) return
        set { copy(step = TakeAwayStep.Erasing) }
        attempt(::failed) {
            health.endConnections()
            erase()
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(step = TakeAwayStep.Choose, trouble = trouble.words) }
}
