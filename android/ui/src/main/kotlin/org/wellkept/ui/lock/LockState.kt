package org.wellkept.ui.lock

import androidx.compose.runtime.Immutable

/** The record is locked. Opened by the passphrase, or by the kit when that is lost. */
@Immutable
data class LockState(
    val way: UnlockWay = UnlockWay.PASSPHRASE,
    val typed: String = "",
    val opening: Boolean = false,
    val trouble: String? = null,
    val byDevice: Boolean = false,
    val erasing: Erasing? = null,
) {
    /** Holds secrets: never in a log. */
    override fun toString(): String = "LockState(way=$way, opening=$opening)"
}

enum class UnlockWay { PASSPHRASE, KIT }

/** Passphrase and kit are both lost: all that is left is to begin anew. A word has to be typed for it. */
@Immutable
data class Erasing(
    val word: String,
    val typed: String = "",
    val underWay: Boolean = false,
) {
    val meant: Boolean get() = typed.trim().equals(word, ignoreCase = true)
}

sealed interface LockEvent {
    data class Typed(
        val text: String,
    ) : LockEvent

    data class Way(
        val way: UnlockWay,
    ) : LockEvent

    data object Unlock : LockEvent

    /** `word`: what has to be typed before anything is erased; `null`: they are not lost after all. */
    data class LostBoth(
        val word: String?,
    ) : LockEvent

    data class TypedToErase(
        val text: String,
    ) : LockEvent

    data object Erase : LockEvent

    /** By fingerprint, face or the device's own lock: the host asks. */
    data object ByDevice : LockEvent
}
