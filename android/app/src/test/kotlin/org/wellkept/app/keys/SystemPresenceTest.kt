package org.wellkept.app.keys

import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricManager.Authenticators.BIOMETRIC_STRONG
import android.hardware.biometrics.BiometricManager.Authenticators.DEVICE_CREDENTIAL
import androidx.activity.ComponentActivity
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowBiometricManager
import org.wellkept.app.Phone
import org.wellkept.app.R

/** The system's own question for the person, as far as it is put without a phone. */
class SystemPresenceTest : Phone() {
    private val window = Robolectric.buildActivity(ComponentActivity::class.java).setup().get()
    private val presence = SystemPresence(window)

    @Test
    fun c4_a_finger_a_face_or_the_screen_lock_is_asked_for_and_nothing_weaker() {
        val prompt = presence.prompt()
        assertEquals(BIOMETRIC_STRONG or DEVICE_CREDENTIAL, prompt.allowedAuthenticators)
        assertEquals(window.getString(R.string.unlock_title), prompt.title)
    }

    @Test
    fun without_a_screen_lock_nobody_is_asked() {
        Shadow.extract<ShadowBiometricManager>(window.getSystemService(BiometricManager::class.java)).setCanAuthenticate(false)
        assertEquals(Shown.NOT_SET_UP, runBlocking { presence.ask(null) })
    }
}
