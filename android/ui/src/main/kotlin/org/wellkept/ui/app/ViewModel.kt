package org.wellkept.ui.app

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.model.Load

/** Holds the state of one screen, for as long as the screen is on the stack. What must outlive it is kept by the core. */
abstract class ViewModel<S, E>(
    first: S,
    protected val scope: CoroutineScope,
) {
    private val held = MutableStateFlow(first)

    val state: StateFlow<S> = held.asStateFlow()

    protected val now: S get() = held.value

    /** Something that a person did. */
    abstract fun on(event: E)

    protected fun set(change: S.() -> S) = held.update(change)

    /** Puts every view that a flow gives, and what ended it. */
    protected fun <T> follow(
        flow: Flow<T>,
        put: (Load<T>) -> Unit,
    ): Job =
        scope.launch {
            flow
                .catch { trouble -> put(Load.Failed((trouble as? HealthTrouble ?: throw trouble).words)) }
                .collect { put(Load.Ready(it)) }
        }

    /** Does what may go wrong, in the core's words. */
    protected fun attempt(
        failed: (HealthTrouble) -> Unit,
        work: suspend () -> Unit,
    ): Job =
        scope.launch {
            try {
                work()
            } catch (trouble: HealthTrouble) {
                failed(trouble)
            }
        }
}
