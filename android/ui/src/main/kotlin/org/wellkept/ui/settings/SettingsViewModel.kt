package org.wellkept.ui.settings

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.Notices
import org.wellkept.ui.app.StrictLock
import org.wellkept.ui.app.ViewModel

class SettingsViewModel(
    settings: AppSettings,
    private val keep: (AppSettings) -> Unit,
    private val go: Go,
    private val notices: Notices?,
    private val strict: StrictLock?,
    scope: CoroutineScope,
) : ViewModel<SettingsState, SettingsEvent>(SettingsState(settings, notices?.allowed, strict?.let { Strict(it.on) }), scope) {
    override fun on(event: SettingsEvent) {
        when (event) {
            is SettingsEvent.Change -> {
                set { copy(settings = event.settings) }
                keep(event.settings)
            }

            SettingsEvent.AllowNotices -> {
                notices?.let { allow(it) }
            }

            is SettingsEvent.SetStrict -> {
                strict?.let { setStrict(it, event.on) }
            }

            SettingsEvent.Back -> {
                go.back()
            }
        }
    }

    private fun allow(notices: Notices) =
        scope.launch {
            val allowed = notices.ask()
            set { copy(notices = allowed) }
        }

    private fun setStrict(
        lock: StrictLock,
        on: Boolean,
    ) {
        if (now.strict?.underWay == true) return
        set { copy(strict = Strict(lock.on, underWay = true)) }
        scope.launch {
            val outcome = lock.set(on)
            set { copy(strict = Strict(lock.on, failed = outcome.takeIf { it != StrictLock.Outcome.DONE })) }
        }
    }
}
