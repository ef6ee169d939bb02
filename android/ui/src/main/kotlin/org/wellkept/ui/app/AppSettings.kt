package org.wellkept.ui.app

import androidx.compose.runtime.Immutable

/** What a person chose about the app on this device. Nothing of it is about the person. */
@Immutable
data class AppSettings(
    /** `null`: as the device. */
    val language: String? = null,
    /** After so many minutes out of sight the record is locked; 0: at once. */
    val lockAfterMinutes: Int = 2,
    /** Whether everything is fetched over a network that costs by the byte too. */
    val allOnMetered: Boolean = false,
    /** When no notice is shown; `null`: at any time one may be. */
    val quiet: Quiet? = Quiet(),
) {
    companion object {
        val LOCK_TIMES = listOf(0, 2, 10)
    }
}

/** Hours of the day by the device's clock, 0 to 23. `from` after `until`: over midnight. */
@Immutable
data class Quiet(
    val from: Int = 21,
    val until: Int = 7,
)
