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
) {
    /** Holds secrets: never in a log. */
    override fun toString(): String = "LockState(way=$way, opening=$opening)"
}

enum class UnlockWay { PASSPHRASE, KIT }

sealed interface LockEvent {
    data class Typed(
        val text: String,
    ) : LockEvent

    data class Way(
        val way: UnlockWay,
    ) : LockEvent

    data object Unlock : LockEvent

    /** By fingerprint, face or the device's own lock: the host asks. */
    data object ByDevice : LockEvent
}
