package org.wellkept.app.record

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_INTERNET
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_VALIDATED
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.distinctUntilChanged

/** The phone's network. `works`: the phone itself got an answer over it; where that is blocked it may be of use all the same. */
data class NetworkState(
    val there: Boolean = false,
    val works: Boolean = false,
    val free: Boolean = false,
) {
    /** Whether it is back, or better than it was. */
    fun returnedSince(before: NetworkState): Boolean = (there && !before.there) || (works && !before.works)
}

class Networks(
    context: Context,
) {
    private val manager = context.getSystemService(ConnectivityManager::class.java)

    fun now(): NetworkState = manager?.let { it.getNetworkCapabilities(it.activeNetwork) }.state()

    /** How it is, and each change of it, while it is collected. */
    val states: Flow<NetworkState> =
        callbackFlow {
            val hears =
                object : ConnectivityManager.NetworkCallback() {
                    override fun onCapabilitiesChanged(
                        network: Network,
                        capabilities: NetworkCapabilities,
                    ) {
                        trySend(capabilities.state())
                    }

                    override fun onLost(network: Network) {
                        trySend(NetworkState())
                    }
                }
            send(now())
            manager?.registerDefaultNetworkCallback(hears)
            awaitClose { manager?.unregisterNetworkCallback(hears) }
        }.distinctUntilChanged()

    private fun NetworkCapabilities?.state() =
        NetworkState(
            there = this?.hasCapability(NET_CAPABILITY_INTERNET) == true,
            works = this?.hasCapability(NET_CAPABILITY_VALIDATED) == true,
            free = this?.hasCapability(NET_CAPABILITY_NOT_METERED) == true,
        )
}
