package org.wellkept.app.record

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Assert.fail
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.wellkept.app.AppParts
import org.wellkept.app.Phone
import org.wellkept.app.keys.Hardware
import org.wellkept.app.keys.Presence
import org.wellkept.app.keys.Setting
import org.wellkept.app.keys.Shown
import org.wellkept.bindings.Unlock
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.lock.UnlockWay
import java.io.File

/** The record on a phone: the real library, behind the phone's keystore and its own lock. */
class PhoneDoorTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    private val passphrase = "correct horse battery staple"
    private var person = Shown.YES
    private var asked = 0
    private val front =
        Presence { cipher ->
            asked += 1
            hardware.shown = person == Shown.YES && cipher != null
            person
        }

    /** A process of the app: each has parts of its own. */
    private lateinit var parts: AppParts

    private val door get() = parts.door

    @Before
    fun startTheApp() {
        parts = AppParts(application)
        parts.person.shows(front)
    }

    @Test
    fun a_record_is_made_and_opened_in_the_next_process_by_the_phones_own_lock(): Unit =
        runBlocking {
            assertFalse(door.isThere() || door.opensByPhone)
            val made = door.make("Alice", passphrase)
            assertEquals(24, made.kit.size)
            made.health.writeNote("ask about iron", null)
            made.health.lock()

            startTheApp()
            assertTrue(door.isThere() && door.opensByPhone)
            person = Shown.NO
            assertNull("turned away", door.openByPhone())
            person = Shown.YES
            val health = requireNotNull(door.openByPhone())
            assertEquals(listOf("ask about iron"), notes(health))
            health.lock()
        }

    @Test
    fun when_the_phones_key_is_gone_the_passphrase_opens_and_sets_it_up_anew(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            hardware.keys.getValue("wellkept.opens.to_the_phone").gone = true
            assertEquals("has changed: the passphrase is asked for", parts.words.gone, trouble { door.openByPhone() })
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            requireNotNull(door.openByPhone()).lock()
        }

    @Test
    fun the_kit_opens_the_record_and_is_kept_nowhere(): Unit =
        runBlocking {
            val made = door.make("Alice", passphrase)
            made.health.lock()
            hardware.keys.getValue("wellkept.opens.to_the_phone").gone = true
            door.open(UnlockWay.KIT, made.kit.joinToString(" ")).lock()
            assertEquals("not set up anew by it", parts.words.gone, trouble { door.openByPhone() })
            assertFalse(onTheDisk().any { made.kit[3] + " " + made.kit[4] in it })
        }

    @Test
    fun c3_a_keystore_that_does_not_answer_locks_and_makes_nothing_new(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            hardware.answers = false
            assertEquals(parts.words.notNow, trouble { door.openByPhone() })
            assertTrue(trouble { door.open(UnlockWay.PASSPHRASE, passphrase) }.contains("locked"))
            assertTrue(trouble { door.make("Alice", passphrase) }.isNotEmpty())
            hardware.answers = true
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
        }

    @Test
    fun c7_the_record_and_its_keys_lie_where_no_backup_looks(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            val own = application.noBackupFilesDir
            assertTrue(File(own, "record.db").isFile && File(own, "keychain").isDirectory)
            val elsewhere = requireNotNull(own.parentFile)
                .walk()
                .filter { it.isFile && !it.startsWith(own) }
                .map { it.name }
                .toList()
            assertEquals(emptyList<String>(), elsewhere.filter { "record" in it || "key" in it })
            assertFalse("c1", onTheDisk().any { passphrase in it || "Alice" in it })
        }

    @Test
    fun a_sync_in_the_background_opens_the_record_unseen_and_locks_it_again(): Unit =
        runBlocking {
            assertNull("no record yet", door.unseen { it.sync() })
            door.make("Alice", passphrase).health.lock()
            startTheApp()
            assertEquals(emptyList<SyncedUi>(), door.unseen { it.syncBy(Long.MAX_VALUE) })
            // It was locked: another process may open it.
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
        }

    @Test
    fun a_person_goes_before_a_sync_in_the_background(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            startTheApp()
            val began = CompletableDeferred<Unit>()
            val background =
                async {
                    door.unseen {
                        began.complete(Unit)
                        awaitCancellation()
                    }
                }
            began.await()
            val health = requireNotNull(door.openByPhone())
            assertNull(background.await())
            assertEquals(emptyList<String>(), notes(health))
            health.lock()
        }

    @Test
    fun while_the_screens_have_it_open_the_background_uses_the_same(): Unit =
        runBlocking {
            val health = door.make("Alice", passphrase).health
            door.unseen { it.writeNote("from the background", null) }
            assertEquals(listOf("from the background"), notes(health))
            health.lock()
        }

    @Test
    fun erasing_leaves_no_key_and_no_file(): Unit =
        runBlocking {
            door.make("Alice", passphrase)
            door.erase()
            assertFalse(door.isThere() || door.opensByPhone)
            assertFalse(File(application.noBackupFilesDir, "record.db").exists())
            assertEquals(setOf("wellkept.keychain"), hardware.keys.keys)
            door.make("Alice again", passphrase).health.lock()
        }

    @Test
    fun c4_in_the_strict_mode_only_the_person_opens_the_record_and_nothing_opens_it_unseen(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            assertEquals("nobody is asked to set it up", 0, asked)
            assertEquals(Setting.DONE, door.setStrict(true))
            assertEquals(1, asked)
            assertEquals(setOf("wellkept.keychain", "wellkept.opens.to_presence"), hardware.keys.keys)

            startTheApp()
            assertTrue(parts.settings.strict)
            assertNull(door.unseen { "looked" })
            person = Shown.NO
            assertNull("turned away", door.openByPhone())
            person = Shown.YES
            val health = requireNotNull(door.openByPhone())
            assertEquals("while it is open it may", "looked", door.unseen { "looked" })
            health.lock()
            assertNull(door.unseen { "looked" })
        }

    @Test
    fun the_strict_mode_is_turned_on_and_off_only_by_the_person(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            person = Shown.NO
            assertEquals(Setting.TURNED_AWAY, door.setStrict(true))
            assertFalse(parts.settings.strict)
            assertEquals("as it was", "looked", door.unseen { "looked" })
            person = Shown.NOT_SET_UP
            assertEquals(Setting.NO_SCREEN_LOCK, door.setStrict(true))
            hardware.answers = false
            assertEquals(Setting.NOT_NOW, door.setStrict(true))
            hardware.answers = true
            person = Shown.YES
            assertEquals(Setting.DONE, door.setStrict(true))
            person = Shown.NO
            assertEquals(Setting.TURNED_AWAY, door.setStrict(false))
            assertTrue(parts.settings.strict)
            assertNull(door.unseen { "looked" })
            person = Shown.YES
            assertEquals(Setting.DONE, door.setStrict(false))
            assertFalse(parts.settings.strict)
            assertEquals("looked", door.unseen { "looked" })
        }

    @Test
    fun in_the_strict_mode_too_the_passphrase_opens_when_the_key_is_gone_and_sets_it_up_anew(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            door.setStrict(true)
            hardware.invalidate()
            hardware.keys.getValue("wellkept.keychain").gone = false
            assertEquals(parts.words.gone, trouble { door.openByPhone() })
            // They turn the question away: it is asked again the next time, and nothing opens the record without them meanwhile.
            person = Shown.NO
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            assertNull(door.unseen { "looked" })
            person = Shown.YES
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            val before = asked
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            assertEquals("it holds: nobody is asked again", before, asked)
            requireNotNull(door.openByPhone()).lock()
            assertEquals(setOf("wellkept.keychain", "wellkept.opens.to_presence"), hardware.keys.keys)
        }

    @Test
    fun c4_what_could_open_the_record_without_the_person_goes_with_the_strict_mode(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            // As when the process ended before the phone's way was sealed anew.
            parts.settings.strict = true
            assertNull("although its key is there", door.unseen { "looked" })
            person = Shown.NO
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            assertEquals(
                setOf("wellkept.keychain"),
                hardware.keys.keys
                    .filterNot { it.endsWith("presence") }
                    .toSet(),
            )
            assertFalse("typed the next time too", door.opensByPhone)
        }

    @Test
    fun c6_a_passphrase_that_is_no_longer_the_records_is_tried_once(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            parts.records.setPassphrase(Unlock.Passphrase(passphrase), "another horse")
            assertEquals(parts.words.anotherPassphrase, trouble { door.openByPhone() })
            assertFalse("not offered again", door.opensByPhone)
            assertNull(door.unseen { "looked" })
            door.open(UnlockWay.PASSPHRASE, "another horse").lock()
            requireNotNull(door.openByPhone()).lock()

            parts.records.setPassphrase(Unlock.Passphrase("another horse"), passphrase)
            repeat(6) { assertNull("by the background, once", door.unseen { "looked" }) }
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
        }

    @Test
    fun two_jobs_of_the_background_go_one_after_the_other(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            val both = List(2) { async { door.unseen { it.writeNote("by a job", null) } } }
            both.forEach { it.await() }
            val health = requireNotNull(door.openByPhone())
            assertEquals(2, notes(health).size)
            health.lock()
        }

    @Test
    fun while_nobody_is_in_front_nobody_is_asked(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            parts.person.hides(front)
            assertNull(door.openByPhone())
            assertEquals(0, asked)
        }

    @Test
    fun an_empty_record_is_read_without_a_network(): Unit =
        runBlocking {
            val health = door.make("Alice", passphrase).health
            assertTrue(
                health
                    .list(ListAsk(ListKind.RESULTS))
                    .first()
                    .groups
                    .isEmpty(),
            )
            health.lock()
            yield()
        }

    private suspend fun notes(health: Health) = health.notes().first().flatMap { it.versions.filterNotNull() }

    private fun onTheDisk(): List<String> =
        requireNotNull(application.dataDir)
            .walk()
            .filter { it.isFile }
            .map { String(it.readBytes(), Charsets.ISO_8859_1) }
            .toList()

    private suspend fun trouble(action: suspend () -> Unit): String {
        try {
            action()
        } catch (trouble: HealthTrouble) {
            return trouble.words
        }
        fail("it went well")
        return ""
    }
}
