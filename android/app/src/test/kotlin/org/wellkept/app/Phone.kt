package org.wellkept.app

import android.Manifest
import android.app.Application
import org.junit.Rule
import org.junit.rules.ExternalResource
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/** A test on a phone with Android 15, as far as Robolectric is one. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
abstract class Phone {
    val application: WellkeptApplication get() = RuntimeEnvironment.getApplication() as WellkeptApplication

    /** What Android itself grants to any app that asks for it in its manifest. */
    @get:Rule(order = -1)
    val granted =
        object : ExternalResource() {
            override fun before() {
                shadowOf(application as Application).grantPermissions(Manifest.permission.HIDE_OVERLAY_WINDOWS)
            }
        }
}

/** The folder of this module. */
val moduleFolder = File(requireNotNull(System.getProperty("wellkept.app")))
