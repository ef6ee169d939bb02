package org.wellkept.ui.settings

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.AppSettings

@Immutable
data class SettingsState(
    val settings: AppSettings = AppSettings(),
)

sealed interface SettingsEvent {
    data class Change(
        val settings: AppSettings,
    ) : SettingsEvent

    data object Back : SettingsEvent
}
