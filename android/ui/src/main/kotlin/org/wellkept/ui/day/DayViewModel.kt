package org.wellkept.ui.day

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.model.orNull
import org.wellkept.ui.words.Words

class DayViewModel(
    reference: String,
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    private val share: (String, String) -> Unit,
    scope: CoroutineScope,
) : ViewModel<DayState, DayEvent>(DayState(reference), scope) {
    private val drafts = Drafts(health, "cancel $reference", scope) { trouble -> trouble?.let(::failed) }
    private var following: Job? = null

    init {
        read()
        attempt(::failed) {
            val found = drafts.found()?.get(REASON).orEmpty()
            set { if (found.isEmpty() || reason.isNotEmpty()) this else copy(cancelling = true, reason = found) }
        }
    }

    override fun on(event: DayEvent) {
        when (event) {
            DayEvent.Calendar -> {
                calendar()
            }

            DayEvent.Move -> {
                go.to(Route.Booking(now.load.orNull()?.portal, now.reference))
            }

            is DayEvent.AskCancel -> {
                set { copy(cancelling = event.on, reason = "", trouble = null) }
                if (!event.on) attempt(::failed) { drafts.drop() }
            }

            is DayEvent.Reason -> {
                set { copy(reason = event.text) }
                drafts.keep(mapOf(REASON to event.text))
            }

            DayEvent.Cancel -> {
                cancel()
            }

            DayEvent.Reveal -> {
                set { copy(revealed = true) }
                read()
            }

            is DayEvent.Open -> {
                go.to(event.route)
            }

            DayEvent.Back -> {
                go.back()
            }
        }
    }

    private fun calendar() =
        attempt(::failed) {
            val file = health.calendar(now.reference)
            share(words()("day.calendar.file"), file.text)
            set { copy(said = file.leftOut, trouble = null) }
        }

    private fun read() {
        following?.cancel()
        following = follow(health.day(now.reference, now.revealed)) { set { copy(load = it) } }
    }

    private fun cancel() =
        attempt(::failed) {
            val said = health.cancelAppointment(now.reference, now.reason.ifBlank { null })
            set { copy(cancelling = false, reason = "", said = said, trouble = null) }
            drafts.drop()
        }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }

    private companion object {
        const val REASON = "reason"
    }
}
