package org.wellkept.ui.app

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

/** Whether there is a record, and whether it is open. */
class Session(
    private val door: Door,
) {
    sealed interface State {
        data object Starting : State

        data object FirstRun : State

        data object Locked : State

        /** It was made and opened, nothing is in it yet, and nobody has shown that they have its recovery kit. */
        data class KitWaits(
            val health: Health,
        ) : State

        data class Open(
            val health: Health,
        ) : State

        data class Failed(
            val why: String,
        ) : State
    }

    var state: State by mutableStateOf(State.Starting)
        private set

    suspend fun start() {
        state = try {
            if (door.isThere()) State.Locked else State.FirstRun
        } catch (trouble: HealthTrouble) {
            State.Failed(trouble.words)
        }
    }

    fun opened(health: Health) {
        state = State.Open(health)
    }

    /** The process may have ended between the making of the record and the look at its kit. */
    suspend fun unlocked(health: Health) {
        state = try {
            if (health.kitWaits()) State.KitWaits(health) else State.Open(health)
        } catch (trouble: HealthTrouble) {
            State.Failed(trouble.words)
        }
    }

    /** The screens go first; then the record's key is forgotten. */
    suspend fun lock() {
        val open = state
        if (open is State.KitWaits) return start(open.health)
        if (open !is State.Open) return
        state = State.Starting
        try {
            open.health.lock()
            state = State.Locked
        } catch (trouble: HealthTrouble) {
            state = State.Failed(trouble.words)
        }
    }

    suspend fun erase() {
        (state as? State.Open)?.health?.lock()
        door.erase()
        state = State.FirstRun
    }

    /** What waits may be shut already, or erased to be made anew. */
    private suspend fun start(after: Health) {
        state = State.Starting
        try {
            after.lock()
        } catch (_: HealthTrouble) {
            // It is shut.
        }
        start()
    }
}
