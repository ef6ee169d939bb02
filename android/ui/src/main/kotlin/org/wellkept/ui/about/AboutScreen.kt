package org.wellkept.ui.about

import androidx.compose.runtime.Composable
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords

private val PARTS = listOf("use", "not", "yours", "portals", "none")

/** What the app is for, and what it is not. */
@Composable
fun AboutScreen(
    version: String,
    back: () -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("about.title"), back = back) {
        part { Warning(words("about.warning")) }
        PARTS.forEach { name ->
            part {
                Heading(words("about.$name.title"))
                Body(words("about.$name"))
            }
        }
        part { Small(words("about.version", version)) }
    }
}
