package org.wellkept.app.sync

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.os.PersistableBundle
import org.wellkept.app.notices.Notice
import java.time.Duration
import java.time.ZonedDateTime

/**
 * What Android does for the app while nobody looks: a sync now and then, what waits to be sent or that it waits, a notice that quiet
 * hours held back.
 */
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
                .setBackoffCriteria(AGAIN.toMillis(), JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .setPersisted(true)
                .build()
        // Asking again for what is asked for already would begin its waiting anew.
        if (jobs.getPendingJob(SYNC)?.requiredNetwork != job.requiredNetwork) jobs.schedule(job)
        if (jobs.getPendingJob(REMIND) != null) send()
    }

    /** Nothing goes on unseen from now on: of what waits to be sent, the person is told instead. */
    fun stop() {
        if (jobs.getPendingJob(SEND) != null) remind()
        jobs.cancel(SYNC)
        jobs.cancel(SEND)
    }

    /** Sends what waits once there is a network, whatever that costs: it is little, and a person waits for the answer. */
    fun send() {
        jobs.cancel(REMIND)
        onceThereIsANetwork(SEND)
    }

    /** Tells the person, once there is a network, that something waits for them to open the app. Opens nothing. */
    fun remind() = onceThereIsANetwork(REMIND)

    /** Nothing waits any more. */
    fun sent() {
        jobs.cancel(SEND)
        jobs.cancel(REMIND)
        if (jobs.getPendingJob(NOTICE)?.extras?.let(::noticeIn) == Notice.WAITS) jobs.cancel(NOTICE)
    }

    /** Keeps a notice until quiet hours end; of two, the one that needs the person. */
    fun later(
        notice: Notice,
        until: ZonedDateTime,
        now: ZonedDateTime,
    ) {
        val kept = jobs.getPendingJob(NOTICE)?.extras?.let(::noticeIn)
        val which = if (notice == Notice.NEWS && kept != null) kept else notice
        val job =
            JobInfo
                .Builder(NOTICE, service)
                .setMinimumLatency(Duration.between(now, until).toMillis())
                .setExtras(PersistableBundle().apply { putInt(WHICH, which.ordinal) })
                .setPersisted(true)
                .build()
        jobs.schedule(job)
    }

    private fun onceThereIsANetwork(which: Int) {
        if (jobs.getPendingJob(which) != null) return
        val job =
            JobInfo
                .Builder(which, service)
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                // The screens try first.
                .setMinimumLatency(SOON.toMillis())
                .setBackoffCriteria(SOON.toMillis(), JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .setPersisted(true)
                .build()
        jobs.schedule(job)
    }

    companion object {
        const val SYNC = 1
        const val NOTICE = 2
        const val SEND = 3
        const val REMIND = 4
        private const val WHICH = "notice"
        private val EVERY = Duration.ofHours(6)
        private val WITHIN = Duration.ofHours(2)
        private val AGAIN = Duration.ofMinutes(10)
        private val SOON = Duration.ofMinutes(1)

        fun noticeIn(extras: PersistableBundle): Notice? = Notice.entries.getOrNull(extras.getInt(WHICH, -1))
    }
}
