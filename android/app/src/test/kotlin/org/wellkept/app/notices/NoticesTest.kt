package org.wellkept.app.notices

import android.app.Notification
import android.app.NotificationManager
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.wellkept.app.Phone
import org.wellkept.app.R
import org.wellkept.app.sync.BackgroundSync
import org.wellkept.app.sync.News
import org.wellkept.app.sync.SyncSchedule
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlinx.coroutines.runBlocking
import android.app.job.JobScheduler

class NoticesTest : Phone() {
    private val manager = application.getSystemService(NotificationManager::class.java)!!
    private val jobs = application.getSystemService(JobScheduler::class.java)!!
    private var now = at(12, 0)

    @Test
    fun c8_a_notice_has_fixed_words_only() {
        for (notice in Notice.entries) Notices(application).show(notice)
        val shown = shadowOf(manager).allNotifications
        assertEquals(Notice.entries.size, shown.size)
        val allowed = listOf(R.string.notice_title, R.string.notice_news, R.string.notice_needs_you, R.string.notice_hidden)
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
    }

    @Test
    @Config(qualifiers = "es")
    fun a_notice_speaks_spanish() {
        Notices(application).show(Notice.NEWS)
        val text = shadowOf(manager).allNotifications.single().extras.getCharSequence(Notification.EXTRA_TEXT)
        assertEquals("Hay novedades en tu historial. Abre Wellkept para verlas.", text.toString())
    }

    @Test
    fun h18_a_sync_says_that_something_waits_and_no_sync_without_news_says_anything() {
        assertEquals(emptyList<String>(), afterSync(null))
        assertEquals(emptyList<String>(), afterSync(News(cameIn = false, needsYou = false)))
        assertEquals(listOf(R.string.notice_news), afterSync(News(cameIn = true, needsYou = false)))
        assertEquals(listOf(R.string.notice_needs_you), afterSync(News(cameIn = true, needsYou = true)))
    }

    @Test
    fun in_quiet_hours_nothing_is_said_before_they_end() {
        now = at(23, 30)
        assertEquals(emptyList<String>(), afterSync(News(cameIn = true, needsYou = true)))
        now = at(23, 45)
        assertEquals(emptyList<String>(), afterSync(News(cameIn = true, needsYou = false)))
        val kept = jobs.getPendingJob(SyncSchedule.NOTICE)!!
        assertEquals((7 * 60 + 15) * 60_000L, kept.minLatencyMillis)
        assertEquals("the one that needs the person", Notice.NEEDS_YOU, SyncSchedule.noticeIn(kept.extras))
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

    private fun afterSync(news: News?): List<Any> {
        manager.cancelAll()
        val schedule = SyncSchedule(application)
        val sync = BackgroundSync({ news }, Notices(application), schedule, { QuietHours.USUAL }, { now })
        runBlocking { sync.run() }
        return Notice.entries.map { it.words }.filter { words ->
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
