package org.wellkept.app.record

import android.content.Context
import org.wellkept.app.R

/** What is said when the phone's own way does not open the record. */
data class PhoneWords(
    val gone: String,
    val noScreenLock: String,
    val notNow: String,
    val anotherPassphrase: String,
) {
    companion object {
        fun of(context: Context) =
            PhoneWords(
                gone = context.getString(R.string.phone_key_gone),
                noScreenLock = context.getString(R.string.no_screen_lock),
                notNow = context.getString(R.string.phone_key_not_now),
                anotherPassphrase = context.getString(R.string.another_passphrase),
            )
    }
}
