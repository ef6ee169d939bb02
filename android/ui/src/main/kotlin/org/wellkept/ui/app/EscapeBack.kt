package org.wellkept.ui.app

import androidx.compose.ui.input.key.Key
import androidx.compose.ui.input.key.KeyEvent
import androidx.compose.ui.input.key.KeyEventType
import androidx.compose.ui.input.key.key
import androidx.compose.ui.input.key.type

/** The way back of a host with a keyboard: the escape key. */
class EscapeBack {
    private var way: (() -> Unit)? = null

    /** For the app's own handling of the way back. */
    val handling: BackHandling = { enabled, back -> way = back.takeIf { enabled } }

    /** Whether the key led back. Where there is no way back it is left to others. */
    fun takes(event: KeyEvent): Boolean {
        val back = way.takeIf { event.type == KeyEventType.KeyUp && event.key == Key.Escape } ?: return false
        back()
        return true
    }
}
