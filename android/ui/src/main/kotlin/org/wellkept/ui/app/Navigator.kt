package org.wellkept.ui.app

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.setValue

/** What a view model may ask of navigation. */
interface Go {
    fun to(route: Route)

    fun back()

    /** In the place of the screen that is shown. */
    fun instead(route: Route)
}

/** The way to the screen that is shown. Never empty. */
class Navigator(
    stack: List<Route> = listOf(Route.Home),
) : Go {
    var stack: List<Route> by mutableStateOf(stack.ifEmpty { listOf(Route.Home) })
        private set

    val here: Route get() = stack.last()

    val canGoBack: Boolean get() = stack.size > 1

    override fun to(route: Route) {
        stack = if (route in TABS) tab(route) else (stack + route).takeLast(DEEPEST)
    }

    override fun back() {
        if (canGoBack) stack = stack.dropLast(1)
    }

    override fun instead(route: Route) {
        stack = stack.dropLast(1) + route
    }

    private fun tab(route: Route): List<Route> = if (route == Route.Home) listOf(Route.Home) else listOf(Route.Home, route)

    companion object {
        private const val DEEPEST = 50

        val Saver: Saver<Navigator, Any> = Saver(
            save = { navigator -> navigator.stack.joinToString(" ") { it.encode() } },
            restore = { text -> Navigator(text.toString().split(" ").mapNotNull(::decodeRoute)) },
        )
    }
}
