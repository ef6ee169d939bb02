package org.wellkept.app.keys

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.wellkept.app.Phone
import java.io.File

class SealedFilesTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    @get:Rule
    val place = TemporaryFolder()

    private val folder get() = File(place.root, "keychain")
    private val secret = "a canary of 22 letters".toByteArray()

    private fun files() = SealedFiles(folder, KeystoreKey("alias", needsPresence = false))

    @Test
    fun what_is_kept_is_there_for_the_next_process_and_until_it_is_removed() {
        assertNull(files().load("tokens/1"))
        assertEquals(emptyList<String>(), files().names())
        files().store("tokens/1", secret)
        files().store("device", byteArrayOf())
        files().store("device", secret.reversedArray())
        assertArrayEquals(secret, files().load("tokens/1"))
        assertArrayEquals(secret.reversedArray(), files().load("device"))
        assertEquals(listOf("device", "tokens/1"), files().names())
        files().remove("tokens/1")
        files().remove("tokens/1")
        assertNull(files().load("tokens/1"))
        assertEquals(listOf("device"), files().names())
    }

    @Test
    fun c1_nothing_lies_in_the_clear_and_no_two_files_are_alike() {
        files().store("one", secret)
        files().store("two", secret)
        val kept = folder.listFiles().orEmpty().map { it.readBytes() }
        assertEquals(2, kept.size)
        kept.forEach { assertFalse(String(it, Charsets.ISO_8859_1).contains("canary")) }
        assertFalse(kept[0].contentEquals(kept[1]))
    }

    @Test
    fun c3_a_keystore_that_does_not_answer_means_locked_and_never_new() {
        files().store("device", secret)
        hardware.answers = false
        assertThrows(KeystoreFailure::class.java) { files().load("device") }
        assertThrows(KeystoreFailure::class.java) { files().store("device", byteArrayOf(1)) }
        hardware.answers = true
        assertArrayEquals("what was there is there", secret, files().load("device"))
    }

    @Test
    fun c3_a_key_that_is_gone_means_locked_and_nothing_is_removed() {
        files().store("device", secret)
        hardware.keys.clear()
        assertThrows(KeystoreFailure::class.java) { files().load("device") }
        assertEquals(listOf("device"), files().names())
    }

    @Test
    fun c2_what_was_changed_or_swapped_on_the_disk_is_not_taken() {
        files().store("one", secret)
        val one = folder.listFiles().orEmpty().single()
        val good = one.readBytes()
        for (at in good.indices) {
            one.writeBytes(good.copyOf().also { it[at] = (it[at] + 1).toByte() })
            assertThrows("byte $at", KeystoreFailure::class.java) { files().load("one") }
        }
        for (size in 0 until good.size) {
            one.writeBytes(good.copyOf(size))
            assertThrows("cut to $size", KeystoreFailure::class.java) { files().load("one") }
        }
        files().store("two", secret)
        val two = folder.listFiles().orEmpty().single { it != one }
        two.copyTo(one, overwrite = true)
        assertThrows("another's", KeystoreFailure::class.java) { files().load("one") }
    }

    @Test
    fun c3_the_keys_of_the_background_need_nobody_and_never_leave_the_hardware() {
        files().store("device", secret)
        val spec = hardware.keys.getValue("alias").spec
        assertFalse(spec.isUserAuthenticationRequired)
        assertFalse(spec.isUnlockedDeviceRequired)
        assertEquals(256, spec.keySize)
        assertTrue(spec.isRandomizedEncryptionRequired && spec.isStrongBoxBacked)
    }

    @Test
    fun a_file_that_was_half_written_is_not_looked_at() {
        folder.mkdirs()
        File(folder, "6f6e65.new").writeText("half")
        assertEquals(emptyList<String>(), files().names())
        assertNull(files().load("one"))
    }
}
