package org.wellkept.app.notices

import android.app.Notification
import android.app.NotificationManager
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Intent
import android.os.Bundle
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.wellkept.app.MainActivity
import org.wellkept.app.Phone
import org.wellkept.app.R
import org.wellkept.app.sync.BackgroundSync
import org.wellkept.app.sync.News
import org.wellkept.app.sync.SyncSchedule
import org.wellkept.ui.health.SyncedUi
import java.time.ZoneId
import java.time.ZonedDateTime

class NoticesTest : Phone() {
    private val manager = application.getSystemService(NotificationManager::class.java)!!
    private val jobs = application.getSystemService(JobScheduler::class.java)!!
    private var now = at(12, 0)

    @Test
    fun c8_a_notice_has_fixed_words_only() {
        val shown = Notice.entries.flatMap { notice ->
            manager.cancelAll()
            Notices(application).show(notice)
            shadowOf(manager).allNotifications
        }
        assertEquals(Notice.entries.size, shown.size)
        val allowed =
            listOf(R.string.notice_title, R.string.notice_news, R.string.notice_needs_you, R.string.notice_waits, R.string.notice_hidden)
        val words = allowed.map(application::getString).toSet()
        for (notification in shown) {
            assertEquals(Notification.VISIBILITY_PRIVATE, notification.visibility)
            assertEquals(emptySet<String>(), said(notification) - words)
            assertEquals(
                setOf(application.getString(R.string.notice_title), application.getString(R.string.notice_hidden)),
                said(notification.publicVersion),
            )
            assertEquals(0, notification.number)
        }
        val channel = manager.notificationChannels.single()
        assertEquals(Notification.VISIBILITY_PRIVATE, channel.lockscreenVisibility)
        assertFalse("no number on the app's picture", channel.canShowBadge())
    }

    @Test
    fun c8_whatever_a_portal_is_called_and_says_a_notice_says_none_of_it() {
        val canary = "Oncology Canary 7.31"
        val came = listOf(SyncedUi(canary, 3, 1), SyncedUi(canary, 0, 0, signInAgain = true, said = listOf(canary), look = true))
        for (synced in came) {
            afterSync(News.of(listOf(synced)))
            val shown = shadowOf(manager).allNotifications.single()
            assertFalse(said(shown).any { canary in it } || shown.toString().contains("Canary"))
            assertFalse(shadowOf(shown.contentIntent).savedIntent.toUri(0).contains("Canary"))
        }
    }

    @Test
    @Config(qualifiers = "es")
    fun a_notice_speaks_spanish() {
        Notices(application).show(Notice.NEWS)
        val text = shadowOf(manager)
            .allNotifications
            .single()
            .extras
            .getCharSequence(Notification.EXTRA_TEXT)
        assertEquals("Hay novedades en tu historial. Abre Wellkept para verlas.", text.toString())
    }

    @Test
    fun h18_a_sync_says_that_something_waits_and_no_sync_without_news_says_anything() {
        assertEquals(emptyList<Int>(), afterSync(null))
        assertEquals(emptyList<Int>(), afterSync(News()))
        assertEquals(listOf(R.string.notice_news), afterSync(News(cameIn = true)))
        assertEquals(listOf(R.string.notice_needs_you), afterSync(News(cameIn = true, signInAgain = true)))
        assertEquals(listOf(R.string.notice_needs_you), afterSync(News(cameIn = true, look = true)))
    }

    @Test
    fun two_that_say_the_same_are_one() {
        for (notice in listOf(Notice.SIGN_IN, Notice.LOOK)) Notices(application).show(notice)
        assertEquals(1, shadowOf(manager).size())
    }

    @Test
    fun c27_a_touched_notice_leads_to_its_screen_and_nothing_else_does() {
        for (notice in Notice.entries) {
            manager.cancelAll()
            Notices(application).show(notice)
            val touched = shadowOf(shadowOf(manager).allNotifications.single().contentIntent)
            assertTrue("cannot be changed by who holds it", touched.isImmutable)
            val intent = touched.savedIntent
            assertEquals(application.packageName, intent.component?.packageName)
            assertEquals(notice.leadsTo, Notices.leadsTo(intent))
            val others =
                listOf(
                    Intent(intent).setComponent(ComponentName(application, MainActivity::class.java)),
                    Intent(intent).setComponent(ComponentName(application, Notices.DOOR + "2")),
                    Intent(intent).setComponent(null),
                    Intent(intent).putExtra("notice", 99),
                    Intent(intent).replaceExtras(Bundle()),
                )
            for (other in others) assertNull(Notices.leadsTo(other))
        }
    }

    @Test
    fun in_quiet_hours_nothing_is_said_before_they_end() {
        now = at(23, 30)
        assertEquals(emptyList<Int>(), afterSync(News(cameIn = true, look = true)))
        now = at(23, 45)
        assertEquals(emptyList<Int>(), afterSync(News(cameIn = true)))
        val kept = jobs.getPendingJob(SyncSchedule.NOTICE)!!
        assertEquals((7 * 60 + 15) * 60_000L, kept.minLatencyMillis)
        assertEquals("the one that needs the person", Notice.LOOK, SyncSchedule.noticeIn(kept.extras))
        assertEquals("which, and nothing else", setOf("notice"), kept.extras.keySet())
    }

    @Test
    fun quiet_hours_end_when_the_persons_clock_says() {
        val quiet = QuietHours.USUAL
        assertEquals(at(7, 0), quiet.endAfter(at(3, 0)))
        assertEquals(at(7, 0).plusDays(1), quiet.endAfter(at(21, 0)))
        for (loud in listOf(at(7, 0), at(12, 0), at(20, 59))) assertEquals(null, quiet.endAfter(loud))
        val byDay = QuietHours(quiet.to, quiet.from)
        assertEquals(at(21, 0), byDay.endAfter(at(12, 0)))
        assertEquals(null, byDay.endAfter(at(6, 59)))
        assertEquals("none", null, QuietHours(quiet.to, quiet.to).endAfter(at(7, 0)))
    }

    @Test
    fun a_persons_quiet_hours_are_kept() {
        application.parts.settings.quiet = QuietHours(at(1, 5).toLocalTime(), at(2, 10).toLocalTime())
        assertEquals(QuietHours(at(1, 5).toLocalTime(), at(2, 10).toLocalTime()), application.parts.settings.quiet)
    }

    private fun afterSync(news: News?): List<Int> {
        manager.cancelAll()
        val schedule = SyncSchedule(application)
        val sync = BackgroundSync({ news }, Notices(application), schedule, { QuietHours.USUAL }, { now })
        runBlocking { sync.run() }
        return listOf(R.string.notice_news, R.string.notice_needs_you).filter { words ->
            shadowOf(manager).allNotifications.any { application.getString(words) in said(it) }
        }
    }

    private fun said(notification: Notification): Set<String> {
        assertFalse(notification.tickerText != null)
        val texts = notification.extras.keySet().mapNotNull { notification.extras.getCharSequence(it)?.toString() }
        return texts.filter { it.isNotEmpty() && it != application.packageName }.toSet()
    }

    private fun at(
        hour: Int,
        minute: Int,
    ): ZonedDateTime = ZonedDateTime.of(2026, 3, 10, hour, minute, 0, 0, ZoneId.of("America/New_York"))
}
