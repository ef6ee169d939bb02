package org.wellkept.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Standing
import org.wellkept.ui.theme.LocalMeanings
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.changed
import org.wellkept.ui.words.flag
import org.wellkept.ui.words.range
import org.wellkept.ui.words.title
import org.wellkept.ui.words.value

/** One entry in a list. A screen reader reads it as one: name, value, flag, range, date, portal, what changes its meaning. */
@Composable
fun LineRow(
    line: LineUi,
    onClick: () -> Unit,
) {
    Column(Modifier.fillMaxWidth().clickable(role = Role.Button, onClick = onClick)) {
        Column(
            Modifier.fillMaxWidth().heightIn(min = 56.dp).padding(vertical = 10.dp),
            verticalArrangement = Arrangement.spacedBy(4.dp),
        ) { LineWords(line) }
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
    }
}

/** What is said of an entry, in reading order. */
@Composable
fun LineWords(line: LineUi) {
    val words = LocalWords.current
    Text(
        words.title(line.title),
        style = MaterialTheme.typography.titleMedium,
        fontWeight = if (line.unread) FontWeight.Bold else FontWeight.Medium,
    )
    ValueWords(line)
    FreshTag(line)
    val place = listOfNotNull(line.whenText?.let(words::core)) + line.portals
    if (place.isNotEmpty()) Small(place.joinToString(" · "))
    standingWords(line, words)?.let { Text(it, style = MaterialTheme.typography.bodyMedium, fontWeight = FontWeight.SemiBold) }
    line.notices.forEach { Text(words.core(it), style = MaterialTheme.typography.bodyMedium) }
    aside(line, words).forEach { Small(it) }
}

@Composable
private fun ValueWords(line: LineUi) {
    val words = LocalWords.current
    val value = line.value
    if (value != null) {
        Text(words.value(value), style = MaterialTheme.typography.bodyLarge)
    }
    if (line.flag != Flag.NOT_STATED || (line.isResult && value != null)) {
        FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
            FlagTag(line.flag, line.flagText)
            line.ranges.forEach { Small(words("line.range", words.range(it))) }
        }
    } else {
        line.ranges.forEach { Small(words("line.range", words.range(it))) }
    }
    line.compared?.let { Small(words.core(it)) }
}

/** The laboratory's flag: a sign, a word, and the laboratory's own words. */
@Composable
fun FlagTag(
    flag: Flag,
    own: String?,
) {
    val words = LocalWords.current
    val meanings = LocalMeanings.current
    val text = words("flag.$flag") + own?.let { " (${words.flag(it)})" }.orEmpty()
    when (flag) {
        Flag.CRITICAL -> Tag("‼ $text", meanings.critical, meanings.onCritical)
        Flag.OUTSIDE -> Tag("! $text", meanings.outside, meanings.onOutside)
        Flag.INSIDE, Flag.NOT_STATED -> Small(text)
    }
}

@Composable
private fun FreshTag(line: LineUi) {
    val words = LocalWords.current
    val meanings = LocalMeanings.current
    when {
        line.changedSinceRead -> Tag(words("line.changed.since"), meanings.fresh, meanings.onFresh)
        line.unread -> Tag(words("line.new"), meanings.fresh, meanings.onFresh)
    }
}

/** How an entry stands, when it does not stand as it was given. */
fun standingWords(
    line: LineUi,
    words: Words,
): String? =
    when (val standing = line.standing) {
        Standing.AsGiven -> null
        is Standing.Changed -> changedWords(standing, line.value, words)
        is Standing.Withdrawn -> words("standing.withdrawn", words.dates.moment(standing.seen))
        Standing.NotHeld -> words("standing.not.held")
        Standing.Unreadable -> words("standing.unreadable")
        Standing.Removed -> words("standing.removed")
    }

private fun changedWords(
    standing: Standing.Changed,
    value: String?,
    words: Words,
): String {
    val seen = words.dates.moment(standing.seen)
    val was = standing.from?.let { words("standing.changed.from", it, seen) } ?: words("standing.changed", seen)
    return listOfNotNull(was, words.changed(standing.what, standing.from, value)).joinToString(" ")
}

/** What else is to be known of an entry: other portals, who sees it, notes. */
fun aside(
    line: LineUi,
    words: Words,
): List<String> {
    val twins = line.twins.map { twin ->
        val value = twin.value ?: words("not.available")
        words(if (twin.agrees) "line.twin.same" else "line.twin.other", twin.portal, value)
    }
    val gone = line.noLongerBy.map { words("line.no.longer", it) }
    val withheld = if (line.withheld) listOf(words("line.withheld")) else emptyList()
    val notes = if (line.notes > 0) listOf(words.count("line.notes", line.notes)) else emptyList()
    return twins + gone + withheld + notes
}
