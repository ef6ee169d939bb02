package org.wellkept.ui.home

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.combine
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.appointments.AppointmentsUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.sync.syncedWords
import org.wellkept.ui.threads.ThreadsUi
import org.wellkept.ui.words.Words

class HomeViewModel(
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    private val lock: () -> Unit,
    scope: CoroutineScope,
) : ViewModel<HomeState, HomeEvent>(HomeState(""), scope) {
    init {
        val views = combine(
            health.status(),
            health.list(ListAsk(ListKind.TIMELINE, unread = true)),
            health.appointments(reveal = false),
            health.outbox(),
            health.threads(1),
        ) { status, fresh, appointments, acts, threads -> status.holder to homeOf(status, fresh, appointments, acts, threads) }
        follow(views) { load ->
            when (load) {
                is Load.Ready -> set {
                    copy(holder = load.value.first, load = Load.Ready(load.value.second))
                }

                is Load.Failed -> set { copy(load = load) }

                Load.Loading -> Unit
            }
        }
    }

    override fun on(event: HomeEvent) {
        when (event) {
            HomeEvent.Sync -> sync()
            HomeEvent.Lock -> lock()
            is HomeEvent.Open -> go.to(event.route)
        }
    }

    private fun sync() {
        if (now.syncing) return
        set { copy(syncing = true, said = emptyList()) }
        attempt({ set { copy(syncing = false, said = listOf(it.words)) } }) {
            val synced = health.sync()
            set { copy(syncing = false, said = synced.flatMap { syncedWords(it, words()) }) }
        }
    }
}

/** So many lines of each kind stand on the first screen; the rest is one tap away. */
private const val MOST = 5

private fun homeOf(
    status: StatusUi,
    unread: ScreenUi,
    appointments: AppointmentsUi,
    acts: List<ActUi>,
    threads: ThreadsUi,
): HomeUi {
    val lines = unread.groups
        .flatMap { it.lines }
        .filter { it.type != "Communication" }
        .sortedBy { it.flag != Flag.CRITICAL }
    val (changed, fresh) = lines.partition(LineUi::changedSinceRead)
    return HomeUi(
        fresh = fresh.take(MOST),
        changed = changed.take(MOST),
        unread = unread.unread,
        unreadMessages = threads.unread,
        upcoming = coming(appointments).take(MOST),
        needsYou = acts.count(ActUi::needsPerson),
        waiting = acts.count(ActUi::waits),
        restsOn = status.portals.map { portal ->
            BasisUi(portal.name, portal.asOf, portal.refused, troubleOf(portal.signInAgain, portal.ended))
        },
        lacks = unread.lacks,
    )
}

/** The core's own heading for what is booked and still to come. */
private const val COMING = "Coming"

private fun coming(appointments: AppointmentsUi): List<AppointmentUi> =
    appointments.groups.filter { it.heading == COMING }.flatMap { it.appointments }

private fun troubleOf(
    signInAgain: Boolean,
    ended: Long?,
): String? =
    when {
        ended != null -> "connection ended"
        signInAgain -> "asks you to sign in again"
        else -> null
    }
