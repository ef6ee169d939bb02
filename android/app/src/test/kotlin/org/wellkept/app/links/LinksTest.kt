package org.wellkept.app.links

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class LinksTest {
    private val own = ReturnAddresses("app.wellkept.example", "/callback", "org.wellkept.app")

    @Test
    fun c27_the_answer_of_a_sign_in_is_taken_by_either_address() {
        val answers =
            listOf(
                "https://app.wellkept.example/callback?code=c0de&state=s1",
                "https://app.wellkept.example/callback?error=access_denied&state=s1&error_description=no%20thanks",
                "org.wellkept.app:/callback?state=s1&code=c0de&iss=https%3A%2F%2Fportal.example%2Ffhir",
            )
        for (answer in answers) assertEquals(Link.SignIn(answer), own.read(answer))
    }

    @Test
    fun c27_every_other_address_is_refused() {
        val answer = "code=c0de&state=s1"
        val others =
            listOf(
                "",
                "callback",
                "http://app.wellkept.example/callback?$answer",
                "HTTPS://app.wellkept.example/callback?$answer",
                "https://app.wellkept.example:8443/callback?$answer",
                "https://app.wellkept.example@evil.example/callback?$answer",
                "https://evil.example@app.wellkept.example/callback?$answer",
                "https://app.wellkept.example.evil.example/callback?$answer",
                "https://evil.example/callback?$answer",
                "https://app.wellkept.example/callback/?$answer",
                "https://app.wellkept.example/callback/../callback?$answer",
                "https://app.wellkept.example//callback?$answer",
                "https://app.wellkept.example/%63allback?$answer",
                "https://app.wellkept.example/open?$answer",
                "https://app.wellkept.example/callback",
                "https://app.wellkept.example/callback?",
                "https://app.wellkept.example/callback?code=c0de",
                "https://app.wellkept.example/callback?state=s1",
                "https://app.wellkept.example/callback?$answer&code=another",
                "https://app.wellkept.example/callback?$answer&state=another",
                "https://app.wellkept.example/callback?$answer&error=both",
                "https://app.wellkept.example/callback?$answer#fragment",
                "https://app.wellkept.example/callback#$answer",
                "https://app.wellkept.example/callback?$answer\n",
                "https://app.wellkept.example/callback?$answer&name=Zoë",
                "https://app.wellkept.example/callback?$answer&pad=${"x".repeat(8192)}",
                "org.wellkept.app://callback?$answer",
                "org.wellkept.app:///callback?$answer",
                "org.wellkept.app:callback?$answer",
                "org.wellkept.app:/callback/more?$answer",
                "org.wellkept.app2:/callback?$answer",
                "file:///data/data/org.wellkept.app/files?$answer",
                "content://org.wellkept.app/callback?$answer",
                "intent:/callback?$answer#Intent;scheme=org.wellkept.app;end",
                "javascript:alert(1)?$answer",
            )
        for (other in others) assertNull(other, own.read(other))
    }
}
