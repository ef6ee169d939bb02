package org.wellkept.app.record

import org.wellkept.app.links.ReturnAddresses
import org.wellkept.ui.library.AppNames

/** How portals know the app: they send browsers back to its claimed address, or to its own scheme where no host is claimed yet. */
class PhoneNames(
    private val addresses: ReturnAddresses,
) : AppNames {
    override val usualName = "wellkept"

    override fun redirectAddress(): String = if (addresses.host.endsWith(UNCLAIMED)) addresses.ownScheme else addresses.claimed

    private companion object {
        /** Nobody can own it (RFC 2606). */
        const val UNCLAIMED = ".example"
    }
}
