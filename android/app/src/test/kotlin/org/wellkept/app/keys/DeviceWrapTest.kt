package org.wellkept.app.keys

import android.security.keystore.KeyProperties
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.wellkept.app.Phone

class DeviceWrapTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    @get:Rule
    val place = TemporaryFolder()

    private var person = Shown.YES
    private var asked = 0
    private val presence =
        Presence { cipher ->
            asked += 1
            hardware.shown = person == Shown.YES && cipher != null
            person
        }
    private val secret = "correct horse battery".toByteArray()
    private val wrap get() = DeviceWrap(place.root)

    @Test
    fun by_default_a_screen_asks_for_the_person_and_the_background_does_not(): Unit =
        runBlocking {
            assertEquals("NotSetUp", opened(wrap.open(presence)))
            assertEquals(Setting.DONE, wrap.set(Bound.TO_THE_PHONE, secret, presence))
            assertEquals(Bound.TO_THE_PHONE, wrap.bound)
            assertEquals(0, asked)
            assertEquals("correct horse battery", opened(wrap.openUnseen()))
            assertEquals(0, asked)
            assertEquals("correct horse battery", opened(wrap.open(presence)))
            assertEquals(1, asked)
        }

    @Test
    fun in_the_strict_mode_only_the_person_opens_it(): Unit =
        runBlocking {
            assertEquals(Setting.DONE, wrap.set(Bound.TO_PRESENCE, secret, presence))
            assertEquals("NotSetUp", opened(wrap.openUnseen()))
            assertEquals("correct horse battery", opened(wrap.open(presence)))
            val spec = hardware.keys.getValue("wellkept.opens.to_presence").spec
            assertTrue(spec.isUserAuthenticationRequired && spec.isUnlockedDeviceRequired)
            assertTrue(spec.isInvalidatedByBiometricEnrollment)
            assertEquals("each use", 0, spec.userAuthenticationValidityDurationSeconds)
            val either = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            assertEquals(either, spec.userAuthenticationType)
        }

    @Test
    fun the_hardware_itself_refuses_without_the_person(): Unit =
        runBlocking {
            wrap.set(Bound.TO_PRESENCE, secret, presence)
            assertEquals("NotNow", opened(wrap.open { Shown.YES }))
        }

    @Test
    fun turning_it_away_changes_nothing(): Unit =
        runBlocking {
            wrap.set(Bound.TO_PRESENCE, secret, presence)
            person = Shown.NO
            assertEquals("TurnedAway", opened(wrap.open(presence)))
            assertEquals(Setting.TURNED_AWAY, wrap.set(Bound.TO_PRESENCE, "another".toByteArray(), presence))
            person = Shown.YES
            assertEquals("correct horse battery", opened(wrap.open(presence)))
        }

    @Test
    fun when_the_phones_key_is_gone_the_other_way_opens_and_sets_it_up_anew(): Unit =
        runBlocking {
            for (how in Bound.entries) {
                wrap.set(how, secret, presence)
                hardware.invalidate()
                assertEquals("Gone", opened(wrap.open(presence)))
                // The passphrase or the kit opened the record.
                assertEquals(Setting.DONE, wrap.set(how, secret, presence))
                assertEquals("correct horse battery", opened(wrap.open(presence)))
            }
        }

    @Test
    fun without_a_screen_lock_it_says_so(): Unit =
        runBlocking {
            person = Shown.NOT_SET_UP
            assertEquals(Setting.NO_SCREEN_LOCK, wrap.set(Bound.TO_PRESENCE, secret, presence))
            assertNull(wrap.bound)
            wrap.set(Bound.TO_THE_PHONE, secret, presence)
            assertEquals("NotSetUp", opened(wrap.open(presence)))
        }

    @Test
    fun changing_the_mode_leaves_nothing_of_the_other(): Unit =
        runBlocking {
            wrap.set(Bound.TO_THE_PHONE, secret, presence)
            wrap.set(Bound.TO_PRESENCE, secret, presence)
            assertEquals(setOf("wellkept.opens.to_presence"), hardware.keys.keys)
            assertEquals("NotSetUp", opened(wrap.openUnseen()))
            wrap.forget()
            assertNull(wrap.bound)
            assertTrue(hardware.keys.isEmpty())
        }

    @Test
    fun a_keystore_that_does_not_answer_changes_nothing(): Unit =
        runBlocking {
            wrap.set(Bound.TO_THE_PHONE, secret, presence)
            hardware.answers = false
            assertEquals("NotNow", opened(wrap.open(presence)))
            assertEquals(Setting.NOT_NOW, wrap.set(Bound.TO_THE_PHONE, "another".toByteArray(), presence))
            hardware.answers = true
            assertEquals("correct horse battery", opened(wrap.open(presence)))
            assertFalse(
                place.root
                    .listFiles()
                    .orEmpty()
                    .any { "horse" in it.readText() },
            )
        }

    private fun opened(opening: Opening): String =
        when (opening) {
            is Opening.With -> String(opening.secret)
            else -> requireNotNull(opening::class.simpleName)
        }
}
