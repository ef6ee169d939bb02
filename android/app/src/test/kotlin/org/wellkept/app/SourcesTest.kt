package org.wellkept.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** What no source of the app may have. */
class SourcesTest {
    private val sources =
        requireNotNull(moduleFolder.parentFile)
            .walk()
            .filter { it.extension == "kt" && "/src/main/" in it.path }
            .toList()

    @Test
    fun c27_no_page_of_a_portal_is_shown_inside_the_app() = nowhere("WebView", "android.webkit", "CustomTabsIntent")

    @Test
    fun c8_no_window_lets_itself_be_pictured() = nowhere("SecureOff", "clearFlags(", "setRecentsScreenshotEnabled(true)")

    @Test
    fun c9_nothing_is_written_to_the_phones_log() = nowhere("android.util.Log", "println(", "printStackTrace(", "Timber")

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
