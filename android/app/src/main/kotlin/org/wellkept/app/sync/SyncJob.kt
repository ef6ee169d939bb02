package org.wellkept.app.sync

import android.app.job.JobParameters
import android.app.job.JobService
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.wellkept.app.AppParts
import org.wellkept.app.WellkeptApplication
import org.wellkept.app.notices.Notice

/** Runs what [SyncSchedule] asked Android for. A sync that Android ends is broken off between two answers and loses none. */
class SyncJob : JobService() {
    private val scope: CoroutineScope = MainScope()
    private val running = mutableMapOf<Int, Job>()

    override fun onStartJob(job: JobParameters): Boolean {
        val parts = (application as WellkeptApplication).parts
        when (job.jobId) {
            SyncSchedule.NOTICE -> SyncSchedule.noticeIn(job.extras)?.let { say(it, parts) }
            else -> running[job.jobId] = scope.launch { jobFinished(job, again(job.jobId, parts)) }
        }
        return job.jobId in running
    }

    private fun say(
        notice: Notice,
        parts: AppParts,
    ) {
        if (notice == Notice.WAITS) parts.waiting.tell() else parts.background.say(notice)
    }

    private suspend fun again(
        job: Int,
        parts: AppParts,
    ): Boolean = if (job == SyncSchedule.REMIND) parts.waiting.tell() else parts.background.run()

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
