package org.wellkept.app.record

import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_INTERNET
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_VALIDATED
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetworkCapabilities
import org.wellkept.app.Phone
import org.wellkept.bindings.NetworkCost

class NetworksTest : Phone() {
    private val manager = application.getSystemService(ConnectivityManager::class.java)!!
    private val network = requireNotNull(manager.activeNetwork)
    private val networks = Networks(application)

    @Test
    fun what_the_phones_network_does_is_heard_until_nobody_listens() {
        nowIs(NET_CAPABILITY_INTERNET, NET_CAPABILITY_VALIDATED)
        val heard = mutableListOf<NetworkState>()
        val scope = CoroutineScope(Dispatchers.Unconfined)
        scope.launch { networks.states.collect(heard::add) }
        val hears = shadowOf(manager).networkCallbacks.single()
        hears.onCapabilitiesChanged(network, capabilities(NET_CAPABILITY_INTERNET, NET_CAPABILITY_VALIDATED))
        hears.onLost(network)
        hears.onCapabilitiesChanged(network, capabilities(NET_CAPABILITY_INTERNET, NET_CAPABILITY_NOT_METERED))
        val mobile = NetworkState(there = true, works = true)
        assertEquals(listOf(mobile, NetworkState(), NetworkState(there = true, free = true)), heard)
        scope.cancel()
        assertTrue(shadowOf(manager).networkCallbacks.isEmpty())
    }

    @Test
    fun it_is_back_when_there_is_one_again_or_it_works_again() {
        val none = NetworkState()
        val there = NetworkState(there = true)
        val works = NetworkState(there = true, works = true)
        assertTrue(there.returnedSince(none) && works.returnedSince(none) && works.returnedSince(there))
        assertFalse(none.returnedSince(works) || there.returnedSince(works) || works.returnedSince(works))
        assertFalse("only cheaper", works.copy(free = true).returnedSince(works))
    }

    @Test
    fun a_network_costs_unless_it_is_known_not_to_or_the_person_does_not_mind() {
        var minds = true
        val port = PhoneNetwork(networks) { !minds }
        nowIs(NET_CAPABILITY_INTERNET)
        assertEquals(NetworkCost.METERED, port.cost())
        minds = false
        assertEquals(NetworkCost.FREE, port.cost())
        minds = true
        nowIs(NET_CAPABILITY_INTERNET, NET_CAPABILITY_NOT_METERED)
        assertEquals(NetworkCost.FREE, port.cost())
        shadowOf(manager).setNetworkCapabilities(network, null)
        assertEquals("nothing is known of it", NetworkCost.METERED, port.cost())
    }

    private fun nowIs(vararg can: Int) = shadowOf(manager).setNetworkCapabilities(network, capabilities(*can))

    private fun capabilities(vararg can: Int): NetworkCapabilities =
        ShadowNetworkCapabilities.newInstance().also { made -> can.forEach { shadowOf(made).addCapability(it) } }
}
