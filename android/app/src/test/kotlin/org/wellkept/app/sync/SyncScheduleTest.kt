package org.wellkept.app.sync

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.net.NetworkCapabilities
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.app.Phone

class SyncScheduleTest : Phone() {
    private val jobs = application.getSystemService(JobScheduler::class.java)!!
    private val schedule = SyncSchedule(application)

    @Test
    fun a_sync_in_the_background_waits_for_a_free_network_a_charged_phone_and_room() {
        schedule.start(metered = false)
        val job = jobs.getPendingJob(SyncSchedule.SYNC)!!
        assertFalse(mayCostData(job))
        assertTrue(job.isPeriodic && job.isPersisted)
        assertTrue(job.isRequireBatteryNotLow && job.isRequireStorageNotLow)
        assertTrue("four times a day at most", job.intervalMillis >= 6 * 3_600_000L)
    }

    @Test
    fun the_person_may_let_it_cost_data_and_may_end_it() {
        schedule.start(metered = true)
        assertTrue(mayCostData(jobs.getPendingJob(SyncSchedule.SYNC)!!))
        schedule.start(metered = false)
        assertFalse(mayCostData(jobs.getPendingJob(SyncSchedule.SYNC)!!))
        schedule.stop()
        assertNull(jobs.getPendingJob(SyncSchedule.SYNC))
    }

    @Test
    fun what_waits_to_be_sent_goes_out_once_there_is_any_network() {
        schedule.send()
        val job = jobs.getPendingJob(SyncSchedule.SEND)!!
        assertTrue(mayCostData(job) && job.isPersisted && !job.isPeriodic)
        assertEquals(JobInfo.BACKOFF_POLICY_EXPONENTIAL, job.backoffPolicy)
        schedule.send()
        assertTrue("its wait does not begin anew", job === jobs.getPendingJob(SyncSchedule.SEND))
        schedule.sent()
        assertNull(jobs.getPendingJob(SyncSchedule.SEND))
    }

    @Test
    fun c4_in_the_strict_mode_nothing_runs_unseen() {
        val parts = application.parts
        parts.scheduleAsSet()
        schedule.send()
        assertEquals(2, jobs.allPendingJobs.size)
        parts.settings.strict = true
        parts.scheduleAsSet()
        assertEquals("of what waits, the person is told", listOf(SyncSchedule.REMIND), jobs.allPendingJobs.map { it.id })
        assertTrue("once something could come of it", mayCostData(jobs.allPendingJobs.single()))
        parts.settings.strict = false
        parts.scheduleAsSet()
        assertEquals(setOf(SyncSchedule.SYNC, SyncSchedule.SEND), jobs.allPendingJobs.map { it.id }.toSet())
    }

    @Test
    fun asking_again_does_not_begin_the_wait_anew() {
        schedule.start(metered = false)
        val first = jobs.getPendingJob(SyncSchedule.SYNC)
        schedule.start(metered = false)
        assertNotNull(first)
        assertTrue(first === jobs.getPendingJob(SyncSchedule.SYNC))
    }

    private fun mayCostData(job: JobInfo): Boolean {
        val network = requireNotNull(job.requiredNetwork)
        assertTrue(network.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET))
        return !network.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
    }
}
