package org.wellkept.ui.appointments

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health

class AppointmentsViewModel(
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<AppointmentsState, AppointmentsEvent>(AppointmentsState(), scope) {
    private var following: Job? = null

    init {
        read()
    }

    override fun on(event: AppointmentsEvent) {
        when (event) {
            is AppointmentsEvent.Open -> {
                go.to(event.route)
            }

            AppointmentsEvent.Reveal -> {
                set { copy(revealed = true) }
                read()
            }
        }
    }

    private fun read() {
        following?.cancel()
        following = follow(health.appointments(now.revealed)) { set { copy(load = it) } }
    }
}
