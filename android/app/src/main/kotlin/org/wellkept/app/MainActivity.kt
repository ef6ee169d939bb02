package org.wellkept.app

import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import org.wellkept.app.keys.SystemPresence
import org.wellkept.ui.app.WellkeptApp

/** The one window of the app. Everything in it is kept off screenshots, recordings and the list of recent apps. */
class MainActivity : ComponentActivity() {
    private var covered by mutableStateOf(true)
    private val parts get() = (application as WellkeptApplication).parts

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        keepSecret()
        enableEdgeToEdge()
        // What the window was made with again was taken the first time.
        if (savedInstanceState == null) take(intent)
        val host = AndroidHost(this, parts, SystemPresence(this))
        setContent { Covered(covered) { WellkeptApp(parts.door, host) { enabled, back -> BackHandler(enabled, back) } } }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        take(intent)
    }

    override fun onResume() {
        super.onResume()
        covered = false
        parts.notices.clear()
    }

    override fun onPause() {
        covered = true
        super.onPause()
    }

    override fun onStart() {
        super.onStart()
        parts.away.back()
        parts.schedule.start(parts.settings.app.allOnMetered)
    }

    override fun onStop() {
        parts.away.left()
        super.onStop()
    }

    private fun keepSecret() {
        window.setFlags(FLAG_SECURE, FLAG_SECURE)
        // No other app's window may lie over this one while it is touched.
        window.decorView.filterTouchesWhenObscured = true
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) window.setHideOverlayWindows(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
    }

    /** Of what another app sends, one thing is read: the address of a sign-in's return. No extras, no flags, no other action. */
    private fun take(intent: Intent) {
        val address = intent.dataString.takeIf { intent.action == Intent.ACTION_VIEW }
        if (address != null) parts.returns.take(address)
    }
}
