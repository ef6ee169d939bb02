package org.wellkept.app.record

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.launch

/** Locks the record once the app was out of sight for as long as the person set. `elapsed`: milliseconds that also run asleep. */
class Away(
    private val scope: CoroutineScope,
    private val minutes: () -> Int,
    private val elapsed: () -> Long,
) {
    private val lock = MutableSharedFlow<Unit>(extraBufferCapacity = 1, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    private var since: Long? = null
    private var errand = false
    private var waiting: Job? = null

    /** Gives a value whenever the record is to be locked. */
    val locks: Flow<Unit> get() = lock

    /** The person is about to be sent to another app, as to a portal's sign-in page: what they do there needs the open record. */
    fun errand() {
        errand = true
    }

    /** The errand is over; they may not have left for it at all. */
    fun errandOver() {
        if (since == null) errand = false
    }

    fun left() {
        since = elapsed()
        waiting =
            scope.launch {
                delay(allowed())
                lock.tryEmit(Unit)
            }
    }

    /** A phone that slept did not count: the time is looked at again. */
    fun back() {
        waiting?.cancel()
        val away = since?.let { elapsed() - it } ?: return
        since = null
        if (away >= allowed()) lock.tryEmit(Unit)
        errand = false
    }

    private fun allowed() = (if (errand) maxOf(minutes(), ERRAND) else minutes()) * MINUTE

    private companion object {
        const val MINUTE = 60_000L

        /** Minutes in which a person finds their password for a portal, or a file. */
        const val ERRAND = 10
    }
}
