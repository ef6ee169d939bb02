package org.wellkept.ui.connect

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Notices
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.drafts.Drafts
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.sync.syncedWords
import org.wellkept.ui.words.Words

/** Finding a portal and signing in to it. `returned` gives the addresses with which the browser comes back. */
class ConnectViewModel(
    private val health: Health,
    private val go: Go,
    private val words: () -> Words,
    private val openBrowser: (String) -> Unit,
    returned: Flow<String>,
    private val lists: ListSource,
    private val notices: Notices?,
    scope: CoroutineScope,
) : ViewModel<ConnectState, ConnectEvent>(ConnectState(), scope) {
    private val drafts = Drafts(health, "connect", scope) { trouble -> trouble?.let { set { copy(trouble = it.words) } } }
    private var finding: Job? = null
    private var taking: Job? = null
    private var asked: ConnectStep.Check? = null

    init {
        find("")
        attempt({ set { copy(trouble = it.words) } }) {
            val found = drafts.found() ?: return@attempt
            val address = found[ADDRESS].orEmpty()
            set { if (this.address.isEmpty()) copy(address = address, clientId = found[CLIENT].orEmpty()) else this }
        }
        scope.launch { returned.collect(::returned) }
    }

    override fun on(event: ConnectEvent) {
        when (event) {
            is ConnectEvent.OpenList, ConnectEvent.PickList, is ConnectEvent.ListAddress, ConnectEvent.FetchList, ConnectEvent.StopList -> {
                onList(event)
            }

            is ConnectEvent.Query -> {
                find(event.words)
            }

            is ConnectEvent.Address -> {
                set { copy(address = event.text) }
                keepTyped()
            }

            is ConnectEvent.ClientId -> {
                set { copy(clientId = event.text) }
                keepTyped()
            }

            is ConnectEvent.Choose -> {
                set { copy(step = ConnectStep.Check(event.name, event.address), trouble = null) }
            }

            ConnectEvent.SignIn -> {
                (now.step as? ConnectStep.Check)?.let { signIn(it, samePerson = false) }
            }

            ConnectEvent.SamePerson -> {
                asked?.let { signIn(it, samePerson = true) }
            }

            ConnectEvent.GiveUp -> {
                giveUp()
            }

            is ConnectEvent.AllowNotices -> {
                allowNotices(event.allowed)
            }

            ConnectEvent.Done -> {
                go.to(Route.Home)
            }

            ConnectEvent.Back -> {
                giveUp()
                go.back()
            }
        }
    }

    /** An address is long, and the sign-in elsewhere: the process may end meanwhile. */
    private fun keepTyped() = drafts.keep(mapOf(ADDRESS to now.address, CLIENT to now.clientId))

    private fun onList(event: ConnectEvent) {
        when (event) {
            is ConnectEvent.ListAddress -> {
                set { copy(listAddress = event.text) }
            }

            ConnectEvent.PickList -> {
                take { lists.picked(health::takeList) }
            }

            ConnectEvent.FetchList -> {
                take { lists.fetched(now.listAddress, ::read, health::takeList) }
            }

            else -> {
                taking?.cancel()
                set { copy(list = ListStep.Open()) }
            }
        }
    }

    private fun read(
        done: Long,
        all: Long?,
    ) = set { if (list is ListStep.Reading) copy(list = ListStep.Reading(done, all)) else this }

    /** What a list that was taken in names can be found at once. */
    private fun take(read: suspend () -> ListStep) {
        taking?.cancel()
        set { copy(list = ListStep.Reading()) }
        taking = scope.launch {
            val step = read()
            set { copy(list = step) }
            if ((step as? ListStep.Open)?.taken != null) {
                set { copy(noList = false) }
                find(now.query)
            }
        }
    }

    private fun find(query: String) {
        finding?.cancel()
        set { copy(query = query) }
        finding = attempt(::notFound) {
            val found = health.findPortals(query)
            val searched = query.isNotBlank()
            set {
                copy(
                    found = if (searched) found.ways else emptyList(),
                    searched = searched,
                    more = searched && found.more,
                    listAsOf = found.asOf,
                )
            }
        }
    }

    private fun notFound(trouble: HealthTrouble) {
        val noList = trouble.kind == HealthTrouble.Kind.NO_LIST
        set { if (noList) copy(noList = true) else copy(trouble = trouble.words) }
    }

    private fun signIn(
        check: ConnectStep.Check,
        samePerson: Boolean,
    ) {
        asked = check
        set { copy(step = ConnectStep.Asking, trouble = null) }
        attempt({ set { copy(step = check, trouble = it.words) } }) {
            val page = health.connect(NewConnectionUi(check.address, check.name, now.clientId.trim().ifEmpty { null }, samePerson))
            set { copy(step = ConnectStep.Browser(page)) }
            openBrowser(page)
        }
    }

    private fun returned(address: String) {
        attempt({ set { copy(step = ConnectStep.Find, trouble = it.words) } }) {
            when (val came = health.redirected(address)) {
                ReturnedUi.NotForUs -> {
                    lost()
                }

                is ReturnedUi.ReadingOnly -> {
                    set { copy(step = ConnectStep.Browser(came.address, came.reason)) }
                    openBrowser(came.address)
                }

                is ReturnedUi.Unsure -> {
                    set { copy(step = ConnectStep.Unsure(came.because)) }
                }

                is ReturnedUi.AnotherPerson -> {
                    set { copy(step = ConnectStep.AnotherPerson(came.because)) }
                }

                is ReturnedUi.Connected -> {
                    connected(came.step)
                }
            }
        }
    }

    /** A sign-in ends with the process that began it: the person is told, and can begin again. */
    private fun lost() {
        if (now.step == ConnectStep.Find) set { copy(trouble = words()("connect.lost")) }
    }

    private fun allowNotices(allowed: Boolean) {
        set { if (this.step is ConnectStep.Connected) copy(step = step.copy(mayAskNotices = false)) else this }
        if (allowed) scope.launch { notices?.ask() }
    }

    /** The first reading begins at once; nobody has to wait for it. Now there is something that a notice could tell of. */
    private suspend fun connected(step: ConnectStep.Connected) {
        val shown = step.copy(reading = true, mayAskNotices = notices?.allowed == false)
        set { copy(step = shown) }
        attempt({ set { copy(trouble = it.words) } }) { drafts.drop() }
        val said = try {
            health.sync().flatMap { syncedWords(it, words()) }
        } catch (trouble: HealthTrouble) {
            listOf(trouble.words)
        }
        set { (this.step as? ConnectStep.Connected)?.let { copy(step = it.copy(reading = false, said = said)) } ?: this }
    }

    private fun giveUp() {
        val under = now.step is ConnectStep.Browser || now.step == ConnectStep.Asking
        set { copy(step = ConnectStep.Find, trouble = null) }
        if (under) attempt({ set { copy(trouble = it.words) } }) { health.giveUp() }
    }

    private companion object {
        const val ADDRESS = "address"
        const val CLIENT = "client"
    }
}
