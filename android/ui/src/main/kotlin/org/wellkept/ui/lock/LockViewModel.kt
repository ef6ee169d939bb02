package org.wellkept.ui.lock

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health

/** `byDevice`: opens with the device's own lock, where the host can; gives nothing when the person turned back. */
class LockViewModel(
    private val door: Door,
    private val byDevice: (suspend () -> Health?)?,
    private val opened: (Health) -> Unit,
    scope: CoroutineScope,
) : ViewModel<LockState, LockEvent>(LockState(byDevice = byDevice != null), scope) {
    override fun on(event: LockEvent) {
        when (event) {
            is LockEvent.Typed -> set { copy(typed = event.text, trouble = null) }
            is LockEvent.Way -> set { copy(way = event.way, typed = "", trouble = null) }
            LockEvent.Unlock -> if (now.typed.isNotBlank()) open { door.open(now.way, now.typed.trim()) }
            LockEvent.ByDevice -> byDevice?.let(::open)
        }
    }

    private fun open(by: suspend () -> Health?) {
        if (now.opening) return
        set { copy(opening = true, trouble = null) }
        attempt({ set { copy(opening = false, trouble = it.words) } }) {
            val health = by()
            set { copy(opening = false, typed = if (health == null) typed else "") }
            health?.let(opened)
        }
    }
}
