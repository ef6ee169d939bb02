package org.wellkept.ui.record

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.model.Load

class RecordViewModel(
    health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<RecordState, RecordEvent>(RecordState(), scope) {
    init {
        follow(health.status()) { load ->
            when (load) {
                is Load.Ready -> set { RecordState(load.value.unread) }
                is Load.Failed -> set { copy(why = load.why) }
                Load.Loading -> Unit
            }
        }
    }

    override fun on(event: RecordEvent) {
        when (event) {
            is RecordEvent.Open -> go.to(event.route)
        }
    }
}
