package org.wellkept.ui.samples

import androidx.compose.runtime.Composable

/** One state of one screen, as it is drawn: for previews, pictures and tests. */
class Sample(
    val screen: String,
    val state: String,
    val content: @Composable () -> Unit,
) {
    override fun toString(): String = "$screen: $state"
}

/** Every state of every screen. */
val SAMPLES: List<Sample> =
    FIRST_RUN_STATES + LOCK_STATES + HOME_STATES + RECORD_STATES + LIST_STATES + ENTRY_STATES + FILE_STATES + SEARCH_STATES +
        PORTALS_STATES + CONNECT_STATES + THREADS_STATES + THREAD_STATES + COMPOSE_STATES + OUTBOX_STATES +
        APPOINTMENTS_STATES + DAY_STATES + BOOKING_STATES + NOTES_STATES + HIDDEN_STATES + TAKE_AWAY_STATES +
        SETTINGS_STATES + MENU_STATES + ABOUT_STATES
