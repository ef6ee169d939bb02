package org.wellkept.app.keys

import javax.crypto.Cipher

/** Asks by the window that is in front. While there is none, nobody is there. */
class FrontPresence : Presence {
    private var window: Presence? = null

    fun shows(window: Presence) {
        this.window = window
    }

    fun hides(window: Presence) {
        if (this.window === window) this.window = null
    }

    override suspend fun ask(cipher: Cipher?): Shown = window?.ask(cipher) ?: Shown.NO
}
