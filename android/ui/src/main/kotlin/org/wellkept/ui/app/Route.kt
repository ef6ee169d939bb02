package org.wellkept.ui.app

import java.net.URLDecoder
import java.net.URLEncoder

/** The lists of the record, as the core names them. */
enum class ListKind {
    RESULTS,
    VITALS,
    MEDICATIONS,
    ALLERGIES,
    CONDITIONS,
    IMMUNIZATIONS,
    PROCEDURES,
    VISITS,
    PLANS,
    CARE_TEAM,
    ORDERS,
    DOCUMENTS,
    COVERAGE,
    PROFILE,
    TIMELINE,
    OTHER,
}

/** Where a person is. It is written down as text, and so outlives the process. It names entries and tells nothing of them. */
sealed interface Route {
    data object Home : Route

    data object Record : Route

    data object Threads : Route

    data object Appointments : Route

    data object Menu : Route

    data class Entries(
        val kind: ListKind,
        val unread: Boolean = false,
    ) : Route

    data class Entry(
        val reference: String,
    ) : Route

    /** A file of an entry. That it is shown from under a cover is not written down: it holds for one look. */
    data class File(
        val reference: String,
        val number: Int,
        val reveal: Boolean = false,
    ) : Route

    data object Search : Route

    data object Portals : Route

    data object Connect : Route

    data class Thread(
        val id: String,
    ) : Route

    data class NewMessage(
        val portal: String? = null,
    ) : Route

    data object Outbox : Route

    data class Day(
        val reference: String,
    ) : Route

    data class Booking(
        val portal: String? = null,
        val moves: String? = null,
        /** The act whose time somebody else took. */
        val after: String? = null,
    ) : Route

    data class Notes(
        val about: String? = null,
    ) : Route

    data object Hidden : Route

    data object TakeAway : Route

    data object Settings : Route

    data object About : Route
}

/** The tabs: each is the bottom of the stack when it is chosen. */
val TABS = listOf(Route.Home, Route.Record, Route.Threads, Route.Appointments)

/** A route as text. */
fun Route.encode(): String =
    when (this) {
        is Route.Entries -> written("entries", kind.name, unread.toString())
        is Route.Entry -> written("entry", reference)
        is Route.File -> written("file", reference, number.toString())
        is Route.Thread -> written("thread", id)
        is Route.NewMessage -> written("message", portal)
        is Route.Day -> written("day", reference)
        is Route.Booking -> written("booking", portal, moves, after)
        is Route.Notes -> written("notes", about)
        else -> PLAIN.entries.first { it.value == this }.key
    }

/** The route of a text; `null` for what is none, as after an update that took a screen away. */
fun decodeRoute(text: String): Route? {
    PLAIN[text]?.let { return it }
    val parts = text.split("/").map { URLDecoder.decode(it, "UTF-8") }
    val first = parts.getOrNull(1)?.ifEmpty { null }
    val second = parts.getOrNull(2)?.ifEmpty { null }
    return when (parts.first()) {
        "entries" -> ListKind.entries.find { it.name == first }?.let { Route.Entries(it, second == "true") }
        "entry" -> first?.let(Route::Entry)
        "file" -> second?.toIntOrNull()?.let { number -> first?.let { Route.File(it, number) } }
        "thread" -> first?.let(Route::Thread)
        "message" -> Route.NewMessage(first)
        "day" -> first?.let(Route::Day)
        "booking" -> Route.Booking(first, second, parts.drop(2).getOrNull(1)?.ifEmpty { null })
        "notes" -> Route.Notes(first)
        else -> null
    }
}

private val PLAIN: Map<String, Route> = mapOf(
    "home" to Route.Home,
    "record" to Route.Record,
    "threads" to Route.Threads,
    "appointments" to Route.Appointments,
    "menu" to Route.Menu,
    "search" to Route.Search,
    "portals" to Route.Portals,
    "connect" to Route.Connect,
    "outbox" to Route.Outbox,
    "hidden" to Route.Hidden,
    "take-away" to Route.TakeAway,
    "settings" to Route.Settings,
    "about" to Route.About,
)

private fun written(vararg parts: String?): String = parts.joinToString("/") { URLEncoder.encode(it.orEmpty(), "UTF-8") }
