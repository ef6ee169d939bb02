package org.wellkept.ui.settings

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.StrictLock

/** `notices` and `strict` are missing where the device has none of it. */
@Immutable
data class SettingsState(
    val settings: AppSettings = AppSettings(),
    val notices: Boolean? = null,
    val strict: Strict? = null,
)

/** The strict lock, and why it could not be set last. */
@Immutable
data class Strict(
    val on: Boolean,
    val underWay: Boolean = false,
    val failed: StrictLock.Outcome? = null,
)

sealed interface SettingsEvent {
    data class Change(
        val settings: AppSettings,
    ) : SettingsEvent

    data object AllowNotices : SettingsEvent

    data class SetStrict(
        val on: Boolean,
    ) : SettingsEvent

    data object Back : SettingsEvent
}
