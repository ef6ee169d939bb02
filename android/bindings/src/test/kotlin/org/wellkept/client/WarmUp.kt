package org.wellkept.client

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Needs neither the library nor a portal: `android/test prepare` runs it, so that nothing is fetched later. */
class WarmUp {
    @Test
    fun `the test runner runs`() {
        assertTrue(HealthClient::class.java.isInterface)
    }
}
