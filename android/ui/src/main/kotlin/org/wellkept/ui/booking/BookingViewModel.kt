package org.wellkept.ui.booking

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewRequestUi
import org.wellkept.ui.health.TimesAsk

class BookingViewModel(
    private val route: Route.Booking,
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<BookingState, BookingEvent>(BookingState(portal = route.portal, moving = route.moves != null), scope) {
    private var most = WINDOW
    private var seen: BookingStep.Times? = null

    /** The act whose time was lost, until something else is looked for. */
    private var after = route.after

    init {
        attempt(::failed) {
            val portals = health
                .status()
                .first()
                .portals
                .filter { it.ended == null }
                .map { it.name }
            val chosen = now.portal ?: portals.singleOrNull()
            set { copy(portals = portals, portal = chosen) }
            if (after != null) find()
            chosen?.let { whom(it) }
        }
    }

    override fun on(event: BookingEvent) {
        when (event) {
            is BookingEvent.Portal -> choose(event.name)
            is BookingEvent.With -> set { copy(with = event.reference) }
            BookingEvent.AllPeople -> set { copy(allPeople = true) }
            is BookingEvent.Service -> set { copy(service = event.text) }
            BookingEvent.Find -> afresh()
            is BookingEvent.At -> at(event.place)
            BookingEvent.More -> more()
            is BookingEvent.Choose -> set { copy(step = BookingStep.Confirm(event.time), trouble = null) }
            is BookingEvent.Reason -> set { copy(reason = event.text) }
            is BookingEvent.From -> set { copy(from = event.text) }
            is BookingEvent.Until -> set { copy(until = event.text) }
            BookingEvent.Book -> (now.step as? BookingStep.Confirm)?.let { book(it.time) }
            BookingEvent.AskInstead -> set { copy(step = BookingStep.Ask, trouble = null) }
            BookingEvent.SendAsk -> ask()
            BookingEvent.Again -> set { copy(step = seen ?: BookingStep.Portal, trouble = null) }
            BookingEvent.Change -> set { copy(step = BookingStep.Portal, trouble = null) }
            BookingEvent.Done -> go.instead(Route.Outbox)
            BookingEvent.Back -> go.back()
        }
    }

    private fun choose(name: String) {
        if (name == now.portal) return
        seen = null
        set { copy(portal = name, people = emptyList(), allPeople = false, with = null, at = null) }
        attempt(::failed) { whom(name) }
    }

    private suspend fun whom(portal: String) {
        val people = health.recipients(portal).people.filter { it.reference.startsWith("Practitioner/") }
        set { if (this.portal == portal) copy(people = people) else this }
    }

    private fun afresh() {
        after = null
        most = WINDOW
        set { copy(at = null) }
        find()
    }

    private fun at(place: WhereUi?) {
        after = null
        most = WINDOW
        set { copy(at = place) }
        find()
    }

    private fun more() {
        most += WINDOW
        find()
    }

    private fun find() {
        val portal = now.portal ?: return
        val ask = TimesAsk(
            portal = portal,
            from = now.from.given(),
            until = now.until.given(),
            with = listOfNotNull(now.with, now.at?.reference),
            service = now.service.given(),
            most = most,
        )
        set { copy(step = BookingStep.Looking, trouble = null) }
        attempt({ set { copy(step = BookingStep.Portal, trouble = it.words) } }) {
            val times = after?.let { health.timesAfter(it, most) } ?: health.findTimes(ask)
            seen = times
            set { copy(step = times) }
        }
    }

    private fun book(time: TimeUi) =
        attempt(::failed) {
            val advice = health.book(time.number, now.reason.given(), route.moves)
            set { copy(step = BookingStep.Queued(advice), trouble = null) }
        }

    private fun ask() {
        val portal = now.portal ?: return
        val request = NewRequestUi(portal, now.reason, now.from.given(), now.until.given())
        attempt(::failed) {
            val advice = health.requestAppointment(request)
            set { copy(step = BookingStep.Queued(advice), trouble = null) }
        }
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }

    private fun String.given(): String? = trim().ifEmpty { null }

    private companion object {
        /** As many times as are shown at first, and more each time. */
        const val WINDOW = 20
    }
}
