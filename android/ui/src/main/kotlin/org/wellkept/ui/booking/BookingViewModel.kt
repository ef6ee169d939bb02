package org.wellkept.ui.booking

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewRequestUi

class BookingViewModel(
    portal: String?,
    private val moves: String?,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<BookingState, BookingEvent>(BookingState(portal = portal, moving = moves != null), scope) {
    init {
        attempt(::failed) {
            val portals = health
                .status()
                .first()
                .portals
                .filter { it.ended == null }
                .map { it.name }
            set { copy(portals = portals, portal = this.portal ?: portals.singleOrNull()) }
        }
    }

    override fun on(event: BookingEvent) {
        when (event) {
            is BookingEvent.Portal -> set { copy(portal = event.name) }
            BookingEvent.Find -> find()
            is BookingEvent.Choose -> set { copy(step = BookingStep.Confirm(event.time), trouble = null) }
            is BookingEvent.Reason -> set { copy(reason = event.text) }
            is BookingEvent.From -> set { copy(from = event.text) }
            is BookingEvent.Until -> set { copy(until = event.text) }
            BookingEvent.Book -> (now.step as? BookingStep.Confirm)?.let { book(it.time) }
            BookingEvent.AskInstead -> set { copy(step = BookingStep.Ask, trouble = null) }
            BookingEvent.SendAsk -> ask()
            BookingEvent.Again -> set { copy(step = BookingStep.Portal, trouble = null) }
            BookingEvent.Done -> go.instead(Route.Outbox)
            BookingEvent.Back -> go.back()
        }
    }

    private fun find() {
        val portal = now.portal ?: return
        set { copy(step = BookingStep.Looking, trouble = null) }
        attempt({ set { copy(step = BookingStep.Portal, trouble = it.words) } }) {
            val times = health.findTimes(portal)
            set { copy(step = times) }
        }
    }

    private fun book(time: TimeUi) =
        attempt(::failed) {
            val advice = health.book(time.number, now.reason.ifBlank { null }, moves)
            set { copy(step = BookingStep.Queued(advice), trouble = null) }
        }

    private fun ask() {
        val portal = now.portal ?: return
        val request = NewRequestUi(portal, now.reason, now.from.trim().ifEmpty { null }, now.until.trim().ifEmpty { null })
        attempt(::failed) {
            val advice = health.requestAppointment(request)
            set { copy(step = BookingStep.Queued(advice), trouble = null) }
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }
}
