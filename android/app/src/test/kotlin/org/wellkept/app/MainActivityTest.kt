package org.wellkept.app

import android.app.job.JobScheduler
import android.content.Intent
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.view.inputmethod.EditorInfo
import androidx.activity.compose.setContent
import androidx.compose.ui.platform.ViewRootForTest
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getAllSemanticsNodes
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performSemanticsAction
import androidx.lifecycle.Lifecycle
import androidx.test.platform.app.InstrumentationRegistry
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.wellkept.app.keys.Hardware
import org.wellkept.app.notices.Notice
import org.wellkept.app.notices.Notices
import org.wellkept.app.sync.SyncSchedule
import org.wellkept.ui.app.Route
import org.wellkept.ui.words.Words

class MainActivityTest : Phone() {
    @get:Rule(order = 0)
    val hardware = Hardware()

    @get:Rule(order = 1)
    val window = createAndroidComposeRule<MainActivity>()

    @Test
    fun c8_the_window_is_kept_off_screenshots_and_recordings() {
        assertTrue(shadowOf(window.activity.window).getFlag(WindowManager.LayoutParams.FLAG_SECURE))
        val view = window.activity.window.decorView
        assertTrue(view.filterTouchesWhenObscured)
        assertEquals(View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS, view.importantForAutofill)
        assertEquals(View.IMPORTANT_FOR_CONTENT_CAPTURE_NO_EXCLUDE_DESCENDANTS, view.importantForContentCapture)
        assertTrue("an app that only has a screen reader's rights", view.isAccessibilityDataSensitive)
    }

    @Test
    fun c8_no_keyboard_learns_from_what_is_typed() {
        window.onNodeWithText(begin()).performSemanticsAction(SemanticsActions.OnClick)
        window.onAllNodes(hasSetTextAction())[0].performSemanticsAction(SemanticsActions.OnClick)
        val typed = EditorInfo()
        window.waitUntil(PATIENCE) { roots(window.activity.window.decorView).any { (it as View).onCreateInputConnection(typed) != null } }
        assertTrue(typed.imeOptions and EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING != 0)
    }

    @Test
    fun c8_the_screen_that_a_notice_leads_to_is_asked_for_and_any_other_app_asks_in_vain() {
        val asked = mutableListOf<Route>()
        val scope = CoroutineScope(Dispatchers.Unconfined)
        val parts = (window.activity.application as WellkeptApplication).parts
        // In the place of the screens, which would take it.
        window.activity.runOnUiThread { window.activity.setContent {} }
        window.waitForIdle()
        scope.launch { parts.asked.collect(asked::add) }
        val fromNotice = Intent(Intent.ACTION_MAIN).setClassName(window.activity, Notices.DOOR).putExtra("notice", Notice.SIGN_IN.ordinal)
        val fromAnother = Intent(fromNotice).setClass(window.activity, MainActivity::class.java)
        val phone = InstrumentationRegistry.getInstrumentation()
        for (intent in listOf(fromAnother, fromNotice)) phone.callActivityOnNewIntent(window.activity, intent)
        assertEquals(listOf<Route>(Route.Portals), asked)
        scope.cancel()
    }

    @Test
    fun c8_the_record_is_covered_while_another_app_is_in_front() {
        val cover = window.activity.getString(R.string.covered)
        begin()
        val shown = texts()
        assertTrue(shown.isNotEmpty() && cover !in shown)
        window.activityRule.scenario.moveToState(Lifecycle.State.STARTED)
        window.mainClock.advanceTimeByFrame()
        assertEquals("a screen reader reads nothing below it", listOf(cover), texts())
        window.activityRule.scenario.moveToState(Lifecycle.State.RESUMED)
        window.waitForIdle()
        assertEquals(shown, texts())
    }

    @Test
    fun once_the_app_was_seen_it_syncs_by_itself() {
        val jobs = window.activity.getSystemService(JobScheduler::class.java)!!
        assertNotNull(jobs.getPendingJob(SyncSchedule.SYNC))
    }

    /** Once it is known that there is no record: what makes one. */
    private fun begin(): String {
        val begin = Words.of("en")("first.begin")
        window.waitUntil(PATIENCE) { window.onAllNodesWithText(begin).fetchSemanticsNodes().isNotEmpty() }
        return begin
    }

    /** What stands on the screen and is read aloud. The test library itself looks at no window that is not in front. */
    private fun texts(): List<String> =
        roots(window.activity.window.decorView)
            .flatMap { it.semanticsOwner.getAllSemanticsNodes(mergingEnabled = true) }
            .flatMap { it.config.getOrElseNullable(SemanticsProperties.Text) { null }.orEmpty() }
            .map { it.text }

    private fun roots(view: View): List<ViewRootForTest> {
        val below = (view as? ViewGroup)?.let { group -> (0 until group.childCount).flatMap { roots(group.getChildAt(it)) } }
        return listOfNotNull(view as? ViewRootForTest) + below.orEmpty()
    }

    private companion object {
        const val PATIENCE = 300_000L
    }
}
