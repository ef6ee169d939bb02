package org.wellkept.app.links

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow

/** Addresses with which a browser returned, for the sign-in that waits for them. While none waits, they are dropped. */
class Returns(
    private val own: ReturnAddresses,
) {
    private val waiting = MutableSharedFlow<String>(extraBufferCapacity = FEW)

    /** Those that come while it is collected. */
    val addresses: Flow<String> get() = waiting

    /** Takes an address from outside. Whether it was one of ours and somebody waits for it. */
    fun take(address: String): Boolean =
        when (val link = own.read(address)) {
            is Link.SignIn -> waiting.subscriptionCount.value > 0 && waiting.tryEmit(link.address)
            null -> false
        }

    private companion object {
        const val FEW = 4
    }
}
