package org.wellkept.ui.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import org.wellkept.ui.about.AboutScreen
import org.wellkept.ui.appointments.AppointmentsScreen
import org.wellkept.ui.appointments.AppointmentsViewModel
import org.wellkept.ui.booking.BookingScreen
import org.wellkept.ui.booking.BookingViewModel
import org.wellkept.ui.compose.ComposeScreen
import org.wellkept.ui.compose.ComposeViewModel
import org.wellkept.ui.connect.ConnectScreen
import org.wellkept.ui.connect.ConnectViewModel
import org.wellkept.ui.connect.LARGEST_LIST
import org.wellkept.ui.connect.ListDownload
import org.wellkept.ui.connect.ListSource
import org.wellkept.ui.day.DayScreen
import org.wellkept.ui.day.DayViewModel
import org.wellkept.ui.entry.EntryScreen
import org.wellkept.ui.entry.EntryViewModel
import org.wellkept.ui.file.FileScreen
import org.wellkept.ui.file.FileViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.hidden.HiddenScreen
import org.wellkept.ui.hidden.HiddenViewModel
import org.wellkept.ui.home.HomeScreen
import org.wellkept.ui.home.HomeViewModel
import org.wellkept.ui.list.ListScreen
import org.wellkept.ui.list.ListViewModel
import org.wellkept.ui.menu.MenuEvent
import org.wellkept.ui.menu.MenuScreen
import org.wellkept.ui.notes.NotesScreen
import org.wellkept.ui.notes.NotesViewModel
import org.wellkept.ui.outbox.OutboxScreen
import org.wellkept.ui.outbox.OutboxViewModel
import org.wellkept.ui.portals.PortalsScreen
import org.wellkept.ui.portals.PortalsViewModel
import org.wellkept.ui.record.RecordScreen
import org.wellkept.ui.record.RecordViewModel
import org.wellkept.ui.search.SearchScreen
import org.wellkept.ui.search.SearchViewModel
import org.wellkept.ui.settings.SettingsScreen
import org.wellkept.ui.settings.SettingsViewModel
import org.wellkept.ui.takeaway.TakeAwayScreen
import org.wellkept.ui.takeaway.TakeAwayViewModel
import org.wellkept.ui.thread.ThreadScreen
import org.wellkept.ui.thread.ThreadViewModel
import org.wellkept.ui.threads.ThreadsScreen
import org.wellkept.ui.threads.ThreadsViewModel
import org.wellkept.ui.words.Words

/** What makes the view models of an opened record. */
internal class Screens(
    val app: AppParts,
    val health: Health,
    val models: ViewModels,
    val words: () -> Words,
) {
    val go: Navigator get() = app.navigator
    val host: Host get() = app.host
}

/** The screen that a person is at. Its place in a list stays while screens lie over it. */
@Composable
internal fun Here(screens: Screens) {
    val stack = screens.go.stack
    val keys = stack.mapIndexed { depth, route -> "$depth ${route.encode()}" }
    val holder = rememberSaveableStateHolder()
    LaunchedEffect(keys) { screens.models.keepOnly(keys.toSet()) }
    holder.SaveableStateProvider(keys.last()) { Shown(screens, stack.last(), keys.last()) }
}

@Composable
private fun Shown(
    screens: Screens,
    route: Route,
    key: String,
) {
    when (route) {
        Route.Home -> Home(screens, key)
        Route.Record -> Record(screens, key)
        Route.Threads -> Threads(screens, key)
        Route.Appointments -> Appointments(screens, key)
        Route.Outbox, is Route.Thread, is Route.NewMessage, is Route.Day, is Route.Booking -> Acts(screens, route, key)
        else -> Others(screens, route, key)
    }
}

@Composable
private fun Home(
    screens: Screens,
    key: String,
) {
    val model = screens.models.of(key) { HomeViewModel(screens.health, screens.go, screens.words, screens.app.lock, it) }
    val state by model.state.collectAsState()
    HomeScreen(state, model::on) { TabBar(Route.Home, screens.go::to) }
}

@Composable
private fun Record(
    screens: Screens,
    key: String,
) {
    val model = screens.models.of(key) { RecordViewModel(screens.health, screens.go, it) }
    val state by model.state.collectAsState()
    RecordScreen(state, model::on) { TabBar(Route.Record, screens.go::to) }
}

@Composable
private fun Threads(
    screens: Screens,
    key: String,
) {
    val model = screens.models.of(key) { ThreadsViewModel(screens.health, screens.go, it) }
    val state by model.state.collectAsState()
    ThreadsScreen(state, model::on) { TabBar(Route.Threads, screens.go::to) }
}

@Composable
private fun Appointments(
    screens: Screens,
    key: String,
) {
    val model = screens.models.of(key) { AppointmentsViewModel(screens.health, screens.go, screens.words, screens.host::share, it) }
    val state by model.state.collectAsState()
    AppointmentsScreen(state, model::on) { TabBar(Route.Appointments, screens.go::to) }
}

@Composable
private fun Acts(
    screens: Screens,
    route: Route,
    key: String,
) {
    val health = screens.health
    val go = screens.go
    when (route) {
        is Route.Thread -> {
            val model = screens.models.of(key) { ThreadViewModel(route.id, health, go, screens.host::chooseFile, screens.host::now, it) }
            val state by model.state.collectAsState()
            ThreadScreen(state, model::on)
        }

        is Route.NewMessage -> {
            val model = screens.models.of(key) { ComposeViewModel(route.portal, health, go, screens.host::chooseFile, it) }
            val state by model.state.collectAsState()
            ComposeScreen(state, model::on)
        }

        is Route.Day -> {
            val model = screens.models.of(key) { DayViewModel(route.reference, health, go, screens.words, screens.host::share, it) }
            val state by model.state.collectAsState()
            DayScreen(state, model::on)
        }

        is Route.Booking -> {
            val model = screens.models.of(key) { BookingViewModel(route, health, go, it) }
            val state by model.state.collectAsState()
            BookingScreen(state, model::on)
        }

        else -> {
            val host = screens.host
            val strict = host.strictLock?.on == true
            val model = screens.models.of(key) { OutboxViewModel(health, go, screens.words, host::copy, host::now, it, strict) }
            val state by model.state.collectAsState()
            OutboxScreen(state, model::on)
        }
    }
}

@Composable
private fun Others(
    screens: Screens,
    route: Route,
    key: String,
) {
    val health = screens.health
    val go = screens.go
    when (route) {
        is Route.Entries -> {
            val model = screens.models.of(key) { ListViewModel(route.kind, route.unread, health, go, it) }
            val state by model.state.collectAsState()
            ListScreen(state, model::on)
        }

        is Route.Entry -> {
            val model = screens.models.of(key) { EntryViewModel(route.reference, health, go, screens.words, it) }
            val state by model.state.collectAsState()
            EntryScreen(state, model::on)
        }

        is Route.File -> {
            val host = screens.host
            val model = screens.models.of(key) { FileViewModel(route, health, go, host.drawing, host::openElsewhere, it) }
            val state by model.state.collectAsState()
            FileScreen(state, model::on)
        }

        is Route.Notes -> {
            val model = screens.models.of(key) { NotesViewModel(route.about, health, go, it) }
            val state by model.state.collectAsState()
            NotesScreen(state, model::on)
        }

        Route.Search -> {
            val model = screens.models.of(key) { SearchViewModel(health, go, it) }
            val state by model.state.collectAsState()
            SearchScreen(state, model::on)
        }

        Route.Portals, Route.Connect -> {
            Portals(screens, route, key)
        }

        else -> {
            Small(screens, route, key)
        }
    }
}

@Composable
private fun Portals(
    screens: Screens,
    route: Route,
    key: String,
) {
    if (route == Route.Portals) {
        val model = screens.models.of(key) { PortalsViewModel(screens.health, screens.go, screens.words, it) }
        val state by model.state.collectAsState()
        PortalsScreen(state, model::on)
    } else {
        val host = screens.host
        val model = screens.models.of(key) {
            val lists = ListSource({ host.chooseFile(LARGEST_LIST.toLong()) }, ListDownload(LARGEST_LIST)::fetch)
            ConnectViewModel(screens.health, screens.go, screens.words, host::openBrowser, host.returned, lists, host.notices, it)
        }
        val state by model.state.collectAsState()
        ConnectScreen(state, model::on)
    }
}

@Composable
private fun Small(
    screens: Screens,
    route: Route,
    key: String,
) {
    val go = screens.go
    val app = screens.app
    when (route) {
        Route.Hidden -> {
            val model = screens.models.of(key) { HiddenViewModel(screens.health, go, it) }
            val state by model.state.collectAsState()
            HiddenScreen(state, model::on)
        }

        Route.TakeAway -> {
            val erase: suspend () -> Unit = {
                app.session.erase()
                go.to(Route.Home)
            }
            val model = screens.models.of(key) { TakeAwayViewModel(screens.health, go, screens.host::exportFolder, erase, it) }
            val state by model.state.collectAsState()
            TakeAwayScreen(state, model::on)
        }

        Route.Settings -> {
            val host = screens.host
            val model = screens.models.of(key) { SettingsViewModel(app.settings, app.keep, go, host.notices, host.strictLock, it) }
            val state by model.state.collectAsState()
            SettingsScreen(state, model::on)
        }

        Route.About -> {
            AboutScreen(screens.host.version) { go.back() }
        }

        else -> {
            MenuScreen { event ->
                when (event) {
                    is MenuEvent.Open -> go.to(event.route)
                    MenuEvent.Back -> go.back()
                }
            }
        }
    }
}
