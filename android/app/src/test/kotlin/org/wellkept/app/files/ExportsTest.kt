package org.wellkept.app.files

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.wellkept.app.AppParts
import org.wellkept.app.Phone
import org.wellkept.app.R
import org.wellkept.app.keys.Hardware
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.takeaway.TakeAwayStep
import java.io.File

/** c10: a person takes everything with them, to where they choose; no copy stays on the phone that they did not choose. */
class ExportsTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    @get:Rule
    val disk = TemporaryFolder()

    private val parts = AppParts(application)
    private val own = File(application.noBackupFilesDir, "leaving")
    private val written = TakeAwayStep.Written("inside", 0, 0, 0, "")
    private lateinit var place: Place
    private lateinit var health: Health

    @Before
    fun makeARecord() =
        runBlocking {
            place = Place.start(disk.root)
            health = parts.door.make("Alice", "correct horse battery staple").health
            health.writeNote("ask about iron", null)
        }

    @Test
    fun c10_the_export_of_a_record_lies_whole_where_the_person_chose_and_nowhere_else() {
        val said = export()
        val copy = disk.root
            .listFiles()
            .orEmpty()
            .single()
        assertEquals("what the person is told is what it is called there", copy.name, said.where)
        assertTrue(copy.name.startsWith("Wellkept "))
        assertTrue(said.files > 0 && File(copy, "manifest.json").isFile && File(copy, "README.txt").isFile)
        assertTrue(copy.walk().any { it.isFile && "ask about iron" in it.readText() })
        nothingStays()
        runBlocking {
            // It is whole: a new record takes it in.
            health.lock()
            parts.door.erase()
            parts.door
                .make("Alice", "another passphrase")
                .health
                .lock()
            val client = parts.records.open(
                org.wellkept.bindings.Unlock
                    .Passphrase("another passphrase"),
            )
            client.import(copy.path)
            client.lock()
        }
    }

    @Test
    fun c10_a_place_that_does_not_take_all_of_it_keeps_nothing_and_the_person_is_told() {
        val before =
            listOf<Place.() -> Unit>({ room = 0 }, { room = 1 }, { room = 3 }, { renames = { "$it.txt" } }, { cuts = true }, {
                made =
                    { name -> if (name == "README.txt") error("gone") }
            })
        for (does in before) {
            place.room = Int.MAX_VALUE
            place.renames = { it }
            place.cuts = false
            place.made = {}
            place.does()
            assertEquals(application.getString(R.string.export_not_taken), assertThrows(HealthTrouble::class.java) { export() }.words)
            assertEquals(
                emptyList<File>(),
                disk.root
                    .listFiles()
                    .orEmpty()
                    .toList(),
            )
            nothingStays()
        }
    }

    @Test
    fun c10_what_another_app_calls_a_place_may_be_none() {
        val hostile = listOf("content://org.example.files/not/a/tree", "content://org.example.nobody/tree/root", "file:///tmp", "tree")
        for (address in hostile) {
            assertEquals(
                application.getString(R.string.export_not_taken),
                assertThrows(HealthTrouble::class.java) {
                    export(android.net.Uri.parse(address))
                }.words,
            )
            nothingStays()
        }
    }

    @Test
    fun c10_an_export_that_fails_or_is_given_up_leaves_no_copy() {
        assertThrows(HealthTrouble::class.java) { deliver { throw HealthTrouble("There is no space left") } }
        nothingStays()
        assertThrows(CancellationException::class.java) { deliver { throw CancellationException("gone") } }
        nothingStays()
        // Given up while it is copied.
        val half = runCatching {
            runBlocking {
                coroutineScope {
                    place.made = { if (it == "two") cancel() }
                    launch { deliverIn { into -> listOf("one", "two", "three").forEach { File(into, it).writeText(it) } } }
                }
            }
        }
        assertTrue(half.exceptionOrNull() is CancellationException)
        assertEquals(
            emptyList<File>(),
            disk.root
                .listFiles()
                .orEmpty()
                .toList(),
        )
        nothingStays()
    }

    @Test
    fun c10_what_a_process_left_that_was_ended_is_gone_with_the_next_one() {
        File(parts.exports.begin(place.tree)).apply { mkdirs() }.resolve("README.txt").writeText("Alice")
        File(application.cacheDir, "opened/1").apply { mkdirs() }.resolve("file.pdf").writeText("Alice")
        AppParts(application)
        nothingStays()
        assertFalse(File(application.cacheDir, "opened").exists())
    }

    private fun export(to: android.net.Uri = place.tree) = runBlocking { health.export(parts.exports.begin(to)) {} }

    private fun deliver(write: () -> Unit) = runBlocking { deliverIn { write() } }

    private suspend fun deliverIn(write: (File) -> Unit): TakeAwayStep.Written {
        val into = parts.exports.begin(place.tree)
        return parts.exports.deliver(into) {
            File(into).mkdirs()
            File(into, "zero").writeText("Alice")
            write(File(into))
            written
        }
    }

    private fun nothingStays() = assertEquals(emptyList<File>(), own.listFiles().orEmpty().toList())
}
