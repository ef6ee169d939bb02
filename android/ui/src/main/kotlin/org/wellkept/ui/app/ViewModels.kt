package org.wellkept.ui.app

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

/** The view models of the screens on the stack: each lives as long as its screen is there, shown or not. */
class ViewModels(
    private val scope: CoroutineScope,
) {
    private class Held(
        val scope: CoroutineScope,
        val model: Any,
    )

    private val held = mutableMapOf<String, Held>()

    @Suppress("UNCHECKED_CAST") // A key names one screen, and a screen has one kind of view model.
    fun <V : Any> of(
        key: String,
        make: (CoroutineScope) -> V,
    ): V =
        held
            .getOrPut(key) {
                val own = CoroutineScope(scope.coroutineContext + SupervisorJob(scope.coroutineContext.job))
                Held(own, make(own))
            }.model as V

    fun keepOnly(keys: Set<String>) {
        val gone = held.keys - keys
        gone.forEach { key -> held.remove(key)?.scope?.cancel() }
    }
}
