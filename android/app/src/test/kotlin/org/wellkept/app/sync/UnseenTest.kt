package org.wellkept.app.sync

import android.app.NotificationManager
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Intent
import android.os.Looper
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadow.api.Shadow
import org.robolectric.util.ReflectionHelpers
import org.wellkept.app.AppParts
import org.wellkept.app.Phone
import org.wellkept.app.R
import org.wellkept.app.keys.Hardware
import org.wellkept.app.keys.Presence
import org.wellkept.app.keys.Shown
import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices
import org.wellkept.app.notices.QuietHours
import org.wellkept.ui.app.Route
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.NewMessageUi
import org.wellkept.ui.health.ReturnedUi
import java.time.LocalTime

/** Alice's phone lies locked in a bag: the real library, a real portal, and Android's jobs as they come. */
class UnseenTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    private val clinic = Clinic()
    private val parts = application.parts
    private val notices = shadowOf(application.getSystemService(NotificationManager::class.java))
    private val alice = Presence { cipher -> Shown.YES.also { hardware.shown = cipher != null } }

    @After
    fun end() = clinic.close()

    @Test
    fun h1_a_message_written_without_a_network_goes_out_once_by_itself(): Unit =
        runBlocking {
            connect()
            write("I feel dizzy when I get up.")
            assertEquals(0, clinic.messages())
            assertFalse("nothing to try again", run(SyncSchedule.SEND))
            assertEquals(1, clinic.messages())
            assertFalse(run(SyncSchedule.SEND))
            assertEquals("once", 1, clinic.messages())
            val health = requireNotNull(parts.door.openByPhone())
            health.lock()
        }

    @Test
    fun a_sync_that_reached_no_portal_is_tried_again_and_one_that_did_tells_that_there_is_news(): Unit =
        runBlocking {
            parts.settings.quiet = QuietHours(LocalTime.NOON, LocalTime.NOON)
            connect()
            clinic.quirks("down")
            assertTrue("again, later", run(SyncSchedule.SYNC))
            assertEquals(0, notices.size())
            clinic.quirks()
            assertFalse(run(SyncSchedule.SYNC))
            val said = notices.allNotifications
                .single()
                .extras
                .getCharSequence("android.text")
                .toString()
            assertEquals(application.getString(R.string.notice_news), said)
        }

    @Test
    fun c4_in_the_strict_mode_a_job_opens_nothing_and_sends_nothing(): Unit =
        runBlocking {
            connect()
            write("Before the strict mode")
            parts.door.setStrict(true)
            assertFalse(run(SyncSchedule.SEND))
            assertEquals(0, clinic.messages())
            assertNull(parts.door.opened.value)
        }

    @Test
    fun c4_in_the_strict_mode_a_person_is_told_once_that_something_waits_for_them(): Unit =
        runBlocking {
            parts.settings.quiet = QuietHours.NONE
            connect()
            parts.door.setStrict(true)
            write("I feel dizzy when I get up.")
            hardware.shown = false
            assertFalse("it opens nothing: nobody is there", run(SyncSchedule.REMIND))
            assertEquals(listOf(application.getString(R.string.notice_waits)), told())
            assertNull(parts.door.opened.value)
            assertEquals(0, clinic.messages())
            application.parts.notices.clear()
            run(SyncSchedule.REMIND)
            assertEquals("once", emptyList<String>(), told())
            val touched = Notices.leadsTo(touched(Notice.WAITS))
            assertEquals(Route.Outbox, touched)
            val health = requireNotNull(parts.door.openByPhone())
            health.sendOutboxNow()
            assertEquals("the person sends it", 1, clinic.messages())
            until { !parts.settings.toldOfWaiting }
            health.lock()
        }

    @Test
    fun of_what_waits_nothing_is_said_in_quiet_hours_nor_while_the_person_looks_nor_where_they_want_no_notices(): Unit =
        runBlocking {
            parts.person.shows(alice)
            parts.settings.quiet = QuietHours.NONE
            val health = parts.door.make("Alice", "correct horse battery staple").health
            assertTrue("they see it; later, then", run(SyncSchedule.REMIND))
            health.lock()
            notices.setNotificationsEnabled(false)
            assertFalse(run(SyncSchedule.REMIND))
            assertFalse("should they want them one day", parts.settings.toldOfWaiting)
            notices.setNotificationsEnabled(true)
            parts.settings.quiet = QuietHours(LocalTime.MIN, LocalTime.of(23, 59, 59))
            assertFalse(run(SyncSchedule.REMIND))
            assertEquals(emptyList<String>(), told())
            val jobs = application.getSystemService(JobScheduler::class.java)!!
            assertEquals(Notice.WAITS, SyncSchedule.noticeIn(jobs.getPendingJob(SyncSchedule.NOTICE)!!.extras))
            parts.schedule.sent()
            assertNull("what was sent meanwhile is not told of", jobs.getPendingJob(SyncSchedule.NOTICE))
        }

    private fun told() =
        notices.allNotifications.map {
            it.extras
                .getCharSequence("android.text")
                .toString()
        }

    private fun touched(notice: Notice): Intent {
        application.parts.notices.show(notice)
        return shadowOf(notices.allNotifications.single().contentIntent).savedIntent
    }

    private suspend fun connect() {
        parts.person.shows(alice)
        val health = parts.door.make("Alice", "correct horse battery staple").health
        val page = health.connect(NewConnectionUi(clinic.base, "Riverside", null, samePerson = false))
        assertTrue(health.redirected(clinic.signIn(page)) is ReturnedUi.Connected)
        health.lock()
    }

    /** In a process in which nothing goes on by itself, as while there is no network. */
    private suspend fun write(text: String) {
        val process = AppParts(application, CoroutineScope(Job().apply { cancel() }))
        process.person.shows(alice)
        val health = requireNotNull(process.door.openByPhone())
        health.sync()
        val to = health
            .recipients("Riverside")
            .people
            .map { it.reference }
            .take(1)
        health.sendMessage(NewMessageUi(text, portal = "Riverside", to = to))
        health.lock()
    }

    /** Android runs the job. Whether it is to try again. */
    private fun run(job: Int): Boolean {
        val service = Robolectric.buildService(SyncJob::class.java).create().get()
        val parameters = Shadow.newInstanceOf(JobParameters::class.java)
        ReflectionHelpers.setField(parameters, "jobId", job)
        assertTrue("it goes on", service.onStartJob(parameters))
        until { shadowOf(service).isJobFinished }
        return shadowOf(service).isRescheduleNeeded
    }

    private fun until(done: () -> Boolean) {
        repeat(PATIENCE) {
            shadowOf(Looper.getMainLooper()).idle()
            if (done()) return
            Thread.sleep(10)
        }
        error("It did not come to an end")
    }

    private companion object {
        /** Hundredths of a second. */
        const val PATIENCE = 30_000
    }
}
