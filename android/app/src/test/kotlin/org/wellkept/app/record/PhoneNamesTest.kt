package org.wellkept.app.record

import org.junit.Assert.assertEquals
import org.junit.Test
import org.wellkept.app.links.ReturnAddresses

class PhoneNamesTest {
    @Test
    fun c27_portals_are_told_the_claimed_address_and_our_own_scheme_only_while_none_is_claimed() {
        val own = ReturnAddresses("app.wellkept.example", "/callback", "org.wellkept.app")
        assertEquals("org.wellkept.app:/callback", PhoneNames(own).redirectAddress())
        assertEquals("https://wellkept.org/callback", PhoneNames(own.copy(host = "wellkept.org")).redirectAddress())
    }
}
