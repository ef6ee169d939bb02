package org.wellkept.ui.booking

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.first
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.drafts.Written
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
    private val drafts = Drafts(health, "booking ${route.moves.orEmpty()}", scope) { trouble ->
        set { copy(saved = trouble == null && !isEmpty(), trouble = trouble?.words ?: this.trouble) }
    }
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
            val found = drafts.found()
            set { if (found == null || !isEmpty()) this else taken(found, portals) }
            val chosen = now.portal ?: portals.singleOrNull()
            set { copy(portals = portals, portal = chosen) }
            if (after != null) find()
            chosen?.let { whom(it) }
        }
    }

    override fun on(event: BookingEvent) {
        when (event) {
            is BookingEvent.Portal -> choose(event.name)
            is BookingEvent.With -> change { copy(with = event.reference) }
            BookingEvent.AllPeople -> set { copy(allPeople = true) }
            is BookingEvent.Service -> change { copy(service = event.text) }
            BookingEvent.Find -> afresh()
            is BookingEvent.At -> at(event.place)
            BookingEvent.More -> more()
            is BookingEvent.Choose -> set { copy(step = BookingStep.Confirm(event.time), trouble = null) }
            is BookingEvent.Reason -> change { copy(reason = event.text) }
            is BookingEvent.From -> change { copy(from = event.text) }
            is BookingEvent.Until -> change { copy(until = event.text) }
            BookingEvent.Book -> (now.step as? BookingStep.Confirm)?.let { book(it.time) }
            BookingEvent.AskInstead -> change { copy(step = BookingStep.Ask, trouble = null) }
            BookingEvent.SendAsk -> ask()
            BookingEvent.Again -> change { copy(step = seen ?: BookingStep.Portal, trouble = null) }
            BookingEvent.Change -> change { copy(step = BookingStep.Portal, trouble = null) }
            BookingEvent.Discard -> discard()
            BookingEvent.Done -> go.instead(Route.Outbox)
            BookingEvent.Back -> go.back()
        }
    }

    private fun change(change: BookingState.() -> BookingState) {
        set(change)
        drafts.keep(now.written())
    }

    private fun discard() =
        attempt(::failed) {
            drafts.drop()
            go.back()
        }

    private fun choose(name: String) {
        if (name == now.portal) return
        seen = null
        change { copy(portal = name, people = emptyList(), allPeople = false, with = null, at = null) }
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
            queued(advice)
        }

    private fun ask() {
        val portal = now.portal ?: return
        val request = NewRequestUi(portal, now.reason, now.from.given(), now.until.given())
        attempt(::failed) {
            val advice = health.requestAppointment(request)
            queued(advice)
        }
    }

    private suspend fun queued(advice: List<String>) {
        set { copy(step = BookingStep.Queued(advice), saved = false, trouble = null) }
        drafts.drop()
    }

    private fun failed(trouble: HealthTrouble) = set { copy(trouble = trouble.words) }

    private fun String.given(): String? = trim().ifEmpty { null }

    private companion object {
        /** As many times as are shown at first, and more each time. */
        const val WINDOW = 20
    }
}

private const val PORTAL = "portal"
private const val WITH = "with"
private const val FROM = "from"
private const val UNTIL = "until"
private const val SERVICE = "service"
private const val REASON = "reason"
private const val STEP = "step"
private const val ASK = "ask"

private fun BookingState.isEmpty(): Boolean =
    step != BookingStep.Ask && with == null && listOf(from, until, service, reason).all(String::isEmpty)

private fun BookingState.written(): Written =
    mapOf(
        PORTAL to portal.orEmpty(),
        WITH to with.orEmpty(),
        FROM to from,
        UNTIL to until,
        SERVICE to service,
        REASON to reason,
        STEP to if (step == BookingStep.Ask) ASK else "",
    )

/** A portal that the way here names stands. Whom it was to be with is known at its own portal alone. */
private fun BookingState.taken(
    found: Written,
    portals: List<String>,
): BookingState {
    val there = portal ?: found[PORTAL]?.takeIf { it in portals }
    return copy(
        portal = there,
        with = found[WITH]?.ifEmpty { null }?.takeIf { there == found[PORTAL] },
        from = found[FROM].orEmpty(),
        until = found[UNTIL].orEmpty(),
        service = found[SERVICE].orEmpty(),
        reason = found[REASON].orEmpty(),
        step = if (found[STEP] == ASK && !moving) BookingStep.Ask else step,
    ).let { it.copy(saved = !it.isEmpty()) }
}
