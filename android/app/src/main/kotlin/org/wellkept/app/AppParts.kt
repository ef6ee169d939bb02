package org.wellkept.app

import android.content.Context
import android.os.SystemClock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.MainScope
import org.wellkept.app.keys.DeviceWrap
import org.wellkept.app.keys.KeystoreKey
import org.wellkept.app.keys.SealedFiles
import org.wellkept.app.links.ReturnAddresses
import org.wellkept.app.links.Returns
import org.wellkept.app.notices.Notices
import org.wellkept.app.record.Away
import org.wellkept.app.record.PhoneDoor
import org.wellkept.app.record.PhoneKeychain
import org.wellkept.app.record.PhoneNames
import org.wellkept.app.record.PhoneNetwork
import org.wellkept.app.record.PhoneWords
import org.wellkept.app.record.news
import org.wellkept.app.sync.BackgroundSync
import org.wellkept.app.sync.SyncSchedule
import org.wellkept.bindings.Platform
import org.wellkept.client.LibraryRecords
import org.wellkept.ui.library.LibraryDoor
import java.io.File
import java.time.ZonedDateTime

/** What the app is made of. */
class AppParts(
    context: Context,
    scope: CoroutineScope = MainScope(),
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
    val notices = Notices(context)
    val schedule = SyncSchedule(context)
    val away = Away(scope, { settings.app.lockAfterMinutes }, SystemClock::elapsedRealtime)

    private val secrets = SealedFiles(File(private, "keychain"), KeystoreKey("wellkept.keychain", needsPresence = false))
    private val records =
        LibraryRecords(
            Platform(PhoneKeychain(secrets), PhoneNetwork(context)),
            database = File(private, "record.db").path,
            list = File(private, "portals.db").path,
        )

    val words = PhoneWords.of(context)
    val door = PhoneDoor(LibraryDoor(records, PhoneNames(addresses)), DeviceWrap(private), words)
    val background =
        BackgroundSync(
            { door.unseen { it.sync().news() } },
            notices,
            schedule,
            { settings.quiet },
            { ZonedDateTime.now() },
        )
}
