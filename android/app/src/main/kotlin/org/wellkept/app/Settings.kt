package org.wellkept.app

import android.content.Context
import android.content.SharedPreferences
import androidx.core.content.edit
import org.wellkept.app.notices.QuietHours
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Quiet
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
                quiet = quiet.takeIf { it.from != it.to }?.let { Quiet(it.from.hour, it.to.hour) },
            )
        set(value) {
            kept.edit {
                putString(LANGUAGE, value.language)
                putInt(LOCK_AFTER, value.lockAfterMinutes)
                putBoolean(METERED, value.allOnMetered)
            }
            quiet = value.quiet?.let { QuietHours(hour(it.from), hour(it.until)) } ?: QuietHours.NONE
        }

    /** Whether only the person opens the record, each time: then nothing is synced in the background. */
    var strict: Boolean
        get() = kept.getBoolean(STRICT, false)
        set(value) = kept.edit(commit = true) { putBoolean(STRICT, value) }

    /** Whether the person was asked if this app may notify. They are asked once. */
    var askedToNotify: Boolean
        get() = kept.getBoolean(ASKED_TO_NOTIFY, false)
        set(value) = kept.edit { putBoolean(ASKED_TO_NOTIFY, value) }

    /** Whether the person was told of what waits to be sent now. They are told once. */
    var toldOfWaiting: Boolean
        get() = kept.getBoolean(TOLD_OF_WAITING, false)
        set(value) = kept.edit { putBoolean(TOLD_OF_WAITING, value) }

    /** When no notification is shown. */
    var quiet: QuietHours
        get() = QuietHours(time(QUIET_FROM, QuietHours.USUAL.from), time(QUIET_TO, QuietHours.USUAL.to))
        set(value) =
            kept.edit {
                putInt(QUIET_FROM, value.from.toSecondOfDay())
                putInt(QUIET_TO, value.to.toSecondOfDay())
            }

    private fun hour(hour: Int) = LocalTime.of(hour.coerceIn(0, LAST_HOUR), 0)

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
        const val STRICT = "strict"
        const val ASKED_TO_NOTIFY = "asked.to.notify"
        const val TOLD_OF_WAITING = "told.of.waiting"
        const val QUIET_FROM = "quiet.from"
        const val QUIET_TO = "quiet.to"
        const val LAST_HOUR = 23
        const val LAST_SECOND = 86_399
    }
}
