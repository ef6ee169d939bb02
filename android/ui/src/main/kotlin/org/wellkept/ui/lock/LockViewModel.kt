package org.wellkept.ui.lock

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health

/** `byDevice`: opens with the device's own lock, where the host can; gives nothing when the person turned back. */
class LockViewModel(
    private val door: Door,
    private val byDevice: (suspend () -> Health?)?,
    private val opened: suspend (Health) -> Unit,
    scope: CoroutineScope,
    private val erase: suspend () -> Unit = {},
) : ViewModel<LockState, LockEvent>(LockState(byDevice = byDevice != null), scope) {
    override fun on(event: LockEvent) {
        when (event) {
            is LockEvent.Typed -> set { copy(typed = event.text, trouble = null) }
            is LockEvent.Way -> set { copy(way = event.way, typed = "", trouble = null) }
            LockEvent.Unlock -> if (now.typed.isNotBlank()) open { unlocked(now.way, now.typed.trim()) }
            is LockEvent.LostBoth -> set { copy(erasing = event.word?.let { Erasing(it) }, typed = "", trouble = null) }
            is LockEvent.TypedToErase -> set { copy(erasing = erasing?.copy(typed = event.text)) }
            LockEvent.Erase -> eraseIfMeant()
            LockEvent.ByDevice -> byDevice?.let(::open)
        }
    }

    /** Whoever opens it by the kit has the kit. */
    private suspend fun unlocked(
        way: UnlockWay,
        secret: String,
    ): Health = door.open(way, secret).also { if (way == UnlockWay.KIT) it.kitIsChecked() }

    private fun eraseIfMeant() {
        val erasing = now.erasing ?: return
        if (erasing.underWay || !erasing.meant) return
        set { copy(erasing = erasing.copy(underWay = true)) }
        attempt({ set { copy(erasing = null, trouble = it.words) } }) { erase() }
    }

    private fun open(by: suspend () -> Health?) {
        if (now.opening) return
        set { copy(opening = true, trouble = null) }
        attempt({ set { copy(opening = false, trouble = it.words) } }) {
            val health = by()
            set { copy(opening = health != null, typed = if (health == null) typed else "") }
            health?.let { opened(it) }
            set { copy(opening = false) }
        }
    }
}
