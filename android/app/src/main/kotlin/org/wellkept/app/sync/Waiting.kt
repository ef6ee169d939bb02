package org.wellkept.app.sync

import org.wellkept.app.Settings
import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices

/**
 * What becomes of acts that wait while the record is locked. Android has them sent; in the strict mode nobody but the person opens the
 * record, so they are told, once, that something waits for that. `open`: whether the record is, and they see it themselves.
 */
class Waiting(
    private val schedule: SyncSchedule,
    private val settings: Settings,
    private val notices: Notices,
    private val say: (Notice) -> Boolean,
    private val open: () -> Boolean,
) {
    /** As the outbox is now. `more`: something waits that did not before. */
    fun follow(
        waits: Boolean,
        more: Boolean,
    ) {
        if (!waits || more) settings.toldOfWaiting = false
        when {
            !waits -> schedule.sent()
            !settings.strict -> schedule.send()
            !settings.toldOfWaiting -> schedule.remind()
        }
    }

    /** Whether it is to be told another time. */
    fun tell(): Boolean =
        when {
            open() -> {
                true
            }

            else -> {
                if (notices.allowed && !settings.toldOfWaiting) settings.toldOfWaiting = say(Notice.WAITS)
                false
            }
        }
}
