package org.wellkept.ui.library

import org.wellkept.bindings.ActKind
import org.wellkept.bindings.ActState
import org.wellkept.bindings.AppointmentView
import org.wellkept.bindings.AppointmentsView
import org.wellkept.bindings.Basis
import org.wellkept.bindings.DayCard
import org.wellkept.bindings.FreeTime
import org.wellkept.bindings.FreeTimes
import org.wellkept.bindings.Line
import org.wellkept.bindings.Message
import org.wellkept.bindings.MessageThread
import org.wellkept.bindings.Messaging
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.Party
import org.wellkept.bindings.ThreadEntry
import org.wellkept.bindings.ThreadView
import org.wellkept.bindings.ThreadsView
import org.wellkept.bindings.When
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.booking.TimeUi
import org.wellkept.ui.booking.WhereUi
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.day.LinkedUi
import org.wellkept.ui.day.PlaceUi
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentGroupUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.BeforeUi
import org.wellkept.ui.model.Delivery
import org.wellkept.ui.model.HeldUi
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.MessagingUi
import org.wellkept.ui.model.Standing
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.model.WhenUi
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.threads.ThreadLineUi
import org.wellkept.ui.threads.ThreadsUi

internal fun OutboxItem.ui(): ActUi {
    val (standing, reason) = state.ui()
    return ActUi(
        id = id,
        title = title,
        portal = portal,
        standing = standing,
        reason = reason,
        to = to,
        subject = subject,
        text = words,
        files = files,
        whenText = `when`,
        composed = composed,
        advice = advice,
        trouble = trouble,
        tries = tries.toInt(),
        nextTry = nextTry,
        heldUntil = heldUntil,
        may = may.map { ActChoice.valueOf(it.name) },
        since = since,
        takesTime = kind == ActKind.BOOK || kind == ActKind.RESCHEDULE,
        moves = answers.takeIf { kind == ActKind.RESCHEDULE },
    )
}

private val DAY = Regex("^\\d{1,2} \\p{L}+ \\d{4}")

internal fun FreeTimes.ui(most: Int): BookingStep.Times =
    BookingStep.Times(
        times = times.mapIndexed { at, time -> TimeUi(at, time.words, time.shown, DAY.find(time.words)?.value) },
        notices = notices,
        mayAsk = mayAsk,
        seen = seen,
        places = times.mapNotNull(FreeTime::place).distinct().sortedBy { it.name },
        more = times.size >= most,
    )

/** The place of a free time, where it is certain what it is called: who and where are shown in this order, if at all. */
private fun FreeTime.place(): WhereUi? {
    val at = with.indexOfFirst { it.startsWith("Location/") }
    val certain = (with.size == 2 && shown.size >= 2) || (with.size == 1 && shown.size == 1)
    return if (at >= 0 && certain) WhereUi(with[at], shown[at]) else null
}

private fun ActState.ui(): Pair<ActStanding, String?> =
    when (this) {
        ActState.Queued -> ActStanding.QUEUED to null
        ActState.ByHand -> ActStanding.BY_HAND to null
        ActState.Attempting -> ActStanding.ATTEMPTING to null
        ActState.Sent -> ActStanding.SENT to null
        ActState.Delivered -> ActStanding.DELIVERED to null
        ActState.Answered -> ActStanding.ANSWERED to null
        is ActState.Unsure -> ActStanding.UNSURE to reason
        is ActState.Failed -> ActStanding.FAILED to reason
        ActState.Requested -> ActStanding.REQUESTED to null
        ActState.Held -> ActStanding.HELD to null
        ActState.Booked -> ActStanding.BOOKED to null
        ActState.Changed -> ActStanding.CHANGED to null
        ActState.Cancelled -> ActStanding.CANCELLED to null
        is ActState.Refused -> ActStanding.REFUSED to reason
        ActState.DoneByHand -> ActStanding.DONE_BY_HAND to null
    }

internal fun AppointmentsView.ui(): AppointmentsUi =
    AppointmentsUi(
        notices = notices,
        groups = groups.map { AppointmentGroupUi(it.heading, it.note, it.appointments.map(AppointmentView::ui)) },
        covered = covered.toLong(),
        leftOut = leftOut.toLong(),
        restsOn = restsOn.map(Basis::ui),
        lacks = lacks,
    )

private fun AppointmentView.ui(): AppointmentUi =
    AppointmentUi(
        line = line.ui(),
        state = state,
        at = `when`?.ui(),
        whyCancelled = whyCancelled,
        before = before?.let { BeforeUi(it.state, it.`when`?.text) },
        places = places,
        with = with,
        held = held?.let { HeldUi(it.until) },
    )

private fun When.ui(): WhenUi = WhenUi(text, unclear, warning)

/** States of an appointment that can still be moved or cancelled, in the core's words. */
internal val OPEN_STATES = setOf(
    "Booked",
    "Proposed; NOT booked",
    "Waiting for someone to confirm; NOT booked",
    "On a waiting list; NOT booked",
)

internal fun DayCard.ui(): DayUi =
    DayUi(
        appointment = appointment.ui(),
        portal = appointment.line.portals.firstOrNull(),
        notices = notices,
        places = places.map { PlaceUi(it.name, it.addresses, it.contacts, it.about) },
        preparation = preparation.map { it.from to it.text },
        linked = linked.map { LinkedUi(it.reference, it.title, it.held) },
        coverage = coverage.map(Line::ui),
        notHeld = notHeld,
        restsOn = restsOn.map(Basis::ui),
        canChange = appointment.state in OPEN_STATES && appointment.held == null,
    )

internal fun ThreadsView.ui(): ThreadsUi =
    ThreadsUi(
        notices = notices,
        waiting = waiting.map(OutboxItem::ui),
        threads = threads.map(MessageThread::ui),
        count = count.toLong(),
        unread = unread.toLong(),
        messaging = messaging.map(Messaging::ui),
        restsOn = restsOn.map(Basis::ui),
        lacks = lacks,
    )

private fun MessageThread.ui(): ThreadLineUi =
    ThreadLineUi(
        id = name,
        subject = subject,
        with = with.map(Party::name),
        portals = portals,
        lastFrom = last.from?.name,
        lastWhen = last.`when`,
        lastText = last.text,
        count = count.toLong(),
        unread = unread.toLong(),
        withdrawn = withdrawn.toLong(),
        covered = last.covered,
        lacksMessage = lacksAMessage,
    )

private fun Messaging.ui(): MessagingUi = MessagingUi(portal, answersWithin, limits, outOfDate)

internal fun ThreadView.ui(): ThreadUi =
    ThreadUi(
        subject = thread.subject,
        notices = notices,
        head = head?.ui(),
        parts = entries.map { entry ->
            when (entry) {
                is ThreadEntry.Held -> ThreadPartUi.Held(entry.message.ui())
                is ThreadEntry.Waiting -> ThreadPartUi.Waiting(entry.item.ui())
            }
        },
        leftOut = leftOut.toLong(),
        messaging = messaging.map(Messaging::ui),
        restsOn = restsOn.map(Basis::ui),
        lacks = lacks,
        answers = answered()?.line?.reference,
        portal = answered()?.line?.portals?.firstOrNull(),
    )

/** The newest message that stands is the one that is answered: of others where there is one. */
private fun ThreadView.answered(): Message? {
    val standing = entries
        .mapNotNull { (it as? ThreadEntry.Held)?.message }
        .filter { it.line.ui().standing !is Standing.Withdrawn && it.line.covered == null }
    return standing.lastOrNull { !it.byYou } ?: standing.lastOrNull()
}

private fun Message.ui(): MessageUi =
    MessageUi(
        line = line.ui(),
        from = from?.name,
        byYou = byYou,
        sent = sent ?: received,
        text = text,
        files = attachments.mapNotNull { it.title },
        delivery = Delivery.valueOf(delivery.name),
        answersMissing = answers.any { !it.held },
    )
