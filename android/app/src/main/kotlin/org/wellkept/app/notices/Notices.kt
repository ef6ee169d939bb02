package org.wellkept.app.notices

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import org.wellkept.app.R
import org.wellkept.ui.app.Route

/** All that a notification can say, and where it leads. It names no portal, no person and nothing of the record, not even how much. */
enum class Notice(
    val words: Int,
    val leadsTo: Route,
) {
    NEWS(R.string.notice_news, Route.Home),
    SIGN_IN(R.string.notice_needs_you, Route.Portals),
    LOOK(R.string.notice_needs_you, Route.Outbox),
    WAITS(R.string.notice_waits, Route.Outbox),
}

/** Notifications: at most one that says the same. */
class Notices(
    private val context: Context,
) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))

    /** Whether the person lets this app show any. */
    val allowed: Boolean get() = manager.areNotificationsEnabled()

    /** Shows it, if the person lets this app show any. */
    fun show(notice: Notice) {
        manager.createNotificationChannel(channel())
        manager.notify(notice.words, build(notice))
    }

    /** Takes all back, once the person looks at the record. */
    fun clear() = manager.cancelAll()

    private fun build(notice: Notice): Notification =
        builder()
            .setContentText(context.getString(notice.words))
            .setPublicVersion(builder().setContentText(context.getString(R.string.notice_hidden)).build())
            .setContentIntent(opening(notice))
            .build()

    private fun builder() =
        Notification
            .Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.ic_notice)
            .setContentTitle(context.getString(R.string.notice_title))
            .setVisibility(Notification.VISIBILITY_PRIVATE)
            .setCategory(Notification.CATEGORY_STATUS)
            .setOnlyAlertOnce(true)
            .setShowWhen(false)
            .setAutoCancel(true)

    private fun opening(notice: Notice): PendingIntent {
        val open = Intent(Intent.ACTION_MAIN).setComponent(ComponentName(context, DOOR)).putExtra(WHICH, notice.ordinal)
        return PendingIntent.getActivity(context, notice.ordinal, open, PendingIntent.FLAG_IMMUTABLE)
    }

    private fun channel() =
        NotificationChannel(CHANNEL, context.getString(R.string.channel_news), NotificationManager.IMPORTANCE_DEFAULT).apply {
            description = context.getString(R.string.channel_news_about)
            lockscreenVisibility = Notification.VISIBILITY_PRIVATE
            setShowBadge(false)
        }

    companion object {
        private const val CHANNEL = "news"
        private const val WHICH = "notice"

        /** A second name of the one window, which no other app can use: what comes by it comes from a notification of ours. */
        const val DOOR = "org.wellkept.app.FromNotice"

        /** Where a touched notification leads; `null` for what did not come from one. */
        fun leadsTo(intent: Intent): Route? =
            if (intent.component?.className == DOOR) Notice.entries.getOrNull(intent.getIntExtra(WHICH, -1))?.leadsTo else null
    }
}
