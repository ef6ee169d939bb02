package org.wellkept.app.sync

import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices
import org.wellkept.app.notices.QuietHours
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.SyncedUi
import java.time.Duration
import java.time.ZonedDateTime

/** What a sync came to, as far as a notification and the next try may know. */
data class News(
    val cameIn: Boolean = false,
    /** A portal asks for a new sign-in. */
    val signInAgain: Boolean = false,
    /** Something is to be looked at by the person. */
    val look: Boolean = false,
    /** A portal could not be reached, or gave nothing. */
    val unreached: Boolean = false,
    /** Something still waits to be sent. */
    val waits: Boolean = false,
) {
    /** A portal that asks for a new sign-in takes nothing before the person came. */
    val again: Boolean get() = unreached || (waits && !signInAgain)

    val notice: Notice?
        get() =
            when {
                signInAgain -> Notice.SIGN_IN
                look -> Notice.LOOK
                cameIn -> Notice.NEWS
                else -> null
            }

    companion object {
        fun of(
            synced: List<SyncedUi>,
            waits: Boolean = false,
        ) = News(
            cameIn = synced.any { it.new + it.changed > 0 },
            signInAgain = synced.any { it.signInAgain },
            look = synced.any { it.look },
            unreached = synced.any { it.offline || it.down },
            waits = waits,
        )
    }
}

/** One sync of the record, bounded: it is over by `deadline` (Unix seconds). */
fun interface Syncing {
    /** `null` when the record cannot be opened unseen: in the strict mode, or not made yet. */
    suspend fun sync(deadline: Long): News?
}

/** A sync that nobody looks at, and what is said of it: nothing but that there is something, and nothing in quiet hours. */
class BackgroundSync(
    private val syncing: Syncing,
    private val notices: Notices,
    private val schedule: SyncSchedule,
    private val quiet: () -> QuietHours,
    private val now: () -> ZonedDateTime,
) {
    /** Whether it is worth trying again before its turn. */
    suspend fun run(): Boolean {
        val deadline = now().plus(LONGEST).toEpochSecond()
        val news =
            try {
                syncing.sync(deadline) ?: return false
            } catch (_: HealthTrouble) {
                // The keystore, the disk, another process: what there is to say is said when the person opens the app.
                return true
            }
        news.notice?.let(::say)
        return news.again
    }

    /** Whether it was said; if not, it is once quiet hours are over. */
    fun say(notice: Notice): Boolean {
        val now = now()
        val end = quiet().endAfter(now)
        if (end == null) notices.show(notice) else schedule.later(notice, end, now)
        return end == null
    }

    private companion object {
        /** Android lets a job run for ten minutes. */
        val LONGEST: Duration = Duration.ofMinutes(8)
    }
}
