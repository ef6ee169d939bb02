package org.wellkept.app.files

import android.database.Cursor
import android.database.MatrixCursor
import android.database.sqlite.SQLiteFullException
import android.net.Uri
import android.os.BadParcelableException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.wellkept.app.Phone
import org.wellkept.ui.app.FileChoice
import java.io.File
import java.io.IOException
import java.io.InputStream

/** A file that the person chose comes from another app, which may be hostile. */
class ChosenTest : Phone() {
    private val resolver get() = application.contentResolver

    @Test
    fun a_chosen_file_is_read_with_its_name() {
        val chosen = read("rash.jpg", stream("bytes".toByteArray())) as FileChoice.Chosen
        assertEquals("rash.jpg", chosen.name)
        assertArrayEquals("bytes".toByteArray(), chosen.bytes)
        assertEquals("as many as are allowed", 10, (read("ten", stream(ByteArray(10))) as FileChoice.Chosen).bytes.size)
        assertEquals(0, (read("none", stream(ByteArray(0))) as FileChoice.Chosen).bytes.size)
    }

    @Test
    fun c30_no_more_is_read_than_is_allowed() {
        assertEquals(FileChoice.TooLarge("eleven", null), read("eleven", stream(ByteArray(11))))
        var given = 0L
        val endless =
            object : InputStream() {
                override fun read() = 0.also { given += 1 }
            }
        assertEquals(FileChoice.TooLarge("endless", null), read("endless", endless))
        assertEquals(11, given)
    }

    @Test
    fun c31_a_name_is_a_name_and_no_path() {
        val names =
            mapOf(
                "../../record.db" to "record.db",
                "..\\keys" to "keys",
                "a\u0000b\nc" to "abc",
                "scan\u202Efdp.exe" to "scanfdp.exe",
                ".hidden" to "hidden",
                ".." to "",
                "x".repeat(500) + ".pdf" to "x".repeat(116) + ".pdf",
            )
        for ((given, taken) in names) assertEquals(taken, (read(given, stream(ByteArray(1))) as FileChoice.Chosen).name)
    }

    @Test
    fun c31_only_what_another_app_keeps_is_read() {
        val own = File(application.noBackupFilesDir, "record.db").apply { writeText("the record") }
        val others =
            listOf(
                Uri.fromFile(own),
                Uri.parse("content://org.wellkept.app.opened/opened/1"),
                Uri.parse(own.path),
                Uri.parse("https://evil.example/a"),
            )
        for (place in others) assertEquals(FileChoice.Unreadable(""), resolver.readChosen(place, 10))
    }

    @Test
    fun c31_a_place_that_fails_is_said_to_fail() {
        val failures =
            listOf(
                IOException(),
                SecurityException(),
                IllegalArgumentException(),
                NullPointerException(),
                SQLiteFullException(),
                BadParcelableException(""),
            )
        for (failure in failures) {
            val failing =
                object : InputStream() {
                    override fun read() = throw failure
                }
            assertEquals(FileChoice.Unreadable("broken"), read("broken", failing))
        }
    }

    private fun read(
        name: String,
        bytes: InputStream,
    ): FileChoice {
        val place = Uri.parse("content://org.example.names/1")
        Robolectric
            .buildContentProvider(Names::class.java)
            .create("org.example.names")
            .get()
            .name = name
        shadowOf(resolver).registerInputStream(place, bytes)
        return resolver.readChosen(place, 10)
    }

    private fun stream(bytes: ByteArray) = bytes.inputStream()
}

/** An app that keeps one file, under whatever name. */
class Names : OnlyRead() {
    var name = ""

    override fun query(
        uri: Uri,
        projection: Array<out String>?,
        selection: String?,
        selectionArgs: Array<out String>?,
        sortOrder: String?,
    ): Cursor = MatrixCursor(projection).apply { addRow(arrayOf(name)) }
}
