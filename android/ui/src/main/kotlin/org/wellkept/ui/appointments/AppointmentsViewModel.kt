package org.wellkept.ui.appointments

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.words.Words

class AppointmentsViewModel(
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    private val share: (String, String) -> Unit,
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

            AppointmentsEvent.Calendar -> {
                calendar()
            }

            AppointmentsEvent.Reveal -> {
                set { copy(revealed = true) }
                read()
            }
        }
    }

    private fun calendar() =
        attempt({ set { copy(trouble = it.words) } }) {
            val file = health.calendar(null)
            if (file.events > 0) share(words()("appointments.calendar.file"), file.text)
            val said = if (file.events > 0) file.leftOut else file.leftOut + words()("appointments.calendar.none")
            set { copy(said = said, trouble = null) }
        }

    private fun read() {
        following?.cancel()
        following = follow(health.appointments(now.revealed)) { set { copy(load = it) } }
    }
}
