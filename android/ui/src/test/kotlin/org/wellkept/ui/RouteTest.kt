package org.wellkept.ui

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Navigator
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.decodeRoute
import org.wellkept.ui.app.encode

class RouteTest {
    private val routes = listOf(
        Route.Home,
        Route.Record,
        Route.Threads,
        Route.Appointments,
        Route.Menu,
        Route.Search,
        Route.Portals,
        Route.Connect,
        Route.Entries(ListKind.RESULTS, unread = true),
        Route.Entry("https://x.example/r4|Observation|a b/c"),
        Route.File("https://x.example/r4|DocumentReference|a b/c", 3),
        Route.Thread("Communication/1"),
        Route.NewMessage(),
        Route.NewMessage("Riverside Hospital"),
        Route.Outbox,
        Route.Day("Appointment/1"),
        Route.Booking("R", "Appointment/1"),
        Route.Booking(),
        Route.Booking("R", after = "d256"),
        Route.Notes(),
        Route.Notes("Observation/1"),
        Route.Hidden,
        Route.TakeAway,
        Route.Settings,
        Route.About,
    )

    @Test
    fun `every route comes back from its text`() {
        routes.forEach { assertEquals(it, decodeRoute(it.encode())) }
    }

    @Test
    fun `a text of another version is no route`() {
        listOf("", "nowhere", "entries/NO_SUCH", "entry", "entry/").forEach { assertNull(it, decodeRoute(it)) }
    }

    @Test
    fun `the way outlives the process`() {
        val before = Navigator()
        before.to(Route.Record)
        before.to(Route.Entries(ListKind.RESULTS))
        before.to(Route.Entry("Observation/1"))
        val kept = with(Navigator.Saver) {
            androidx.compose.runtime.saveable
                .SaverScope { true }
                .save(before)
        }
        val after = Navigator.Saver.restore(kept!!)!!
        assertEquals(before.stack, after.stack)
        after.back()
        assertEquals(Route.Entries(ListKind.RESULTS), after.here)
    }

    @Test
    fun `a tab begins anew, and back ends at home`() {
        val navigator = Navigator()
        navigator.to(Route.Record)
        navigator.to(Route.Search)
        navigator.to(Route.Threads)
        assertEquals(listOf(Route.Home, Route.Threads), navigator.stack)
        repeat(3) { navigator.back() }
        assertEquals(Route.Home, navigator.here)
    }
}
