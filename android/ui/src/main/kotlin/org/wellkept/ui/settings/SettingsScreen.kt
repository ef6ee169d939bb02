package org.wellkept.ui.settings

import androidx.compose.runtime.Composable
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.parts.ChoiceRow
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.Page
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
    val settings = state.settings
    val change: (AppSettings) -> Unit = { on(SettingsEvent.Change(it)) }
    Page(title = words("settings.title"), back = { on(SettingsEvent.Back) }) {
        part {
            Heading(words("settings.lock"))
            AppSettings.LOCK_TIMES.forEach { minutes ->
                val text = if (minutes == 0) words("settings.lock.now") else words.count("settings.lock.after", minutes.toLong())
                ChoiceRow(text, settings.lockAfterMinutes == minutes, { change(settings.copy(lockAfterMinutes = minutes)) })
            }
            Small(words("settings.lock.why"))
        }
        part {
            Heading(words("settings.language"))
            ChoiceRow(words("settings.language.device"), settings.language == null, { change(settings.copy(language = null)) })
            Words.LANGUAGES.forEach { language ->
                ChoiceRow(words("language.$language"), settings.language == language, { change(settings.copy(language = language)) })
            }
            Small(words("settings.language.note"))
        }
        part {
            Heading(words("settings.network"))
            ToggleRow(
                words("settings.metered"),
                settings.allOnMetered,
                { change(settings.copy(allOnMetered = it)) },
                note = words("settings.metered.note"),
            )
        }
    }
}
