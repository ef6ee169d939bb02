package org.wellkept.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
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
import org.wellkept.ui.model.AppointmentUi
import org.wellkept.ui.model.HeldUi
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

/** One appointment in a list: when it is stands first. */
@Composable
fun AppointmentRow(
    one: AppointmentUi,
    onClick: () -> Unit,
) {
    Column(Modifier.fillMaxWidth().clickable(role = Role.Button, onClick = onClick)) {
        Column(
            Modifier.fillMaxWidth().heightIn(min = 56.dp).padding(vertical = 10.dp),
            verticalArrangement = Arrangement.spacedBy(4.dp),
        ) { AppointmentWords(one) }
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
    }
}

@Composable
fun AppointmentWords(one: AppointmentUi) {
    val words = LocalWords.current
    one.at?.let {
        Text(words.core(it.text), style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
    }
    Text(one.line.title, style = MaterialTheme.typography.bodyLarge)
    one.state?.let { Small(words.core(it)) }
    one.before?.let { before ->
        val was = listOfNotNull(before.state?.let(words::core), before.whenText?.let(words::core)).joinToString(", ")
        Text(words("appointment.before", was), style = MaterialTheme.typography.bodyMedium, fontWeight = FontWeight.SemiBold)
    }
    one.held?.let { Note(heldWords(it, words)) }
    one.whyCancelled?.let { Small(words("appointment.why", it)) }
    (one.places + one.with).forEach { Small(it) }
    listOfNotNull(one.at?.unclear, one.at?.warning).forEach { Warning(words.core(it)) }
    standingWords(one.line, words)?.takeIf { one.before == null }?.let { Small(it) }
    one.line.notices.forEach { Small(words.core(it)) }
    if (one.line.portals.isNotEmpty()) Small(one.line.portals.joinToString(" · "))
}

private fun heldWords(
    held: HeldUi,
    words: Words,
): String = held.until?.let { words("appointment.held.until", words.dates.moment(it)) } ?: words("appointment.held")
