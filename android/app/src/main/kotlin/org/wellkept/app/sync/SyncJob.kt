package org.wellkept.app.sync

import android.app.job.JobParameters
import android.app.job.JobService
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.wellkept.app.WellkeptApplication

/** Runs what [SyncSchedule] asked Android for. A sync that Android ends is broken off between two answers and loses none. */
class SyncJob : JobService() {
    private val scope: CoroutineScope = MainScope()
    private val running = mutableMapOf<Int, Job>()

    override fun onStartJob(job: JobParameters): Boolean {
        val background = (application as WellkeptApplication).parts.background
        if (job.jobId == SyncSchedule.NOTICE) {
            SyncSchedule.noticeIn(job.extras)?.let(background::say)
            return false
        }
        running[job.jobId] = scope.launch { jobFinished(job, background.run()) }
        return true
    }

    /** What was broken off is tried again: after a while, and each further time after a longer one. */
    override fun onStopJob(job: JobParameters): Boolean {
        running.remove(job.jobId)?.cancel()
        return job.jobId != SyncSchedule.NOTICE
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }
}
