package org.wellkept.ui.home

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.AppointmentRow
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.Icons
import org.wellkept.ui.parts.LineRow
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun HomeScreen(
    state: HomeState,
    on: (HomeEvent) -> Unit,
    bottom: @Composable () -> Unit = {},
) {
    val words = LocalWords.current
    Page(
        title = state.holder,
        actions = {
            IconButton({ on(HomeEvent.Open(Route.Search)) }) { Icon(Icons.Search, words("search.title")) }
            IconButton({ on(HomeEvent.Lock) }) { Icon(Icons.Lock, words("lock.now")) }
            IconButton({ on(HomeEvent.Open(Route.Menu)) }) { Icon(Icons.More, words("menu.title")) }
        },
        bottom = bottom,
    ) {
        sync(state, words)
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> whole(load.value, on, words)
        }
    }
}

private fun LazyListScope.sync(
    state: HomeState,
    words: Words,
) {
    part {
        if (state.syncing) Busy(words("sync.busy"))
        state.said.forEach { Said(words.core(it)) }
    }
}

private fun LazyListScope.whole(
    home: HomeUi,
    on: (HomeEvent) -> Unit,
    words: Words,
) {
    if (home.restsOn.isEmpty()) return beginning(on, words)
    if ((home.fresh + home.changed).any { it.flag == Flag.CRITICAL }) part { Warning(words("critical.held")) }
    if (home.needsYou + home.waiting > 0) part { Outgoing(home, on) }
    lines(home, on, words)
    part {
        Heading(words("home.upcoming"))
        if (home.upcoming.isEmpty()) Small(words("home.upcoming.empty"))
        home.upcoming.forEach { one ->
            AppointmentRow(one) { on(HomeEvent.Open(Route.Day(one.line.reference))) }
        }
    }
    part {
        RestsOn(home.restsOn, home.lacks)
        SecondButton(words("sync.now"), { on(HomeEvent.Sync) })
        SecondButton(words("portals.see"), { on(HomeEvent.Open(Route.Portals)) })
    }
}

private fun LazyListScope.beginning(
    on: (HomeEvent) -> Unit,
    words: Words,
) = part {
    Panel {
        Body(words("home.begin"))
        MainButton(words("connect.title"), { on(HomeEvent.Open(Route.Connect)) })
        SecondButton(words("notes.title"), { on(HomeEvent.Open(Route.Notes())) })
    }
}

@Composable
private fun Outgoing(
    home: HomeUi,
    on: (HomeEvent) -> Unit,
) {
    val words = LocalWords.current
    Panel {
        if (home.needsYou > 0) Warning(words.count("outbox.needs.you", home.needsYou.toLong()))
        if (home.waiting > 0) Body(words.count("outbox.waiting", home.waiting.toLong()))
        SecondButton(words("outbox.see"), { on(HomeEvent.Open(Route.Outbox)) })
    }
}

private fun LazyListScope.lines(
    home: HomeUi,
    on: (HomeEvent) -> Unit,
    words: Words,
) {
    val open: (LineUi) -> Unit = { on(HomeEvent.Open(Route.Entry(it.reference))) }
    part { Heading(words("home.new")) }
    if (home.fresh.isEmpty()) part { Small(words("home.new.empty")) }
    home.fresh.forEach { line -> part { LineRow(line) { open(line) } } }
    if (home.changed.isNotEmpty()) {
        part { Heading(words("home.changed")) }
        home.changed.forEach { line -> part { LineRow(line) { open(line) } } }
    }
    part {
        if (home.unread > home.fresh.size + home.changed.size) {
            SecondButton(words.count("home.new.all", home.unread), { on(HomeEvent.Open(Route.Entries(ListKind.TIMELINE, unread = true))) })
        }
        if (home.unreadMessages > 0) {
            WayRow(words.count("home.messages", home.unreadMessages), { on(HomeEvent.Open(Route.Threads)) })
        }
    }
}
