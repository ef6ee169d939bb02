package org.wellkept.app.links

import android.content.Intent
import android.net.Uri
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.robolectric.Robolectric
import org.robolectric.Shadows.shadowOf
import org.wellkept.app.MainActivity
import org.wellkept.app.Phone

class ReturnsTest : Phone() {
    private val returns = application.parts.returns
    private val own = application.parts.addresses
    private val answer = "${own.ownScheme}?code=c0de&state=s1"
    private val scope = CoroutineScope(Dispatchers.Unconfined)
    private val came = mutableListOf<String>()

    @After
    fun end() = scope.cancel()

    @Test
    fun c27_an_address_comes_to_the_sign_in_that_waits_and_to_it_once() {
        val window = Robolectric.buildActivity(MainActivity::class.java).setup()
        awaitAnswers()
        window.newIntent(view(answer))
        assertEquals(listOf(answer), came)
        // The window is made anew, as when the phone is turned.
        window.recreate()
        assertEquals(listOf(answer), came)
    }

    @Test
    fun c27_without_a_sign_in_that_waits_an_address_is_dropped() {
        assertFalse(returns.take(answer))
        awaitAnswers()
        assertEquals(emptyList<String>(), came)
        assertTrue(returns.take(answer))
    }

    @Test
    fun c27_what_another_app_sends_beside_is_not_read() {
        awaitAnswers()
        val window = Robolectric.buildActivity(MainActivity::class.java).setup()
        val hostile =
            listOf(
                view("https://evil.example/callback?code=c0de&state=s1"),
                view(answer).setAction(Intent.ACTION_SEND),
                view(answer).setAction(null),
                Intent(Intent.ACTION_VIEW).putExtra("address", answer).putExtra(Intent.EXTRA_TEXT, answer),
            )
        for (intent in hostile) window.newIntent(intent)
        assertEquals(emptyList<String>(), came)
    }

    @Test
    fun c27_a_sign_in_page_is_opened_in_the_persons_own_browser() {
        val page = "https://portal.example/authorize?state=s1"
        assertTrue(application.openInBrowser(page))
        val started = shadowOf(application).nextStartedActivity
        assertEquals(Intent.ACTION_VIEW, started.action)
        assertEquals(page, started.dataString)
        assertNull("no app is named: the person's own browser", started.component)
        assertNull(started.`package`)
        assertNull(started.extras)
    }

    @Test
    fun c27_only_the_address_of_a_page_is_opened() {
        for (other in listOf("http://portal.example/authorize", "intent:#Intent;end", "file:///etc", "javascript:1", "")) {
            assertFalse(other, application.openInBrowser(other))
        }
        assertNull(shadowOf(application).nextStartedActivity)
    }

    private fun awaitAnswers() {
        scope.launch { returns.addresses.collect(came::add) }
    }

    private fun view(address: String) = Intent(Intent.ACTION_VIEW, Uri.parse(address))
}
