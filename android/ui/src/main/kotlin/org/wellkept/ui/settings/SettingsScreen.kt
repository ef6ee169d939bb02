package org.wellkept.ui.settings

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Quiet
import org.wellkept.ui.app.StrictLock
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.ChoiceRow
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.ToggleRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun SettingsScreen(
    state: SettingsState,
    on: (SettingsEvent) -> Unit,
) {
    val words = LocalWords.current
    val change: (AppSettings) -> Unit = { on(SettingsEvent.Change(it)) }
    Page(title = words("settings.title"), back = { on(SettingsEvent.Back) }) {
        lock(state, change, on, words)
        if (state.notices != null) notices(state.settings, state.notices, change, on, words)
        language(state.settings, change, words)
        network(state, change, words)
    }
}

private fun LazyListScope.lock(
    state: SettingsState,
    change: (AppSettings) -> Unit,
    on: (SettingsEvent) -> Unit,
    words: Words,
) = part {
    val settings = state.settings
    Heading(words("settings.lock"))
    AppSettings.LOCK_TIMES.forEach { minutes ->
        val text = if (minutes == 0) words("settings.lock.now") else words.count("settings.lock.after", minutes.toLong())
        ChoiceRow(text, settings.lockAfterMinutes == minutes, { change(settings.copy(lockAfterMinutes = minutes)) })
    }
    Small(words("settings.lock.why"))
    state.strict?.let { StrictRow(it, on) }
}

@Composable
private fun StrictRow(
    strict: Strict,
    on: (SettingsEvent) -> Unit,
) {
    val words = LocalWords.current
    ToggleRow(words("settings.strict"), strict.on, { on(SettingsEvent.SetStrict(it)) }, note = words("settings.strict.note"))
    if (strict.underWay) Busy()
    if (strict.on) Note(words("settings.strict.on"))
    when (strict.failed) {
        StrictLock.Outcome.NO_SCREEN_LOCK -> Said(words("settings.strict.no.lock"), bad = true)
        StrictLock.Outcome.TURNED_AWAY -> Said(words("settings.strict.away"))
        StrictLock.Outcome.NOT_NOW -> Said(words("settings.strict.not.now"), bad = true)
        StrictLock.Outcome.DONE, null -> Unit
    }
}

private fun LazyListScope.notices(
    settings: AppSettings,
    allowed: Boolean,
    change: (AppSettings) -> Unit,
    on: (SettingsEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("settings.notices"))
    if (allowed) {
        Body(words("settings.notices.on"))
    } else {
        Body(words("settings.notices.off"))
        SecondButton(words("notices.yes"), { on(SettingsEvent.AllowNotices) })
    }
    Small(words("notices.what"))
    val quiet = settings.quiet
    ToggleRow(
        words("settings.quiet"),
        quiet != null,
        { change(settings.copy(quiet = if (it) Quiet() else null)) },
        note = quiet?.let { words("settings.quiet.hours", hour(it.from), hour(it.until)) } ?: words("settings.quiet.none"),
    )
    if (quiet != null) {
        Body(words("settings.quiet.from", hour(quiet.from)))
        Hour(words("settings.quiet.from.earlier"), words("settings.quiet.from.later")) { by ->
            change(settings.copy(quiet = quiet.copy(from = shifted(quiet.from, by))))
        }
        Body(words("settings.quiet.until", hour(quiet.until)))
        Hour(words("settings.quiet.until.earlier"), words("settings.quiet.until.later")) { by ->
            change(settings.copy(quiet = quiet.copy(until = shifted(quiet.until, by))))
        }
    }
}

/** Two buttons whose names say of which hour they speak. */
@Composable
private fun Hour(
    earlier: String,
    later: String,
    shift: (Int) -> Unit,
) {
    PlainButton(earlier) { shift(-1) }
    PlainButton(later) { shift(1) }
}

private const val HOURS = 24

private fun shifted(
    hour: Int,
    by: Int,
): Int = (hour + by).mod(HOURS)

private fun hour(hour: Int): String = "%02d:00".format(hour)

private fun LazyListScope.language(
    settings: AppSettings,
    change: (AppSettings) -> Unit,
    words: Words,
) = part {
    Heading(words("settings.language"))
    ChoiceRow(words("settings.language.device"), settings.language == null, { change(settings.copy(language = null)) })
    Words.LANGUAGES.forEach { language ->
        ChoiceRow(words("language.$language"), settings.language == language, { change(settings.copy(language = language)) })
    }
    Small(words("settings.language.note"))
}

private fun LazyListScope.network(
    state: SettingsState,
    change: (AppSettings) -> Unit,
    words: Words,
) = part {
    val settings = state.settings
    Heading(words("settings.network"))
    ToggleRow(
        words("settings.metered"),
        settings.allOnMetered,
        { change(settings.copy(allOnMetered = it)) },
        note = words("settings.metered.note"),
    )
}
