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
    private var sync: Job? = null

    override fun onStartJob(job: JobParameters): Boolean {
        val background = (application as WellkeptApplication).parts.background
        if (job.jobId == SyncSchedule.NOTICE) {
            SyncSchedule.noticeIn(job.extras)?.let(background::say)
            return false
        }
        sync =
            scope.launch {
                background.run()
                jobFinished(job, false)
            }
        return true
    }

    /** Whether to try again soon: the next one in its turn is soon enough. */
    override fun onStopJob(job: JobParameters): Boolean {
        sync?.cancel()
        return false
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }
}
