package org.wellkept.ui.samples

import org.wellkept.ui.app.Route
import org.wellkept.ui.app.TabBar
import org.wellkept.ui.appointments.AppointmentsScreen
import org.wellkept.ui.appointments.AppointmentsState
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.booking.BookingScreen
import org.wellkept.ui.booking.BookingState
import org.wellkept.ui.booking.BookingStep
import org.wellkept.ui.booking.TimeUi
import org.wellkept.ui.booking.WhereUi
import org.wellkept.ui.compose.ComposeScreen
import org.wellkept.ui.compose.ComposeState
import org.wellkept.ui.day.DayScreen
import org.wellkept.ui.day.DayState
import org.wellkept.ui.day.DayUi
import org.wellkept.ui.day.LinkedUi
import org.wellkept.ui.day.PlaceUi
import org.wellkept.ui.drafts.FileRefusal
import org.wellkept.ui.drafts.FilesUi
import org.wellkept.ui.drafts.KeptFile
import org.wellkept.ui.model.ActChoice
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentGroupUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.BeforeUi
import org.wellkept.ui.model.Delivery
import org.wellkept.ui.model.HeldUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.MessageUi
import org.wellkept.ui.model.MessagingUi
import org.wellkept.ui.model.RecipientUi
import org.wellkept.ui.model.ThreadPartUi
import org.wellkept.ui.model.WhenUi
import org.wellkept.ui.outbox.OutboxScreen
import org.wellkept.ui.outbox.OutboxState
import org.wellkept.ui.outbox.Sure
import org.wellkept.ui.thread.ThreadScreen
import org.wellkept.ui.thread.ThreadState
import org.wellkept.ui.thread.ThreadUi
import org.wellkept.ui.threads.ThreadLineUi
import org.wellkept.ui.threads.ThreadsScreen
import org.wellkept.ui.threads.ThreadsState
import org.wellkept.ui.threads.ThreadsUi

internal object Acting {
    const val EMERGENCY = "Messages are not for emergencies: nobody may read one for days. In an emergency call your emergency number"

    val coming = AppointmentUi(
        LineUi("Appointment/1", "Appointment", "Follow-up visit", portals = listOf(People.HOSPITAL)),
        state = "booked",
        at = WhenUi("30 November 2026 10:30 to 11:00 at the clinic (15:30 to 16:00 where you are)"),
        places = listOf("Riverside Hospital, Room 12"),
        with = listOf("Dr. Zachery872 Pagac496"),
    )
    val moved = AppointmentUi(
        LineUi("Appointment/2", "Appointment", "Blood draw", portals = listOf(People.LAB)),
        state = "cancelled",
        at = WhenUi("2 December 2026", unclear = "The portal does not say at what time of day"),
        whyCancelled = "The clinic is closed",
        before = BeforeUi("booked", "1 December 2026 09:00"),
    )
    val kept = AppointmentUi(
        LineUi("Appointment/3", "Appointment", "Check-up", portals = listOf(People.HOSPITAL)),
        state = "pending",
        at = WhenUi("3 December 2026 08:00 to 08:30 at the clinic"),
        places = listOf("Riverside Hospital, Room 3"),
        held = HeldUi(People.NOW + 300),
    )
    val queued = ActUi(
        id = "d256",
        title = "Message",
        portal = People.HOSPITAL,
        standing = ActStanding.QUEUED,
        to = listOf("Dr. Zachery872 Pagac496"),
        subject = "Dizziness",
        text = "Since Tuesday I feel dizzy when I get up. Is that the new tablets?",
        composed = People.NOW,
        advice = listOf("Not sent yet: it goes out when the network is there"),
        trouble = "the portal could not be reached: no connection to it",
        tries = 1,
        may = listOf(ActChoice.EDIT, ActChoice.DELETE, ActChoice.DONE_BY_HAND),
    )
    val unsure = queued.copy(
        id = "u1",
        standing = ActStanding.UNSURE,
        reason = "no answer came, and the portal cannot be asked whether it has it",
        advice = listOf(
            "It may have been sent: look at Riverside Hospital's own page, or call. Then say that it was done, or send it again; sent again, it may be there twice",
        ),
        trouble = null,
        may = listOf(ActChoice.DONE_BY_HAND, ActChoice.RETRY),
    )
    val byHand = queued.copy(
        id = "h1",
        standing = ActStanding.BY_HAND,
        advice = listOf(
            "Riverside Hospital takes this from no app: copy the words, open its own page or call, and say when you have done it",
        ),
        trouble = null,
        tries = 0,
        may = listOf(ActChoice.DONE_BY_HAND, ActChoice.DELETE),
    )
    val held = ActUi(
        id = "k1",
        title = "Appointment to book",
        portal = People.HOSPITAL,
        standing = ActStanding.HELD,
        whenText = "3 December 2026 08:00",
        composed = People.NOW,
        advice = listOf(
            "Not booked yet: Riverside Hospital keeps this time for you for a short while. It is booked when the network is there",
        ),
        heldUntil = People.NOW + 300,
        may = listOf(ActChoice.DELETE, ActChoice.DONE_BY_HAND),
        takesTime = true,
    )
    val lost = held.copy(
        id = "l1",
        standing = ActStanding.FAILED,
        reason = "the slot is no longer free",
        advice = listOf("It was not sent. Change it, try again, or delete it"),
        heldUntil = null,
        since = People.NOW + 3_600,
        may = listOf(ActChoice.RETRY, ActChoice.DELETE, ActChoice.DONE_BY_HAND),
    )
    val booked =
        ActUi("b1", "Appointment to book", People.HOSPITAL, ActStanding.BOOKED, whenText = "30 November 2026 10:30", composed = People.NOW)
}

private fun message(
    id: String,
    from: String?,
    text: String,
    delivery: Delivery,
) = ThreadPartUi.Held(
    MessageUi(
        LineUi("Communication/$id", "Communication", "Message", unread = from != null),
        from = from,
        byYou = from == null,
        sent = "22 November 2026 16:44 (UTC)",
        text = listOf(text),
        delivery = delivery,
    ),
)

private val messaging = listOf(MessagingUi(People.HOSPITAL, "3 working days", null), MessagingUi(People.LAB, null, null))

private val threads = ThreadsUi(
    notices = listOf(Acting.EMERGENCY),
    waiting = listOf(Acting.queued),
    threads = listOf(
        ThreadLineUi(
            "Communication/1",
            "Dizziness",
            listOf("Dr. Zachery872 Pagac496"),
            listOf(People.HOSPITAL),
            "Dr. Zachery872 Pagac496",
            "22 November 2026 16:44 (UTC)",
            "It may be. Please measure your blood pressure and write to me again.",
            2,
            1,
        ),
        ThreadLineUi(
            "Communication/9",
            "Your bill",
            emptyList(),
            listOf(People.LAB),
            null,
            "March 2024",
            null,
            1,
            0,
            covered = true,
            lacksMessage = true,
        ),
    ),
    count = 2,
    messaging = messaging,
    restsOn = People.bases,
)

internal val THREADS_STATES = listOf(
    "some" to ThreadsState(Load.Ready(threads)),
    "none, no portal" to ThreadsState(Load.Ready(ThreadsUi(notices = listOf(Acting.EMERGENCY)))),
    "being read" to ThreadsState(),
).map { (name, state) -> Sample("threads", name) { ThreadsScreen(state, {}, { TabBar(Route.Threads, {}) }) } }

private val thread = ThreadUi(
    subject = "Dizziness",
    notices = listOf(Acting.EMERGENCY),
    parts = listOf(
        message("1", null, "Since Tuesday I feel dizzy when I get up. Is that the new tablets?", Delivery.SENT),
        message("2", "Dr. Zachery872 Pagac496", "It may be. Please measure your blood pressure and write to me again.", Delivery.DELIVERED),
    ),
    messaging = messaging.take(1),
    restsOn = People.bases.take(1),
    answers = "Communication/2",
)

private val files = FilesUi(
    listOf(
        KeptFile("blood-pressure.pdf", 213_400, listOf("d1")),
        KeptFile("IMG_20261122_160744_the_rash_on_my_left_arm.jpg", 480_000, listOf("d2")),
    ),
    most = 783_360,
)

internal val THREAD_STATES = listOf(
    "an answer is written" to ThreadState("Communication/1", Load.Ready(thread), answer = "It is 142 over 90", saved = true),
    "an answer waits" to ThreadState(
        "Communication/1",
        Load.Ready(thread.copy(parts = thread.parts + ThreadPartUi.Waiting(Acting.queued))),
        now = People.NOW + 3 * 86_400,
    ),
    "files came, and one goes with the answer" to ThreadState(
        "Communication/1",
        Load.Ready(
            thread.copy(
                parts = thread.parts.map { part ->
                    (part as? ThreadPartUi.Held)?.let { ThreadPartUi.Held(it.message.copy(files = listOf("Leaflet.pdf"))) } ?: part
                },
            ),
        ),
        answer = "Here it is",
        files = files,
        saved = true,
    ),
    "cannot be answered" to
        ThreadState(
            "Communication/1",
            Load.Ready(thread.copy(answers = null, lacks = listOf("1 of these is known of, but its content is not on this device"))),
        ),
).map { (name, state) -> Sample("thread", name) { ThreadScreen(state, {}) } }

private val composing =
    ComposeState(
        portals = listOf(People.HOSPITAL, People.LAB),
        portal = People.HOSPITAL,
        recipients = listOf(
            RecipientUi("Practitioner/1", "Dr. Zachery872 Pagac496", listOf("General practice"), inCareTeam = true),
            RecipientUi("Practitioner/2", "Dr. Bennett146 Rippin620", doubts = listOf("Not seen since 2019")),
        ),
        to = setOf("Practitioner/1"),
        subject = "Dizziness",
        text = "Since Tuesday I feel dizzy when I get up.",
        files = FilesUi(most = 783_360),
        ready = true,
        saved = true,
    )

private val short = composing.copy(portals = listOf(People.HOSPITAL), recipients = composing.recipients.take(1))

internal val COMPOSE_STATES = listOf(
    "being written" to composing,
    "with files" to short.copy(files = files),
    "a file is too large" to
        short.copy(files = FilesUi(most = 8_388_608, refused = FileRefusal.TooLarge("holiday.mov", 81_204_110))),
    "nobody to write to" to ComposeState(portals = listOf(People.LAB), portal = People.LAB, ready = true),
    "no portal" to ComposeState(ready = true),
).map { (name, state) -> Sample("compose", name) { ComposeScreen(state, {}) } }

internal val OUTBOX_STATES = listOf(
    "unsure, by hand, queued, booked" to OutboxState(Load.Ready(listOf(Acting.unsure, Acting.byHand, Acting.queued, Acting.booked))),
    "no network: it waits" to OutboxState(
        Load.Ready(
            listOf(
                Acting.queued.copy(
                    tries = 2,
                    advice = listOf("Not sent for 5 hours: call instead if it matters now"),
                ),
            ),
        ),
        now = People.NOW + 5 * 3_600,
    ),
    "the strict lock: it waits for the person" to OutboxState(Load.Ready(listOf(Acting.queued)), strict = true),
    "a lost time, a kept one, being sent" to
        OutboxState(Load.Ready(listOf(Acting.lost, Acting.held)), sending = true, now = People.NOW + 2 * 3_600),
    "sure to send it again?" to OutboxState(Load.Ready(listOf(Acting.unsure)), sure = Sure("u1", ActChoice.RETRY)),
    "empty" to OutboxState(Load.Ready(emptyList())),
).map { (name, state) -> Sample("outbox", name) { OutboxScreen(state, {}) } }

internal val APPOINTMENTS_STATES = listOf(
    "coming and cancelled" to AppointmentsState(
        Load.Ready(
            AppointmentsUi(
                groups = listOf(
                    AppointmentGroupUi("Coming", null, listOf(Acting.coming)),
                    AppointmentGroupUi("Requested, not confirmed: NOT booked yet", null, listOf(Acting.kept)),
                    AppointmentGroupUi("Cancelled: do not go", null, listOf(Acting.moved)),
                ),
                restsOn = People.bases,
            ),
        ),
    ),
    "none" to AppointmentsState(Load.Ready(AppointmentsUi(restsOn = People.offline))),
).map { (name, state) -> Sample("appointments", name) { AppointmentsScreen(state, {}, { TabBar(Route.Appointments, {}) }) } }

private val day = DayUi(
    appointment = Acting.coming,
    portal = People.HOSPITAL,
    places = listOf(
        PlaceUi(
            "Riverside Hospital, Room 12",
            listOf("1 River Street, Worcester, MA"),
            listOf("Phone: +1-508-555-0140"),
            listOf("Second floor, left of the lift"),
        ),
    ),
    preparation = listOf("The appointment" to "Bring your tablets. Eat nothing after midnight."),
    linked = listOf(
        LinkedUi("DocumentReference/1", "Leaflet", held = true),
        LinkedUi("Questionnaire/1", "Questions before your visit", held = false),
    ),
    coverage = listOf(LineUi("Coverage/1", "Coverage", "Blue Plan", portals = listOf(People.HOSPITAL))),
    notHeld = listOf("1 file is not on this device"),
    restsOn = People.bases.take(1),
    canChange = true,
)

internal val DAY_STATES = listOf(
    "for the day" to DayState("Appointment/1", Load.Ready(day)),
    "kept, not booked yet" to
        DayState(
            "Appointment/3",
            Load.Ready(DayUi(Acting.kept, People.HOSPITAL, restsOn = People.bases.take(1))),
        ),
    "sure to cancel?" to
        DayState(
            "Appointment/1",
            Load.Ready(day.copy(preparation = emptyList(), linked = emptyList(), coverage = emptyList(), places = emptyList())),
            cancelling = true,
        ),
).map { (name, state) -> Sample("day", name) { DayScreen(state, {}) } }

private val time = TimeUi(
    1,
    "30 November 2026 10:30 (UTC), 20 minutes",
    listOf("Dr. Zachery872 Pagac496", "Room 12"),
    "30 November 2026",
)
private val times = BookingStep.Times(
    listOf(
        time,
        time.copy(number = 2, words = "30 November 2026 11:00 (UTC), 20 minutes"),
        time.copy(number = 3, words = "1 December 2026 09:00 (UTC), 20 minutes", day = "1 December 2026"),
    ),
    listOf("There are more than are shown: ask for fewer days"),
    mayAsk = false,
    People.NOW,
    places = listOf(WhereUi("Location/1", "Room 12"), WhereUi("Location/2", "Riverside Hospital, House B")),
    more = true,
)

internal val BOOKING_STATES = listOf(
    "where, when, with whom" to BookingState(
        listOf(People.HOSPITAL, People.LAB),
        People.HOSPITAL,
        people = List(7) { RecipientUi("Practitioner/$it", "Dr. Zachery872 Pagac496", listOf("General practice"), inCareTeam = it < 2) },
        with = "Practitioner/0",
        from = "2026-11-30",
    ),
    "free times" to BookingState(portal = People.HOSPITAL, step = times),
    "free times at one place" to
        BookingState(portal = People.HOSPITAL, at = times.places.first(), step = times.copy(notices = emptyList(), more = false)),
    "no free times shown" to BookingState(
        portal = People.LAB,
        step = BookingStep.Times(
            emptyList(),
            listOf("Quick Lab Chain shows no free times: it chooses the time itself"),
            mayAsk = true,
            People.NOW,
        ),
    ),
    "this one?" to BookingState(portal = People.HOSPITAL, reason = "Knee pain", step = BookingStep.Confirm(time)),
    "asked for" to BookingState(portal = People.LAB, reason = "Knee pain", step = BookingStep.Ask, saved = true),
    "queued" to
        BookingState(
            portal = People.HOSPITAL,
            step = BookingStep.Queued(listOf("It goes to Riverside Hospital as soon as the network is there, once")),
        ),
).map { (name, state) -> Sample("booking", name) { BookingScreen(state, {}) } }
