package org.wellkept.app

import android.content.Context
import android.content.SharedPreferences
import androidx.core.content.edit
import org.wellkept.app.notices.QuietHours
import org.wellkept.ui.app.AppSettings
import java.time.LocalTime

/** What a person set on this phone. Nothing of the record. */
class Settings(
    context: Context,
) {
    private val kept: SharedPreferences = context.getSharedPreferences("settings", Context.MODE_PRIVATE)

    /** What the screens let them choose. */
    var app: AppSettings
        get() =
            AppSettings(
                language = kept.getString(LANGUAGE, null),
                lockAfterMinutes = kept.getInt(LOCK_AFTER, AppSettings().lockAfterMinutes),
                allOnMetered = kept.getBoolean(METERED, false),
            )
        set(value) =
            kept.edit {
                putString(LANGUAGE, value.language)
                putInt(LOCK_AFTER, value.lockAfterMinutes)
                putBoolean(METERED, value.allOnMetered)
            }

    /** When no notification is shown. */
    var quiet: QuietHours
        get() = QuietHours(time(QUIET_FROM, QuietHours.USUAL.from), time(QUIET_TO, QuietHours.USUAL.to))
        set(value) =
            kept.edit {
                putInt(QUIET_FROM, value.from.toSecondOfDay())
                putInt(QUIET_TO, value.to.toSecondOfDay())
            }

    private fun time(
        name: String,
        usual: LocalTime,
    ): LocalTime {
        val second = kept.getInt(name, usual.toSecondOfDay())
        return LocalTime.ofSecondOfDay(second.coerceIn(0, LAST_SECOND).toLong())
    }

    private companion object {
        const val LANGUAGE = "language"
        const val LOCK_AFTER = "lock.after"
        const val METERED = "metered"
        const val QUIET_FROM = "quiet.from"
        const val QUIET_TO = "quiet.to"
        const val LAST_SECOND = 86_399
    }
}
