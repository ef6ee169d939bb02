package org.wellkept.app

import android.Manifest.permission.POST_NOTIFICATIONS
import android.app.Activity
import android.app.Application
import android.app.NotificationManager
import android.app.job.JobScheduler
import android.content.ClipDescription
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import android.os.Looper
import android.provider.DocumentsContract
import android.provider.Settings.ACTION_APP_NOTIFICATION_SETTINGS
import androidx.activity.ComponentActivity
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.wellkept.app.files.Names
import org.wellkept.app.keys.Hardware
import org.wellkept.app.keys.Shown
import org.wellkept.app.notices.NoticePermission
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Quiet
import org.wellkept.ui.app.StrictLock
import java.io.File
import java.time.Duration

class AndroidHostTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    private val parts = application.parts
    private val jobs = application.getSystemService(JobScheduler::class.java)!!
    private val controller = Robolectric.buildActivity(ComponentActivity::class.java).create()
    private val window = controller.get()
    private val host = AndroidHost(window, parts)
    private val permission = NoticePermission(window, parts.settings)
    private val scope = CoroutineScope(Dispatchers.Unconfined)

    @After
    fun end() = scope.cancel()

    @Test
    fun c8_what_is_copied_is_shown_to_nobody_on_the_way() {
        host.copy("hemoglobin 7.1")
        val clip = window.getSystemService(ClipboardManager::class.java)!!.primaryClip!!
        assertEquals("hemoglobin 7.1", clip.getItemAt(0).text)
        assertTrue(clip.description.extras.getBoolean(ClipDescription.EXTRA_IS_SENSITIVE))
        assertNull(clip.description.label)
    }

    @Test
    fun the_person_chooses_where_an_export_goes_and_nothing_is_kept_of_that_right() {
        controller.start().postCreate(null).resume()
        val asked = scope.async { host.exportFolder() }
        val picker = shadowOf(window).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT_TREE, picker.intent.action)
        assertEquals(0, picker.intent.flags and Intent.FLAG_GRANT_PERSISTABLE_URI_PERMISSION)
        val tree = DocumentsContract.buildTreeDocumentUri("org.example.files", "root")
        shadowOf(window).receiveResult(picker.intent, Activity.RESULT_OK, Intent().setData(tree))
        val own = File(asked.now().orEmpty())
        assertEquals(File(application.noBackupFilesDir, "leaving"), own.parentFile)
        assertFalse("the library makes it", own.exists())
        assertTrue(application.contentResolver.persistedUriPermissions.isEmpty())
    }

    @Test
    fun who_chooses_no_place_exports_nothing() {
        controller.start().postCreate(null).resume()
        val asked = scope.async { host.exportFolder() }
        val picker = shadowOf(window).nextStartedActivityForResult
        shadowOf(window).receiveResult(picker.intent, Activity.RESULT_CANCELED, null)
        assertNull(asked.now())
    }

    @Test
    fun a_chosen_file_is_read_and_nothing_is_kept_of_that_right() {
        controller.start().postCreate(null).resume()
        val place = Uri.parse("content://org.example.names/1")
        Robolectric
            .buildContentProvider(Names::class.java)
            .create("org.example.names")
            .get()
            .name = "rash.jpg"
        shadowOf(application.contentResolver).registerInputStreamSupplier(place) { "bytes".byteInputStream() }
        val chosen = choose(place) { host.chooseFile(5) } as FileChoice.Chosen
        assertEquals("rash.jpg" to "bytes", chosen.name to String(chosen.bytes))
        assertEquals(FileChoice.TooLarge("rash.jpg", null), choose(place) { host.chooseFile(4) })
        assertEquals(FileChoice.None, choose(null) { host.chooseFile(4) })
        assertTrue(choose(Uri.parse("file:///etc/hosts")) { host.chooseFile(4) } is FileChoice.Unreadable)
        assertTrue(application.contentResolver.persistedUriPermissions.isEmpty())
    }

    private fun <T> choose(
        place: Uri?,
        choice: suspend () -> T,
    ): T {
        val asked = scope.async { choice() }
        val picker = shadowOf(window).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT, picker.intent.action)
        shadowOf(window).receiveResult(
            picker.intent,
            if (place ==
                null
            ) {
                Activity.RESULT_CANCELED
            } else {
                Activity.RESULT_OK
            },
            Intent().setData(place),
        )
        return runBlocking { asked.await() }
    }

    @Test
    fun the_strict_mode_is_set_from_the_screens(): Unit =
        runBlocking {
            var person = Shown.YES
            parts.person.shows { cipher -> person.also { hardware.shown = it == Shown.YES && cipher != null } }
            parts.door
                .make("Alice", "correct horse battery staple")
                .health
                .lock()
            host.keep(host.settings())
            assertEquals(1, jobs.allPendingJobs.size)
            assertFalse(host.strictLock.on)
            person = Shown.NO
            assertEquals(StrictLock.Outcome.TURNED_AWAY, host.strictLock.set(true))
            person = Shown.NOT_SET_UP
            assertEquals(StrictLock.Outcome.NO_SCREEN_LOCK, host.strictLock.set(true))
            hardware.answers = false
            assertEquals(StrictLock.Outcome.NOT_NOW, host.strictLock.set(true))
            hardware.answers = true
            assertFalse(host.strictLock.on)
            person = Shown.YES
            assertEquals(StrictLock.Outcome.DONE, host.strictLock.set(true))
            assertTrue(host.strictLock.on)
            assertEquals("nothing goes on unseen", 0, jobs.allPendingJobs.size)
            host.keep(host.settings())
            assertEquals(0, jobs.allPendingJobs.size)
            assertEquals(StrictLock.Outcome.DONE, host.strictLock.set(false))
            assertEquals(1, jobs.allPendingJobs.size)
        }

    @Test
    fun what_a_person_set_is_there_for_the_next_process() {
        assertEquals("as made", AppSettings(), host.settings())
        val settings = AppSettings(language = "es", lockAfterMinutes = 10, allOnMetered = true, quiet = Quiet(22, 6))
        for (set in listOf(settings, settings.copy(language = null, quiet = null), AppSettings())) {
            host.keep(set)
            assertEquals(set, AppParts(application).settings.app)
        }
    }

    @Test
    fun c8_whether_to_notify_is_asked_once_and_only_when_a_portal_is_connected() {
        deny()
        controller.start().postCreate(null).resume()
        assertNull("not before", shadowOf(window).lastRequestedPermission)
        permission.portalConnected()
        assertEquals(listOf(POST_NOTIFICATIONS), shadowOf(window).lastRequestedPermission.requestedPermissions.toList())
        val first = shadowOf(window).lastRequestedPermission
        permission.portalConnected()
        assertTrue("not again", first === shadowOf(window).lastRequestedPermission)
    }

    @Test
    fun a_person_who_wants_notices_later_is_led_to_where_they_are_allowed() {
        deny()
        controller.start().postCreate(null).resume()
        permission.portalConnected()
        val asked = scope.async { permission.ask() }
        assertFalse(asked.now())
        val started = generateSequence { shadowOf(window).nextStartedActivity }.map { it.action }.toList()
        assertEquals("asked once, then led", 2, started.size)
        assertTrue(ACTION_APP_NOTIFICATION_SETTINGS in started)
        allow()
        assertTrue(scope.async { permission.ask() }.now())
    }

    @Test
    fun nobody_is_asked_who_allowed_it_before() {
        allow()
        controller.start().postCreate(null).resume()
        permission.portalConnected()
        assertNull(shadowOf(window).lastRequestedPermission)
    }

    @Test
    fun c6_for_a_sign_in_page_the_record_stays_open_a_while() {
        var locks = 0
        parts.settings.app = parts.settings.app.copy(lockAfterMinutes = 0)
        scope.launch { parts.away.locks.collect { locks += 1 } }
        host.openBrowser("javascript:1")
        away(Duration.ofSeconds(1))
        assertEquals("no page, no errand: as the person set", 1, locks.coerceAtMost(1))
        locks = 0
        host.openBrowser("https://portal.example/authorize")
        assertEquals(Uri.parse("https://portal.example/authorize"), shadowOf(window).nextStartedActivity.data)
        away(Duration.ofMinutes(9))
        assertEquals(0, locks)
        host.openBrowser("https://portal.example/authorize")
        away(Duration.ofMinutes(11))
        assertTrue(locks > 0)
    }

    private fun away(time: Duration) {
        parts.away.left()
        shadowOf(Looper.getMainLooper()).idleFor(time)
        parts.away.back()
    }

    private fun deny() {
        shadowOf(application as Application).denyPermissions(POST_NOTIFICATIONS)
        shadowOf(window.getSystemService(NotificationManager::class.java)).setNotificationsEnabled(false)
    }

    private fun allow() {
        shadowOf(application as Application).grantPermissions(POST_NOTIFICATIONS)
        shadowOf(window.getSystemService(NotificationManager::class.java)).setNotificationsEnabled(true)
    }

    private fun <T> Deferred<T>.now(): T {
        assertTrue("answered", isCompleted)
        return getCompleted()
    }
}
