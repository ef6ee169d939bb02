package org.wellkept.ui.settings

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel

class SettingsViewModel(
    settings: AppSettings,
    private val keep: (AppSettings) -> Unit,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<SettingsState, SettingsEvent>(SettingsState(settings), scope) {
    override fun on(event: SettingsEvent) {
        when (event) {
            is SettingsEvent.Change -> {
                set { copy(settings = event.settings) }
                keep(event.settings)
            }

            SettingsEvent.Back -> {
                go.back()
            }
        }
    }
}
