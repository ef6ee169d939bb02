package org.wellkept.ui.search

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.SpanStyle
import androidx.compose.ui.text.buildAnnotatedString
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.withStyle
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.FlagTag
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.parts.standingWords
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.title
import org.wellkept.ui.words.value

@Composable
fun SearchScreen(
    state: SearchState,
    on: (SearchEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("search.title"), back = { on(SearchEvent.Back) }) {
        part { Field(words("search.label"), state.query, { on(SearchEvent.Query(it)) }, hint = words("search.hint")) }
        when (val load = state.load) {
            null -> Unit
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> found(load.value, on, words)
        }
    }
}

private fun LazyListScope.found(
    found: SearchUi,
    on: (SearchEvent) -> Unit,
    words: Words,
) {
    part {
        Small(words.count("search.found", found.hits.size.toLong()))
        if (found.hits.isEmpty()) Body(words("search.empty"))
    }
    found.hits.forEach { hit -> part { HitRow(hit) { on(SearchEvent.Open(routeOf(hit))) } } }
    part { RestsOn(found.restsOn, emptyList()) }
}

@Composable
private fun HitRow(
    hit: HitUi,
    onClick: () -> Unit,
) {
    val words = LocalWords.current
    WayRow(words.title(hit.title), onClick, tag = { HitWords(hit) }, note = if (hit.line == null) words("search.note") else null)
}

@Composable
private fun HitWords(hit: HitUi) {
    val words = LocalWords.current
    Column {
        val line = hit.line
        if (line != null) {
            line.value?.let { Body(words.value(it)) }
            if (line.isResult && line.value != null) FlagTag(line.flag, line.flagText)
            standingWords(line, words)?.let { Body(it) }
            line.notices.forEach { Small(words.core(it)) }
        }
        Snippet(hit.snippet)
        hit.file?.let { Small(words("search.file", it)) }
        val place = listOfNotNull(line?.whenText?.let(words::core)) + line?.portals.orEmpty()
        if (place.isNotEmpty()) Small(place.joinToString(" · "))
    }
}

@Composable
private fun Snippet(pieces: List<String>) {
    val text = buildAnnotatedString {
        pieces.forEachIndexed { at, piece ->
            if (at % 2 == 1) withStyle(SpanStyle(fontWeight = FontWeight.Bold)) { append(piece) } else append(piece)
        }
    }
    if (text.isNotEmpty()) Text(text, style = MaterialTheme.typography.bodyMedium)
}

private fun routeOf(hit: HitUi): Route {
    val line = hit.line ?: return Route.Notes(hit.about.firstOrNull())
    return when (line.type) {
        "Communication" -> Route.Thread(line.reference)
        "Appointment" -> Route.Day(line.reference)
        else -> Route.Entry(line.reference)
    }
}
