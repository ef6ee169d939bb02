package org.wellkept.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.wellkept.ui.words.LocalWords

@Composable
fun Heading(text: String) {
    Text(
        text,
        Modifier.padding(top = 12.dp).semantics { heading() },
        style = MaterialTheme.typography.titleMedium,
        fontWeight = FontWeight.SemiBold,
    )
}

@Composable
fun Body(text: String) {
    Text(text, style = MaterialTheme.typography.bodyLarge)
}

@Composable
fun Small(text: String) {
    Text(
        text,
        style = MaterialTheme.typography.bodyMedium,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
}

/** A few words on a coloured ground. The words carry the meaning, never the colour alone. */
@Composable
fun Tag(
    text: String,
    ground: Color,
    ink: Color,
) {
    Surface(color = ground, contentColor = ink, shape = MaterialTheme.shapes.small) {
        Text(text, Modifier.padding(horizontal = 8.dp, vertical = 2.dp), style = MaterialTheme.typography.labelLarge)
    }
}

/** From here on the words need the room that a sign would take. */
const val LARGE_LETTERS = 1.5f

/** What a person must not overlook. */
@Composable
fun Warning(text: String) {
    Surface(
        color = MaterialTheme.colorScheme.errorContainer,
        contentColor = MaterialTheme.colorScheme.onErrorContainer,
        shape = MaterialTheme.shapes.medium,
    ) {
        val large = LocalDensity.current.fontScale > LARGE_LETTERS
        Row(
            Modifier.fillMaxWidth().padding(12.dp).semantics(mergeDescendants = true) {},
            horizontalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            if (!large) Icon(Icons.Warning, null)
            Text(text, Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge)
        }
    }
}

/** What is good to know. */
@Composable
fun Note(text: String) {
    Surface(
        color = MaterialTheme.colorScheme.secondaryContainer,
        contentColor = MaterialTheme.colorScheme.onSecondaryContainer,
        shape = MaterialTheme.shapes.medium,
    ) {
        Text(text, Modifier.fillMaxWidth().padding(12.dp), style = MaterialTheme.typography.bodyMedium)
    }
}

/** Something is being read or done. */
@Composable
fun Busy(text: String = LocalWords.current("busy")) {
    Row(
        Modifier.fillMaxWidth().padding(vertical = 16.dp).semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite },
        horizontalArrangement = Arrangement.spacedBy(16.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        CircularProgressIndicator()
        Text(text, style = MaterialTheme.typography.bodyLarge)
    }
}

/** What came of something that a person did: read out when it appears. */
@Composable
fun Said(
    text: String,
    bad: Boolean = false,
) {
    Column(Modifier.semantics { liveRegion = LiveRegionMode.Polite }) {
        if (bad) Warning(text) else Note(text)
    }
}

/** Something could not be read. What to do next is in the words or in the button. */
@Composable
fun Failure(
    why: String,
    retry: (() -> Unit)? = null,
) {
    val words = LocalWords.current
    Said(words.core(why), bad = true)
    if (retry != null) SecondButton(words("retry"), retry)
}
