package org.wellkept.app

import android.app.Application

/** The process. What the app is made of is put together once, in [AppParts]. */
class WellkeptApplication : Application() {
    val parts: AppParts by lazy { AppParts(this) }
}
