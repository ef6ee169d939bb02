package org.wellkept.app.sync

import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.app.Phone
import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices
import org.wellkept.app.notices.QuietHours
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.SyncedUi
import java.time.ZoneId
import java.time.ZonedDateTime

class BackgroundSyncTest : Phone() {
    private val now = ZonedDateTime.of(2026, 3, 10, 12, 0, 0, 0, ZoneId.of("America/New_York"))
    private val deadlines = mutableListOf<Long>()

    @Test
    fun a_sync_in_the_background_is_over_before_android_ends_it() {
        again { News() }
        val minutes = (deadlines.single() - now.toEpochSecond()) / 60
        assertTrue("$minutes of the ten that a job has", minutes in 1..9)
    }

    @Test
    fun it_is_tried_again_by_what_it_reports() {
        assertFalse(again { null })
        assertFalse(again { News(cameIn = true, look = true) })
        assertTrue("not reached", again { News(unreached = true) })
        assertTrue("still waits", again { News(waits = true) })
        assertFalse("the person has to come first", again { News(waits = true, signInAgain = true) })
        assertTrue("the keystore, the disk", again { throw HealthTrouble("The record is locked") })
    }

    @Test
    fun what_a_sync_brought_is_news_and_nothing_more() {
        val nothing = SyncedUi("p", 0, 0)
        assertEquals(News(), News.of(emptyList()))
        assertEquals(null, News.of(listOf(nothing)).notice)
        assertEquals(Notice.NEWS, News.of(listOf(nothing, nothing.copy(changed = 1))).notice)
        assertEquals(Notice.NEWS, News.of(listOf(nothing.copy(new = 1))).notice)
        assertEquals(Notice.SIGN_IN, News.of(listOf(nothing.copy(new = 1, look = true), nothing.copy(signInAgain = true))).notice)
        assertEquals(Notice.LOOK, News.of(listOf(nothing.copy(new = 1, look = true))).notice)
        assertTrue(News.of(listOf(nothing, nothing.copy(offline = true))).again)
        assertTrue(News.of(listOf(nothing, nothing.copy(down = true))).again)
        assertFalse(News.of(listOf(nothing.copy(new = 1))).again)
    }

    private fun again(outcome: () -> News?): Boolean {
        val syncing = Syncing { deadline ->
            deadlines += deadline
            outcome()
        }
        val sync = BackgroundSync(syncing, Notices(application), SyncSchedule(application), { QuietHours.USUAL }, { now })
        return runBlocking { sync.run() }
    }
}
