package org.wellkept.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/**
 * What no source of the app may have. The desktop's window is none: it is for made-up people, and says in its terminal where to sign in.
 */
class SourcesTest {
    private val sources =
        requireNotNull(moduleFolder.parentFile)
            .walk()
            .filter { it.extension == "kt" && "/src/main/" in it.path && "/desktop/" !in it.path }
            .toList()

    @Test
    fun c27_no_page_of_a_portal_is_shown_inside_the_app() = nowhere("WebView", "android.webkit", "CustomTabsIntent")

    @Test
    fun c8_no_window_lets_itself_be_pictured() = nowhere("SecureOff", "clearFlags(", "setRecentsScreenshotEnabled(true)")

    @Test
    fun c8_every_window_of_the_app_is_the_one_that_is_kept_secret() =
        nowhere("Activity::class.java", "WindowManager.LayoutParams(", "SecureFlagPolicy", "setFlags(0", "PictureInPicture")

    @Test
    fun c7_nothing_is_written_where_other_apps_read() =
        nowhere(
            "getExternalFilesDir",
            "externalCacheDir",
            "Environment.",
            "MediaStore",
            "MODE_WORLD",
            "createDeviceProtectedStorageContext",
        )

    @Test
    fun c30_only_the_process_apart_reads_what_files_look_like() =
        onlyIn("Drawn.kt", "PdfRenderer", "ImageDecoder", "BitmapFactory", "MediaMetadataRetriever", "ExifInterface")

    @Test
    fun c8_what_is_put_on_the_clipboard_goes_through_the_host() =
        onlyIn("AndroidHost.kt", "setPrimaryClip(", "LocalClipboard", "ClipboardManager(")

    @Test
    fun c8_the_window_is_kept_out_of_the_list_of_recent_apps() {
        val window = sources.single { it.name == "MainActivity.kt" }.readText()
        assertTrue("setRecentsScreenshotEnabled(false)" in window)
    }

    @Test
    fun c9_nothing_is_written_to_the_phones_log() = nowhere("android.util.Log", "println(", "printStackTrace(", "Timber")

    private fun onlyIn(
        name: String,
        vararg words: String,
    ) {
        val found = sources.filterNot { it.name == name }.flatMap { file ->
            words.filter { it in file.readText() }.map { "${place(file)} has $it" }
        }
        assertEquals(emptyList<String>(), found)
    }

    private fun nowhere(vararg words: String) {
        assertTrue(sources.size > FEWEST)
        val found = sources.flatMap { file -> words.filter { it in file.readText() }.map { "${place(file)} has $it" } }
        assertEquals(emptyList<String>(), found)
    }

    private fun place(file: File) = file.relativeTo(requireNotNull(moduleFolder.parentFile)).path

    private companion object {
        const val FEWEST = 10
    }
}
