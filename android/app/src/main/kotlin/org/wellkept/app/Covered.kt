package org.wellkept.app

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp

/** Shows `content`; over it, while `covered`, a page that says only whose it is. A screen reader then reads nothing below it. */
@Composable
fun Covered(
    covered: Boolean,
    content: @Composable () -> Unit,
) {
    Box(Modifier.fillMaxSize()) {
        Box(if (covered) Modifier.clearAndSetSemantics {} else Modifier) { content() }
        if (covered) Cover()
    }
}

@Composable
private fun Cover() {
    Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.surface) {
        Box(Modifier.padding(32.dp), contentAlignment = Alignment.Center) {
            Text(stringResource(R.string.covered), textAlign = TextAlign.Center)
        }
    }
}
