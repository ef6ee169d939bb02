package org.wellkept.app.sync

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.os.PersistableBundle
import org.wellkept.app.notices.Notice
import java.time.Duration
import java.time.ZonedDateTime

/** What Android does for the app while nobody looks: a sync now and then, and a notice that quiet hours held back. */
class SyncSchedule(
    private val context: Context,
) {
    private val jobs = requireNotNull(context.getSystemService(JobScheduler::class.java))
    private val service = ComponentName(context, SyncJob::class.java)

    /** Syncs now and then from now on, also after a restart of the phone. `metered`: also where data costs money. */
    fun start(metered: Boolean) {
        val network = if (metered) JobInfo.NETWORK_TYPE_ANY else JobInfo.NETWORK_TYPE_UNMETERED
        val job =
            JobInfo
                .Builder(SYNC, service)
                .setPeriodic(EVERY.toMillis(), WITHIN.toMillis())
                .setRequiredNetworkType(network)
                .setRequiresBatteryNotLow(true)
                .setRequiresStorageNotLow(true)
                .setPersisted(true)
                .build()
        // Asking again for what is asked for already would begin its waiting anew.
        if (jobs.getPendingJob(SYNC)?.requiredNetwork != job.requiredNetwork) jobs.schedule(job)
    }

    fun stop() = jobs.cancel(SYNC)

    /** Keeps a notice until quiet hours end; of two, the one that needs the person. */
    fun later(
        notice: Notice,
        until: ZonedDateTime,
        now: ZonedDateTime,
    ) {
        val kept = jobs.getPendingJob(NOTICE)?.extras?.let(::noticeIn)
        val which = if (kept == Notice.NEEDS_YOU) kept else notice
        val job =
            JobInfo
                .Builder(NOTICE, service)
                .setMinimumLatency(Duration.between(now, until).toMillis())
                .setExtras(PersistableBundle().apply { putInt(WHICH, which.ordinal) })
                .setPersisted(true)
                .build()
        jobs.schedule(job)
    }

    companion object {
        const val SYNC = 1
        const val NOTICE = 2
        private const val WHICH = "notice"
        private val EVERY = Duration.ofHours(6)
        private val WITHIN = Duration.ofHours(2)

        fun noticeIn(extras: PersistableBundle): Notice? = Notice.entries.getOrNull(extras.getInt(WHICH, -1))
    }
}
