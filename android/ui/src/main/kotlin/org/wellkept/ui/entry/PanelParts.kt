package org.wellkept.ui.entry

import androidx.compose.foundation.clickable
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.CollectionInfo
import androidx.compose.ui.semantics.CollectionItemInfo
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.collectionInfo
import androidx.compose.ui.semantics.collectionItemInfo
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.parts.FlagTag
import org.wellkept.ui.parts.Icons
import org.wellkept.ui.parts.LARGE_LETTERS
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.aside
import org.wellkept.ui.parts.standingWords
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.flag
import org.wellkept.ui.words.range
import org.wellkept.ui.words.title
import org.wellkept.ui.words.value

private const val COLUMNS = 5
private const val DEEPEST = 4

/** Whether the laboratory calls it critical. */
internal fun isCritical(result: ResultUi): Boolean =
    when (val named = result.named) {
        is NamedUi.Entry -> named.line.flag == Flag.CRITICAL
        is NamedUi.Within -> named.flag == Flag.CRITICAL
        is NamedUi.NotHere -> false
    }

/**
 * The results of a report: test, value, the laboratory's flag and range, and how each stands. A screen reader reads cell by cell, and
 * each cell says its column; the test leads to its own page. `date` is the report's own.
 */
@Composable
fun ResultTable(
    results: List<ResultUi>,
    date: String?,
    open: (reference: String) -> Unit,
) {
    val words = LocalWords.current
    Panel {
        Column(Modifier.semantics { collectionInfo = CollectionInfo(results.size, COLUMNS) }) {
            results.forEachIndexed { row, result ->
                if (row > 0) HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
                val said = said(result.named, date, words)
                val way = said.reference?.let { { open(it) } }
                val place = Modifier.fillMaxWidth().padding(start = (result.depth.coerceAtMost(DEEPEST) * 16).dp, bottom = 8.dp)
                Column(place.tapped(way), verticalArrangement = Arrangement.spacedBy(4.dp)) { ResultCells(row, said, way) }
            }
        }
    }
}

/** The cells of one row, in words. */
private class ResultWords(
    val reference: String?,
    val title: String,
    val value: String?,
    val flag: Flag?,
    val flagText: String?,
    val range: String?,
    val strong: List<String>,
    val more: List<String>,
)

private fun said(
    named: NamedUi,
    date: String?,
    words: Words,
): ResultWords =
    when (named) {
        is NamedUi.Entry -> {
            said(named.line, date, words)
        }

        is NamedUi.Within -> {
            ResultWords(
                reference = null,
                title = words.title(named.title),
                value = named.value?.let(words::value),
                flag = named.flag.takeIf { it != Flag.NOT_STATED || named.value != null },
                flagText = named.flagText,
                range = ranges(named.ranges, words),
                strong = emptyList(),
                more = named.notices.map(words::core),
            )
        }

        is NamedUi.NotHere -> {
            ResultWords(null, words.title(named.title), null, null, null, null, listOf(words.core(named.because)), emptyList())
        }
    }

private fun said(
    line: LineUi,
    date: String?,
    words: Words,
): ResultWords {
    val fresh = when {
        line.changedSinceRead -> words("line.changed.since")
        line.unread -> words("line.new")
        else -> null
    }
    val other = line.whenText?.takeIf { it != date }?.let(words::core)
    return ResultWords(
        reference = line.reference,
        title = words.title(line.title),
        value = line.value?.let(words::value),
        flag = line.flag.takeIf { it != Flag.NOT_STATED || (line.isResult && line.value != null) },
        flagText = line.flagText,
        range = ranges(line.ranges, words),
        strong = listOfNotNull(standingWords(line, words), fresh),
        more = listOfNotNull(other, line.compared?.let(words::core)) + line.notices.map(words::core) + aside(line, words),
    )
}

private fun ranges(
    stated: List<String>,
    words: Words,
): String? = stated.takeIf { it.isNotEmpty() }?.joinToString("; ") { words.range(it) }

@Composable
private fun ResultCells(
    row: Int,
    said: ResultWords,
    way: (() -> Unit)?,
) {
    TitleCell(row, said.title, way)
    val large = LocalDensity.current.fontScale > LARGE_LETTERS
    if (large) {
        ValueCells(row, said)
        RangeCell(row, said.range, Modifier)
    } else if (said.value != null || said.flag != null || said.range != null) {
        Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(4.dp)) { ValueCells(row, said) }
            RangeCell(row, said.range, Modifier.weight(1f))
        }
    }
    StandingCell(row, said.strong, said.more)
}

/** The test: the way to its own page, where it has one. */
@Composable
private fun TitleCell(
    row: Int,
    title: String,
    way: (() -> Unit)?,
) {
    val words = LocalWords.current
    val cell = Modifier.fillMaxWidth().heightIn(min = 48.dp).cell(row, 0, words("table.test"), title)
    Row(
        if (way == null) cell else cell.clickable(role = Role.Button, onClick = way),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(12.dp),
    ) {
        Text(title, Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge, fontWeight = FontWeight.SemiBold)
        if (way != null) Icon(Icons.Forward, null, tint = MaterialTheme.colorScheme.onSurfaceVariant)
    }
}

@Composable
private fun ValueCells(
    row: Int,
    said: ResultWords,
) {
    val words = LocalWords.current
    said.value?.let { Text(it, Modifier.cell(row, 1, words("table.value"), it), style = MaterialTheme.typography.bodyLarge) }
    said.flag?.let { flag ->
        val own = said.flagText?.let { " (${words.flag(it)})" }.orEmpty()
        Box(Modifier.cell(row, 2, words("table.flag"), words("flag.$flag") + own)) { FlagTag(flag, said.flagText) }
    }
}

@Composable
private fun RangeCell(
    row: Int,
    range: String?,
    place: Modifier,
) {
    val words = LocalWords.current
    if (range == null) return
    Text(
        words("line.range", range),
        place.cell(row, 3, words("table.range"), range),
        style = MaterialTheme.typography.bodyMedium,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
}

/** How the result stands, and what else is to be known of it. */
@Composable
private fun StandingCell(
    row: Int,
    strong: List<String>,
    more: List<String>,
) {
    val words = LocalWords.current
    if (strong.isEmpty() && more.isEmpty()) return
    val sentences = (strong + more).joinToString(" ") { if (it.last() in ".:?!") it else "$it." }
    Column(
        Modifier.fillMaxWidth().cell(row, 4, words("table.standing"), sentences),
        verticalArrangement = Arrangement.spacedBy(4.dp),
    ) {
        strong.forEach { Text(it, style = MaterialTheme.typography.bodyMedium, fontWeight = FontWeight.SemiBold) }
        more.forEach { Text(it, style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant) }
    }
}

private fun Modifier.cell(
    row: Int,
    column: Int,
    name: String,
    said: String,
): Modifier =
    semantics(mergeDescendants = true) {
        collectionItemInfo = CollectionItemInfo(row, 1, column, 1)
        contentDescription = "$name: $said"
    }

/** A finger finds the whole row; whoever listens finds the way in the row's first cell. */
private fun Modifier.tapped(way: (() -> Unit)?): Modifier = if (way == null) this else pointerInput(way) { detectTapGestures { way() } }
