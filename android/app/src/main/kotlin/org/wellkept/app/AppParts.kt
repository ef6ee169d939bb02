package org.wellkept.app

import android.content.Context
import org.wellkept.app.keys.DeviceWrap
import org.wellkept.app.keys.KeystoreKey
import org.wellkept.app.keys.SealedFiles
import org.wellkept.app.links.ReturnAddresses
import org.wellkept.app.links.Returns
import org.wellkept.app.notices.Notices
import org.wellkept.app.sync.BackgroundSync
import org.wellkept.app.sync.SyncSchedule
import java.io.File
import java.time.ZonedDateTime

/** What the app is made of. */
class AppParts(
    context: Context,
) {
    /** Where no backup looks, in the part of the storage that opens with the first unlock. */
    private val private = context.noBackupFilesDir

    val settings = Settings(context)
    val addresses =
        ReturnAddresses(
            host = context.getString(R.string.link_host),
            path = context.getString(R.string.link_path),
            scheme = context.getString(R.string.link_scheme),
        )
    val returns = Returns(addresses)
    val secrets = SealedFiles(File(private, "keychain"), KeystoreKey("wellkept.keychain", needsPresence = false))
    val wrap = DeviceWrap(private)
    val notices = Notices(context)
    val schedule = SyncSchedule(context)
    val background = BackgroundSync({ null }, notices, schedule, { settings.quiet }, { ZonedDateTime.now() })
}
