package org.wellkept.app.links

import android.content.Intent
import android.net.Uri
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.robolectric.Robolectric
import org.wellkept.app.MainActivity
import org.wellkept.app.Phone
import org.wellkept.app.keys.Hardware
import org.wellkept.app.sync.Clinic
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.ReturnedUi

/** A sign-in at a real portal, with another app that answers first. */
class SignInTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    @Test
    fun c26_c27_the_answer_to_another_sign_in_is_not_taken_and_ours_is(): Unit =
        Clinic().use { clinic ->
            val scope = CoroutineScope(Dispatchers.Unconfined)
            val came = mutableListOf<String>()
            scope.launch {
                application.parts.returns.addresses
                    .collect(came::add)
            }
            runBlocking {
                val health = application.parts.door
                    .make("Alice", "correct horse battery staple")
                    .health
                val page = health.connect(NewConnectionUi(clinic.base, "Riverside", null, samePerson = false))
                assertTrue("by our own scheme", "redirect_uri=org.wellkept.app%3A%2Fcallback" in page)
                val window = Robolectric.buildActivity(MainActivity::class.java).create()
                window.newIntent(view("org.wellkept.app:/callback?code=theirs&state=theirs"))
                assertEquals(ReturnedUi.NotForUs, health.redirected(came.removeAt(0)))
                window.newIntent(view(clinic.signIn(page)))
                assertTrue(health.redirected(came.removeAt(0)) is ReturnedUi.Connected)
                health.lock()
            }
            scope.cancel()
        }

    private fun view(address: String) = Intent(Intent.ACTION_VIEW, Uri.parse(address))
}
