package org.wellkept.ui.record

import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.Route
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Icons
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords

@Composable
fun RecordScreen(
    state: RecordState,
    on: (RecordEvent) -> Unit,
    bottom: @Composable () -> Unit = {},
) {
    val words = LocalWords.current
    Page(
        title = words("record.title"),
        actions = {
            IconButton({ on(RecordEvent.Open(Route.Search)) }) { Icon(Icons.Search, words("search.title")) }
        },
        bottom = bottom,
    ) {
        state.why?.let { part { Failure(it) } }
        ListKind.entries.forEach { kind ->
            part {
                val unread = state.unread[kind]?.takeIf { it > 0 }
                WayRow(
                    title = words("list.$kind"),
                    onClick = { on(RecordEvent.Open(Route.Entries(kind))) },
                    note = unread?.let { words.count("record.unread", it) },
                )
            }
        }
        part { WayRow(words("notes.title"), { on(RecordEvent.Open(Route.Notes())) }) }
    }
}
