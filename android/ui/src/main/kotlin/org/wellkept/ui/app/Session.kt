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

    /** The screens go first; then the record's key is forgotten. */
    suspend fun lock() {
        val open = state as? State.Open ?: return
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
}
