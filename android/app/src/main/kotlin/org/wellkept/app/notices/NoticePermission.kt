package org.wellkept.app.notices

import android.Manifest.permission.POST_NOTIFICATIONS
import android.app.NotificationManager
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import android.provider.Settings.ACTION_APP_NOTIFICATION_SETTINGS
import android.provider.Settings.EXTRA_APP_PACKAGE
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContracts.RequestPermission
import kotlinx.coroutines.CompletableDeferred
import org.wellkept.app.Settings

/** Whether the person lets this app notify. Made with its window, before that is started. */
class NoticePermission(
    private val window: ComponentActivity,
    private val settings: Settings,
) {
    private var answer: CompletableDeferred<Boolean>? = null
    private val asking = window.registerForActivityResult(RequestPermission()) { answer?.complete(it) }

    val allowed: Boolean
        get() = window.getSystemService(NotificationManager::class.java)?.areNotificationsEnabled() == true

    /** Once a portal is connected there is something to tell of. The person is asked then, once, and not before. */
    fun portalConnected() {
        if (canAsk() && !settings.askedToNotify) launch()
    }

    /** The person wants them: asks, or leads to the phone's settings where Android asks no more. Whether it is allowed now. */
    suspend fun ask(): Boolean {
        if (allowed) return true
        if (!canAsk() || (settings.askedToNotify && !window.shouldShowRequestPermissionRationale(POST_NOTIFICATIONS))) {
            window.startActivity(Intent(ACTION_APP_NOTIFICATION_SETTINGS).putExtra(EXTRA_APP_PACKAGE, window.packageName))
            return false
        }
        val answered = CompletableDeferred<Boolean>()
        answer = answered
        launch()
        return answered.await()
    }

    private fun launch() {
        settings.askedToNotify = true
        asking.launch(POST_NOTIFICATIONS)
    }

    private fun canAsk() =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU &&
            window.checkSelfPermission(POST_NOTIFICATIONS) != PackageManager.PERMISSION_GRANTED
}
