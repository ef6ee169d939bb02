package org.wellkept.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** The phone's keystore cannot say or do it now. Nothing is concluded from it: locked, never new. */
class KeystoreFailure(
    cause: Throwable,
) : Exception("The phone's keystore does not answer", cause)

/** The key is gone for good: the screen lock was taken away, or it was made for fingers that have changed. */
class KeyGone : Exception("The phone's key is gone")

/**
 * One AES-256-GCM key that never leaves the phone's own hardware. `needsPresence`: each use asks for a finger, a face or the
 * screen lock; without it the key can be used once the phone was unlocked after its start.
 */
class KeystoreKey(
    private val alias: String,
    private val needsPresence: Boolean,
) {
    /** Whether it was made and is still there. */
    fun exists(): Boolean = asking { store().containsAlias(alias) }

    /** What seals the next bytes. Makes the key where there is none. */
    fun sealing(): Cipher = asking { cipher().apply { init(Cipher.ENCRYPT_MODE, keyOrNull() ?: make()) } }

    /** What opens `sealed`. [KeyGone] when the key is no more. */
    fun opening(sealed: ByteArray): Cipher =
        asking {
            if (sealed.size <= HEAD || sealed[0] != VERSION) throw GeneralSecurityException("not sealed by this app")
            val nonce = GCMParameterSpec(TAG_BITS, sealed, 1, NONCE)
            cipher().apply { init(Cipher.DECRYPT_MODE, keyOrNull() ?: throw KeyGone(), nonce) }
        }

    /** Seals with what [sealing] gave; `name` is bound to it. */
    fun seal(
        cipher: Cipher,
        name: String,
        bytes: ByteArray,
    ): ByteArray =
        asking {
            cipher.updateAAD(name.toByteArray())
            byteArrayOf(VERSION) + cipher.iv + cipher.doFinal(bytes)
        }

    /** Opens with what [opening] gave for the same bytes. */
    fun open(
        cipher: Cipher,
        name: String,
        sealed: ByteArray,
    ): ByteArray =
        asking {
            cipher.updateAAD(name.toByteArray())
            cipher.doFinal(sealed, HEAD, sealed.size - HEAD)
        }

    fun remove() = asking { store().deleteEntry(alias) }

    private fun keyOrNull(): SecretKey? = store().getKey(alias, null) as SecretKey?

    private fun make(): SecretKey =
        try {
            generate(strongBox = true)
        } catch (_: StrongBoxUnavailableException) {
            generate(strongBox = false)
        }

    private fun generate(strongBox: Boolean): SecretKey {
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE)
        generator.init(spec(strongBox))
        return generator.generateKey()
    }

    private fun spec(strongBox: Boolean): KeyGenParameterSpec {
        val both = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val spec =
            KeyGenParameterSpec
                .Builder(alias, both)
                .setKeySize(KEY_BITS)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setRandomizedEncryptionRequired(true)
                .setIsStrongBoxBacked(strongBox)
        if (needsPresence) {
            val who = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            spec.setUserAuthenticationRequired(true).setUserAuthenticationParameters(EACH_USE, who)
            spec.setInvalidatedByBiometricEnrollment(true).setUnlockedDeviceRequired(true)
        }
        return spec.build()
    }

    private fun store(): KeyStore = KeyStore.getInstance(STORE).apply { load(null) }

    private fun cipher(): Cipher = Cipher.getInstance("AES/GCM/NoPadding")

    /** The keystore's many ways to fail, as two. */
    private fun <T> asking(question: () -> T): T =
        try {
            question()
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw KeyGone()
        } catch (failure: GeneralSecurityException) {
            throw KeystoreFailure(failure)
        } catch (failure: ProviderException) {
            throw KeystoreFailure(failure)
        }

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val VERSION: Byte = 1
        const val NONCE = 12
        const val HEAD = 1 + NONCE
        const val TAG_BITS = 128
        const val KEY_BITS = 256
        const val EACH_USE = 0
    }
}
