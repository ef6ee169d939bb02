package org.wellkept.app.files

import android.content.Intent
import android.net.Uri
import androidx.activity.ComponentActivity
import androidx.core.content.FileProvider
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.robolectric.util.ReflectionHelpers
import org.wellkept.app.Phone
import java.io.File

class ElsewhereTest : Phone() {
    private val window = Robolectric.buildActivity(ComponentActivity::class.java).setup().get()
    private val elsewhere = Elsewhere(application)
    private val folder = File(application.cacheDir, "opened")

    /** A process has one folder for its cache; here each test is a process. */
    @Before
    fun startTheProcess() = ReflectionHelpers.getStaticField<MutableMap<String, *>>(FileProvider::class.java, "sCache").clear()

    @Test
    fun c8_a_file_is_lent_to_one_app_to_read_and_taken_back() {
        assertTrue(elsewhere.open(window, "document.pdf", "application/pdf", "bytes".toByteArray()))
        val started = shadowOf(window).nextStartedActivity
        assertEquals(Intent.ACTION_VIEW, started.action)
        assertEquals("application/pdf", started.type)
        assertEquals("to read, once", Intent.FLAG_GRANT_READ_URI_PERMISSION, started.flags)
        val place = requireNotNull(started.data)
        assertEquals("content", place.scheme)
        assertEquals("org.wellkept.app.opened", place.authority)
        assertEquals("document.pdf", place.lastPathSegment)
        assertEquals(1, files().size)
        elsewhere.open(window, "second.pdf", "application/pdf", "more".toByteArray())
        assertEquals("one at a time", listOf("second.pdf"), files().map { it.name })
        elsewhere.clear()
        assertFalse(folder.exists())
    }

    @Test
    fun c31_a_name_never_leads_out_of_the_folder() {
        elsewhere.open(window, "../../no_backup/record.db", "application/pdf", ByteArray(1))
        assertEquals(listOf("record.db"), files().map { it.name })
        assertFalse(File(application.noBackupFilesDir, "record.db").exists())
    }

    @Test
    fun c8_when_no_app_takes_it_no_copy_stays() {
        shadowOf(application as android.app.Application).checkActivities(true)
        assertFalse(elsewhere.open(window, "document.pdf", "application/pdf", ByteArray(1)))
        assertFalse(folder.exists())
    }

    @Test
    fun c7_nothing_but_that_folder_can_be_lent() {
        val resolver = application.contentResolver
        File(application.noBackupFilesDir, "record.db").writeText("the record")
        for (path in listOf("opened/../../no_backup/record.db", "root/record.db", "no_backup/record.db")) {
            val read =
                runCatching {
                    resolver
                        .openInputStream(
                            Uri.parse("content://org.wellkept.app.opened/$path"),
                        )?.use { String(it.readBytes()) }
                }
            assertFalse("the record" == read.getOrNull())
        }
    }

    private fun files() = folder.walk().filter { it.isFile }.toList()
}
