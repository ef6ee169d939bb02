package org.wellkept.app.keys

import android.app.Activity
import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricManager.Authenticators.BIOMETRIC_STRONG
import android.hardware.biometrics.BiometricManager.Authenticators.DEVICE_CREDENTIAL
import android.hardware.biometrics.BiometricPrompt
import android.os.CancellationSignal
import kotlinx.coroutines.suspendCancellableCoroutine
import org.wellkept.app.R
import javax.crypto.Cipher
import kotlin.coroutines.resume

/** What came of asking whether the person is there. */
enum class Shown {
    YES,

    /** They turned it away, or it did not know them. */
    NO,

    /** This phone has no screen lock to ask for. */
    NOT_SET_UP,
}

/** Asks the person to show that it is them: a finger, a face, or the phone's own lock. */
fun interface Presence {
    /** With a `cipher`, its key can be used once afterwards. */
    suspend fun ask(cipher: Cipher?): Shown
}

/** Asks by the system's own dialog. */
class SystemPresence(
    private val activity: Activity,
) : Presence {
    override suspend fun ask(cipher: Cipher?): Shown {
        val able = activity.getSystemService(BiometricManager::class.java)?.canAuthenticate(EITHER)
        if (able != BiometricManager.BIOMETRIC_SUCCESS) return Shown.NOT_SET_UP
        return suspendCancellableCoroutine { waiting ->
            val cancel = CancellationSignal()
            waiting.invokeOnCancellation { cancel.cancel() }
            val answered = Answered { if (waiting.isActive) waiting.resume(it) }
            val prompt = prompt()
            if (cipher == null) {
                prompt.authenticate(cancel, activity.mainExecutor, answered)
            } else {
                prompt.authenticate(BiometricPrompt.CryptoObject(cipher), cancel, activity.mainExecutor, answered)
            }
        }
    }

    internal fun prompt(): BiometricPrompt =
        BiometricPrompt
            .Builder(activity)
            .setTitle(activity.getString(R.string.unlock_title))
            .setSubtitle(activity.getString(R.string.unlock_why))
            .setAllowedAuthenticators(EITHER)
            .build()

    /** One finger that it did not know ends nothing: the dialog stays. */
    private class Answered(
        val answer: (Shown) -> Unit,
    ) : BiometricPrompt.AuthenticationCallback() {
        override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult?) = answer(Shown.YES)

        override fun onAuthenticationError(
            code: Int,
            words: CharSequence?,
        ) = answer(Shown.NO)
    }

    private companion object {
        const val EITHER = BIOMETRIC_STRONG or DEVICE_CREDENTIAL
    }
}
