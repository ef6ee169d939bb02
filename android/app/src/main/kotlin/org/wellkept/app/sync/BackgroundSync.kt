package org.wellkept.app.sync

import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices
import org.wellkept.app.notices.QuietHours
import java.time.ZonedDateTime

/** What a sync came to, as far as a notification may know. */
data class News(
    val cameIn: Boolean,
    val needsYou: Boolean,
)

/** One bounded sync of the record. */
fun interface Syncing {
    /** `null` when the record cannot be opened unseen: locked, in the strict mode, or not made yet. */
    suspend fun sync(): News?
}

/** A sync that nobody looks at, and what is said of it: nothing but that there is something, and nothing in quiet hours. */
class BackgroundSync(
    private val syncing: Syncing,
    private val notices: Notices,
    private val schedule: SyncSchedule,
    private val quiet: () -> QuietHours,
    private val now: () -> ZonedDateTime,
) {
    suspend fun run() {
        val news = syncing.sync() ?: return
        if (news.needsYou) say(Notice.NEEDS_YOU)
        if (news.cameIn && !news.needsYou) say(Notice.NEWS)
    }

    fun say(notice: Notice) {
        val now = now()
        when (val end = quiet().endAfter(now)) {
            null -> notices.show(notice)
            else -> schedule.later(notice, end, now)
        }
    }
}
