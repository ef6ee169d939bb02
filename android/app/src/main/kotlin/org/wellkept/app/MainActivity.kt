package org.wellkept.app

import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import org.wellkept.app.keys.Presence
import org.wellkept.app.keys.SystemPresence
import org.wellkept.app.notices.Notices
import org.wellkept.ui.app.WellkeptApp

/** The one window of the app. Everything in it is kept off screenshots, recordings and the list of recent apps. */
class MainActivity : ComponentActivity() {
    private var covered by mutableStateOf(true)
    private val parts get() = (application as WellkeptApplication).parts
    private val presence = Presence { cipher ->
        // Android may ask in a screen of its own: the record is not locked for that.
        parts.away.errand()
        SystemPresence(this).ask(cipher).also { parts.away.errandOver() }
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        keepSecret()
        enableEdgeToEdge()
        // What the window was made with again was taken the first time.
        if (savedInstanceState == null) take(intent)
        val host = AndroidHost(this, parts)
        setContent {
            UnlearnedKeyboard {
                Covered(covered) { WellkeptApp(parts.door, host) { enabled, back -> BackHandler(enabled, back) } }
            }
        }
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
        parts.person.shows(presence)
        parts.elsewhere.clear()
        parts.scheduleAsSet()
    }

    override fun onStop() {
        parts.away.left()
        super.onStop()
    }

    override fun onDestroy() {
        parts.person.hides(presence)
        super.onDestroy()
    }

    private fun keepSecret() {
        window.setFlags(FLAG_SECURE, FLAG_SECURE)
        val view = window.decorView
        // No other app's window may lie over this one while it is touched.
        view.filterTouchesWhenObscured = true
        // What stands here is for the person: not for what fills forms in, nor for what suggests things.
        view.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
        view.importantForContentCapture = View.IMPORTANT_FOR_CONTENT_CAPTURE_NO_EXCLUDE_DESCENDANTS
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) window.setHideOverlayWindows(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        // Screen readers read it; an app that only uses their rights does not.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) {
            view.setAccessibilityDataSensitive(View.ACCESSIBILITY_DATA_SENSITIVE_YES)
        }
    }

    /**
     * Of what another app sends, one thing is read: the address of a sign-in's return. No extras, no flags, no other action. A
     * notification of ours comes by a name that no other app can use.
     */
    private fun take(intent: Intent) {
        val leadsTo = Notices.leadsTo(intent)
        val address = intent.dataString.takeIf { intent.action == Intent.ACTION_VIEW }
        when {
            leadsTo != null -> parts.ask(leadsTo)
            address != null -> parts.returns.take(address)
        }
    }
}
