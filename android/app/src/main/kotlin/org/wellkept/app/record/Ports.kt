package org.wellkept.app.record

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

/** What the phone's network costs. One that nothing is known of is taken to cost. `allOnMetered`: the person does not mind. */
class PhoneNetwork(
    private val networks: Networks,
    private val allOnMetered: () -> Boolean,
) : NetworkPort {
    override fun cost(): NetworkCost = if (allOnMetered() || networks.now().free) NetworkCost.FREE else NetworkCost.METERED
}
