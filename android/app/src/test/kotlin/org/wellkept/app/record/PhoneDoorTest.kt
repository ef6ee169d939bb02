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
import org.wellkept.app.keys.Shown
import org.wellkept.app.sync.News
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
    private val there = Presence { Shown.YES }

    /** A process of the app: each has parts of its own. */
    private lateinit var parts: AppParts

    private val door get() = parts.door

    @Before
    fun startTheApp() {
        parts = AppParts(application)
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
            assertNull("turned away", door.openByPhone { Shown.NO })
            val health = requireNotNull(door.openByPhone(there))
            assertEquals(listOf("ask about iron"), notes(health))
            health.lock()
        }

    @Test
    fun when_the_phones_key_is_gone_the_passphrase_opens_and_sets_it_up_anew(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            hardware.keys.getValue("wellkept.opens.to_the_phone").gone = true
            assertEquals("has changed: the passphrase is asked for", parts.words.gone, trouble { door.openByPhone(there) })
            door.open(UnlockWay.PASSPHRASE, passphrase).lock()
            requireNotNull(door.openByPhone(there)).lock()
        }

    @Test
    fun the_kit_opens_the_record_and_is_kept_nowhere(): Unit =
        runBlocking {
            val made = door.make("Alice", passphrase)
            made.health.lock()
            hardware.keys.getValue("wellkept.opens.to_the_phone").gone = true
            door.open(UnlockWay.KIT, made.kit.joinToString(" ")).lock()
            assertEquals("not set up anew by it", parts.words.gone, trouble { door.openByPhone(there) })
            assertFalse(onTheDisk().any { made.kit[3] + " " + made.kit[4] in it })
        }

    @Test
    fun c3_a_keystore_that_does_not_answer_locks_and_makes_nothing_new(): Unit =
        runBlocking {
            door.make("Alice", passphrase).health.lock()
            hardware.answers = false
            assertEquals(parts.words.notNow, trouble { door.openByPhone(there) })
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
            val elsewhere = requireNotNull(own.parentFile).walk().filter { it.isFile && !it.startsWith(own) }.map { it.name }.toList()
            assertEquals(emptyList<String>(), elsewhere.filter { "record" in it || "key" in it })
            assertFalse("c1", onTheDisk().any { passphrase in it || "Alice" in it })
        }

    @Test
    fun a_sync_in_the_background_opens_the_record_unseen_and_locks_it_again(): Unit =
        runBlocking {
            assertNull("no record yet", door.unseen { it.sync() })
            door.make("Alice", passphrase).health.lock()
            startTheApp()
            assertEquals(News(cameIn = false, needsYou = false), door.unseen { it.sync().news() })
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
            val health = requireNotNull(door.openByPhone(there))
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
    fun what_a_sync_brought_is_news_and_nothing_more() {
        val synced = { new: Long, changed: Long, again: Boolean -> listOf(SyncedUi("p", new, changed, signInAgain = again)) }
        assertEquals(News(cameIn = false, needsYou = false), synced(0, 0, false).news())
        assertEquals(News(cameIn = true, needsYou = false), synced(0, 1, false).news())
        assertEquals(News(cameIn = true, needsYou = true), synced(1, 0, true).news())
    }

    @Test
    fun an_empty_record_is_read_without_a_network(): Unit =
        runBlocking {
            val health = door.make("Alice", passphrase).health
            assertTrue(health.list(ListAsk(ListKind.RESULTS)).first().groups.isEmpty())
            health.lock()
            yield()
        }

    private suspend fun notes(health: Health) = health.notes().first().flatMap { it.versions.filterNotNull() }

    private fun onTheDisk(): List<String> =
        requireNotNull(application.dataDir).walk().filter { it.isFile }.map { String(it.readBytes(), Charsets.ISO_8859_1) }.toList()

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
