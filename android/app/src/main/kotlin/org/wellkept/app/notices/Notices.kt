package org.wellkept.app.notices

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import org.wellkept.app.MainActivity
import org.wellkept.app.R

/** All that a notification can say. It names no portal, no person and nothing of the record, not even how much there is. */
enum class Notice(
    val words: Int,
) {
    NEWS(R.string.notice_news),
    NEEDS_YOU(R.string.notice_needs_you),
}

/** Notifications: at most one of each kind. */
class Notices(
    private val context: Context,
) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))

    /** Shows it, if the person lets this app show any. */
    fun show(notice: Notice) {
        manager.createNotificationChannel(channel())
        manager.notify(notice.ordinal, build(notice))
    }

    /** Takes all back, once the person looks at the record. */
    fun clear() = manager.cancelAll()

    private fun build(notice: Notice): Notification =
        builder()
            .setContentText(context.getString(notice.words))
            .setPublicVersion(builder().setContentText(context.getString(R.string.notice_hidden)).build())
            .setContentIntent(opening())
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

    private fun opening(): PendingIntent {
        val open = Intent(context, MainActivity::class.java).setAction(Intent.ACTION_MAIN)
        return PendingIntent.getActivity(context, 0, open, PendingIntent.FLAG_IMMUTABLE)
    }

    private fun channel() =
        NotificationChannel(CHANNEL, context.getString(R.string.channel_news), NotificationManager.IMPORTANCE_DEFAULT).apply {
            description = context.getString(R.string.channel_news_about)
            lockscreenVisibility = Notification.VISIBILITY_PRIVATE
            setShowBadge(false)
        }

    private companion object {
        const val CHANNEL = "news"
    }
}
