package org.wellkept.ui.entry

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.CollectionInfo
import androidx.compose.ui.semantics.CollectionItemInfo
import androidx.compose.ui.semantics.collectionInfo
import androidx.compose.ui.semantics.collectionItemInfo
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.parts.LARGE_LETTERS
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.code
import org.wellkept.ui.words.field
import org.wellkept.ui.words.value

/** Two columns. A screen reader reads cell by cell, and each cell says which row and column it is. */
@Composable
fun FieldTable(rows: List<Pair<String, String>>) {
    Panel {
        Column(Modifier.semantics { collectionInfo = CollectionInfo(rows.size, 2) }) {
            rows.forEachIndexed { at, (label, text) -> TableRow(at, listOf(label, text)) }
        }
    }
}

/** What was seen, newest first: when, value, status. */
@Composable
fun HistoryTable(history: List<RevisionUi>) {
    val words = LocalWords.current
    val heads = listOf(words("table.seen"), words("table.value"), words("table.status"))
    Panel {
        Column(Modifier.semantics { collectionInfo = CollectionInfo(history.size + 1, heads.size) }) {
            TableRow(0, heads, head = true)
            history.forEachIndexed { at, one ->
                val seen = words.dates.moment(one.seen) + if (one.current) " " + words("table.current") else ""
                val value = one.value?.let(words::value) ?: words(if (one.held) "table.no.value" else "standing.not.held")
                TableRow(at + 1, listOf(seen, value, one.status?.let(words::code) ?: words("table.no.status")), names = heads)
            }
        }
    }
}

@Composable
private fun TableRow(
    row: Int,
    cells: List<String>,
    head: Boolean = false,
    names: List<String> = emptyList(),
) {
    val large = LocalDensity.current.fontScale > LARGE_LETTERS
    if (large) {
        if (!head) Column(Modifier.fillMaxWidth().padding(vertical = 6.dp)) { Cells(row, cells, head, names, Modifier, named = true) }
    } else {
        Row(Modifier.fillMaxWidth().padding(vertical = 6.dp), horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            Cells(row, cells, head, names, Modifier.weight(1f), named = false)
        }
    }
    HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
}

/** With large letters the cells stand below one another, each with the name of its column. */
@Composable
private fun Cells(
    row: Int,
    cells: List<String>,
    head: Boolean,
    names: List<String>,
    place: Modifier,
    named: Boolean,
) {
    cells.forEachIndexed { column, text ->
        val said = names.getOrNull(column)?.let { "$it: $text" } ?: text
        Text(
            if (named) said else text,
            place.semantics {
                collectionItemInfo = CollectionItemInfo(row, 1, column, 1)
                contentDescription = said
                if (head) heading()
            },
            style = MaterialTheme.typography.bodyMedium,
            fontWeight = if (head || (names.isEmpty() && column == 0)) FontWeight.SemiBold else FontWeight.Normal,
        )
    }
}

/** All that is in the entry, folded until it is asked for. */
@Composable
fun Everything(parts: List<PartUi>) {
    val words = LocalWords.current
    var open by rememberSaveable { mutableStateOf(false) }
    PlainButton(words(if (open) "entry.everything.close" else "entry.everything")) { open = !open }
    if (open) {
        Panel {
            parts.forEach { part ->
                val label = words.core(part.label)
                val text = if (part.text.isEmpty()) label else "$label: ${words.field(part.label, part.text)}"
                Text(
                    text,
                    Modifier.padding(start = (part.depth.coerceAtMost(6) * 12).dp),
                    style = MaterialTheme.typography.bodyMedium,
                )
            }
        }
    }
}

/** A note with every version that stands: two people may have changed it at once. */
@Composable
fun NoteWords(note: NoteUi) {
    val words = LocalWords.current
    Panel {
        if (note.covered) Small(words("notes.covered"))
        if (note.versions.size > 1) Note(words("notes.both"))
        note.versions.forEach { text ->
            if (!note.covered) Text(text ?: words("standing.not.held"), style = MaterialTheme.typography.bodyLarge)
        }
        Small(words("notes.written", words.dates.moment(note.written)))
    }
}
