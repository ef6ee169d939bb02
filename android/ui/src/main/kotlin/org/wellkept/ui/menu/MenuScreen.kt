package org.wellkept.ui.menu

import androidx.compose.runtime.Composable
import org.wellkept.ui.app.Route
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords

sealed interface MenuEvent {
    data class Open(
        val route: Route,
    ) : MenuEvent

    data object Back : MenuEvent
}

private val WAYS = listOf(
    "portals.title" to Route.Portals,
    "outbox.title" to Route.Outbox,
    "notes.title" to Route.Notes(),
    "hidden.title" to Route.Hidden,
    "take.title" to Route.TakeAway,
    "settings.title" to Route.Settings,
    "about.title" to Route.About,
)

@Composable
fun MenuScreen(on: (MenuEvent) -> Unit) {
    val words = LocalWords.current
    Page(title = words("menu.title"), back = { on(MenuEvent.Back) }) {
        WAYS.forEach { (title, route) -> part { WayRow(words(title), { on(MenuEvent.Open(route)) }) } }
    }
}
