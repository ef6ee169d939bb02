package org.wellkept.ui.app

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.parts.Icons
import org.wellkept.ui.words.LocalWords

/** The four places that a person comes back to. With large letters they stand in two rows or more; none is ever cut off. */
@Composable
fun TabBar(
    here: Route,
    go: (Route) -> Unit,
) {
    Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
        FlowRow(
            Modifier.fillMaxWidth().selectableGroup(),
            horizontalArrangement = Arrangement.SpaceEvenly,
        ) {
            TABS.forEach { tab -> Tab(tab, tab == here) { go(tab) } }
        }
    }
}

@Composable
private fun Tab(
    tab: Route,
    chosen: Boolean,
    choose: () -> Unit,
) {
    val words = LocalWords.current
    val scheme = MaterialTheme.colorScheme
    val ink = if (chosen) scheme.primary else scheme.onSurfaceVariant
    Column(
        Modifier.selectable(chosen, role = Role.Tab, onClick = choose).heightIn(min = 56.dp).padding(horizontal = 8.dp, vertical = 8.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        verticalArrangement = Arrangement.spacedBy(2.dp),
    ) {
        Icon(signOf(tab), null, tint = ink)
        Text(
            words("tab.${nameOf(tab)}"),
            style = MaterialTheme.typography.labelMedium,
            color = ink,
            fontWeight = if (chosen) FontWeight.Bold else FontWeight.Medium,
        )
    }
}

private fun nameOf(tab: Route): String =
    when (tab) {
        Route.Record -> "Record"
        Route.Threads -> "Threads"
        Route.Appointments -> "Appointments"
        else -> "Home"
    }

private fun signOf(tab: Route): ImageVector =
    when (tab) {
        Route.Record -> Icons.Record
        Route.Threads -> Icons.Message
        Route.Appointments -> Icons.Calendar
        else -> Icons.Home
    }
