package org.wellkept.app.record

import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import org.wellkept.app.keys.KeystoreFailure
import org.wellkept.app.keys.NoRoom
import org.wellkept.app.keys.SealedFiles
import org.wellkept.bindings.KeychainPort
import org.wellkept.bindings.NetworkCost
import org.wellkept.bindings.NetworkPort
import org.wellkept.bindings.PortFailure

/** The library's secrets in the phone's keystore. */
class PhoneKeychain(
    private val files: SealedFiles,
) : KeychainPort {
    override fun load(name: String): ByteArray? = told { files.load(name) }

    override fun store(
        name: String,
        bytes: ByteArray,
    ) = told { files.store(name, bytes) }

    override fun remove(name: String) = told { files.remove(name) }

    override fun names(): List<String> = told { files.names() }

    private fun <T> told(action: () -> T): T =
        try {
            action()
        } catch (_: KeystoreFailure) {
            throw PortFailure.Unavailable()
        } catch (_: NoRoom) {
            throw PortFailure.OutOfSpace()
        }
}

/** What the phone's network costs. One that nothing is known of is taken to cost. */
class PhoneNetwork(
    context: Context,
) : NetworkPort {
    private val networks = context.getSystemService(ConnectivityManager::class.java)

    override fun cost(): NetworkCost {
        val now = networks?.let { it.getNetworkCapabilities(it.activeNetwork) }
        return if (now?.hasCapability(NET_CAPABILITY_NOT_METERED) == true) NetworkCost.FREE else NetworkCost.METERED
    }
}
