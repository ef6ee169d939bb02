package org.wellkept.app

import android.app.job.JobScheduler
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import androidx.compose.ui.platform.ViewRootForTest
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getAllSemanticsNodes
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.lifecycle.Lifecycle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.wellkept.app.keys.Hardware
import org.wellkept.app.sync.SyncSchedule

class MainActivityTest : Phone() {
    @get:Rule(order = 0)
    val hardware = Hardware()

    @get:Rule(order = 1)
    val window = createAndroidComposeRule<MainActivity>()

    @Test
    fun c8_the_window_is_kept_off_screenshots_and_recordings() {
        assertTrue(shadowOf(window.activity.window).getFlag(WindowManager.LayoutParams.FLAG_SECURE))
        assertTrue(window.activity.window.decorView.filterTouchesWhenObscured)
    }

    @Test
    fun c8_the_record_is_covered_while_another_app_is_in_front() {
        val cover = window.activity.getString(R.string.covered)
        window.waitForIdle()
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
        val jobs = window.activity.getSystemService(JobScheduler::class.java)
        assertNotNull(jobs.getPendingJob(SyncSchedule.SYNC))
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
}
