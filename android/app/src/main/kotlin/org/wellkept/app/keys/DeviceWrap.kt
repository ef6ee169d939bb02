package org.wellkept.app.keys

import android.util.AtomicFile
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import javax.crypto.Cipher

/** What the phone's own way to open the record came to. */
sealed interface Opening {
    /** What opens the record. Overwrite it once it was used. */
    class With(
        val secret: ByteArray,
    ) : Opening

    /** It was never set up, or was taken back: ask for the passphrase or the recovery kit. */
    data object NotSetUp : Opening

    /** The phone's key is gone. Ask for the passphrase or the recovery kit, then [DeviceWrap.set] it up anew. */
    data object Gone : Opening

    /** The person turned it away. Nothing changed. */
    data object TurnedAway : Opening

    /** The keystore does not answer now. Nothing changed. */
    data object NotNow : Opening
}

/** What setting up the phone's own way to open the record came to. All but `DONE` changed nothing. */
enum class Setting { DONE, TURNED_AWAY, NO_SCREEN_LOCK, NOT_NOW }

/** When the phone's key can be used. */
enum class Bound {
    /** Once the phone was unlocked after its start, so that a sync in the background can open the record; screens ask first. */
    TO_THE_PHONE,

    /** Only when the person has just shown that it is them: the strict mode, without a sync in the background. */
    TO_PRESENCE,
}

/**
 * The first of the record's two wraps: what opens it, sealed by a key of the phone's hardware. The second is the passphrase or
 * the recovery kit, which the core keeps; so losing this one loses nothing.
 */
class DeviceWrap(
    folder: File,
    private val key: (Bound) -> KeystoreKey = { KeystoreKey("wellkept.opens.${it.name.lowercase()}", it == Bound.TO_PRESENCE) },
) {
    private val files = Bound.entries.associateWith { File(folder, "opens.${it.name.lowercase()}") }

    /** How it is set up; `null` when it is not. */
    val bound: Bound? get() = Bound.entries.find { files.getValue(it).exists() }

    /** Sets it up with what opens the record, in place of what was there. The caller overwrites `secret`. */
    suspend fun set(
        how: Bound,
        secret: ByteArray,
        presence: Presence,
    ): Setting {
        return try {
            val key = key(how)
            val cipher = sealing(how, key)
            when (if (how == Bound.TO_PRESENCE) presence.ask(cipher) else Shown.YES) {
                Shown.NO -> return Setting.TURNED_AWAY
                Shown.NOT_SET_UP -> return Setting.NO_SCREEN_LOCK
                Shown.YES -> write(files.getValue(how), key.seal(cipher, NAME, secret))
            }
            forgetAllBut(how)
            Setting.DONE
        } catch (_: KeyGone) {
            Setting.NOT_NOW
        } catch (_: KeystoreFailure) {
            Setting.NOT_NOW
        }
    }

    /**
     * The same, but changes nothing where it is set up so already and its key is still there. What opens the record without the
     * person has no place in the strict mode: it goes, even when they turn the question away.
     */
    suspend fun keep(
        how: Bound,
        secret: ByteArray,
        presence: Presence,
    ): Setting {
        if (how == Bound.TO_PRESENCE) forget(Bound.TO_THE_PHONE)
        return when (holds(how, secret)) {
            Holds.YES -> Setting.DONE.also { forgetAllBut(how) }
            Holds.NO -> set(how, secret, presence)
            Holds.NOT_NOW -> Setting.NOT_NOW
        }
    }

    private enum class Holds { YES, NO, NOT_NOW }

    /** In the strict mode what is sealed cannot be looked at without the person: there its key is what is looked at. */
    private suspend fun holds(
        how: Bound,
        secret: ByteArray,
    ): Holds {
        if (bound != how) return Holds.NO
        val kept = trying { _, key, sealed ->
            val cipher = key.opening(sealed)
            Opening.With(if (how == Bound.TO_PRESENCE) secret.copyOf() else key.open(cipher, NAME, sealed))
        }
        if (kept == Opening.NotNow) return Holds.NOT_NOW
        val same = kept is Opening.With && kept.secret.contentEquals(secret)
        (kept as? Opening.With)?.secret?.fill(0)
        return if (same) Holds.YES else Holds.NO
    }

    /** A key that is gone is in the way of a new one. */
    private fun sealing(
        how: Bound,
        key: KeystoreKey,
    ): Cipher =
        try {
            key.sealing()
        } catch (_: KeyGone) {
            forget(how)
            key.sealing()
        }

    /** For a screen: asks the person first. */
    suspend fun open(presence: Presence): Opening =
        trying { how, key, sealed ->
            val cipher = key.opening(sealed)
            when (presence.ask(cipher.takeIf { how == Bound.TO_PRESENCE })) {
                Shown.YES -> Opening.With(key.open(cipher, NAME, sealed))
                Shown.NO -> Opening.TurnedAway
                Shown.NOT_SET_UP -> Opening.NotSetUp
            }
        }

    /** For a sync in the background: asks nobody, and opens nothing in the strict mode. */
    suspend fun openUnseen(): Opening =
        trying { how, key, sealed ->
            if (how == Bound.TO_PRESENCE) Opening.NotSetUp else Opening.With(key.open(key.opening(sealed), NAME, sealed))
        }

    /** Takes it back: the passphrase and the recovery kit still open the record. */
    fun forget() = Bound.entries.forEach(::forget)

    private suspend fun trying(action: suspend (Bound, KeystoreKey, ByteArray) -> Opening): Opening {
        val how = bound ?: return Opening.NotSetUp
        return try {
            action(how, key(how), AtomicFile(files.getValue(how)).readFully())
        } catch (_: KeyGone) {
            Opening.Gone
        } catch (_: KeystoreFailure) {
            Opening.NotNow
        } catch (_: FileNotFoundException) {
            Opening.NotSetUp
        } catch (_: IOException) {
            Opening.NotNow
        }
    }

    private fun forgetAllBut(how: Bound) = Bound.entries.filter { it != how }.forEach(::forget)

    private fun forget(how: Bound) {
        AtomicFile(files.getValue(how)).delete()
        try {
            key(how).remove()
        } catch (_: KeystoreFailure) {
            // A key that seals nothing any more opens nothing.
        }
    }

    private fun write(
        file: File,
        bytes: ByteArray,
    ) {
        file.parentFile?.mkdirs()
        val atomic = AtomicFile(file)
        val out = atomic.startWrite()
        try {
            out.write(bytes)
            atomic.finishWrite(out)
        } catch (failure: IOException) {
            atomic.failWrite(out)
            throw KeystoreFailure(failure)
        }
    }

    private companion object {
        const val NAME = "opens"
    }
}
