package org.wellkept.app.sync

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import org.wellkept.app.record.NetworkState
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

/**
 * What goes on by itself while the record is open, until it is locked: the library watches, and hears of the network's return. What
 * waits to be sent is followed, for when the record is locked by the time there is a network.
 */
class Staying(
    scope: CoroutineScope,
    opened: StateFlow<Health?>,
    private val networks: Flow<NetworkState>,
    private val waiting: Waiting,
) {
    init {
        scope.launch { opened.collectLatest { health -> health?.let { followOutbox(it) } } }
        scope.launch { opened.collectLatest { health -> health?.let { watch(it) } } }
    }

    private suspend fun followOutbox(health: Health) =
        untilTrouble {
            var before: Set<String>? = null
            health.outbox().map { acts -> acts.filter { it.waits }.map { it.id }.toSet() }.distinctUntilChanged().collect { waits ->
                waiting.follow(waits.isNotEmpty(), more = before?.containsAll(waits) == false)
                before = waits
            }
        }

    /** The library asks what the network costs when it begins to watch: it begins anew when that changes. */
    private suspend fun watch(health: Health) {
        var before: NetworkState? = null
        networks
            .map { state ->
                if (before?.let(state::returnedSince) == true) health.networkReturned()
                before = state
                state.free
            }.distinctUntilChanged()
            .collectLatest { watchOn(health) }
    }

    /** A sync that the person broke off ends the watch too. */
    private suspend fun watchOn(health: Health) =
        untilTrouble {
            while (true) {
                health.watch()
                delay(PAUSE)
            }
        }

    private suspend fun untilTrouble(action: suspend () -> Unit) {
        try {
            action()
        } catch (_: HealthTrouble) {
            // Locked meanwhile, or nothing that could be done about it unseen: the screens say so when they are used.
        }
    }

    private companion object {
        const val PAUSE = 60_000L
    }
}
