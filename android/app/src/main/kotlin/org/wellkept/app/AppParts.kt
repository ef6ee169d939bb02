package org.wellkept.app

import android.content.Context
import android.os.SystemClock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.receiveAsFlow
import org.wellkept.app.files.Elsewhere
import org.wellkept.app.files.ExportWords
import org.wellkept.app.files.Exports
import org.wellkept.app.keys.DeviceWrap
import org.wellkept.app.keys.FrontPresence
import org.wellkept.app.keys.KeystoreKey
import org.wellkept.app.keys.SealedFiles
import org.wellkept.app.links.ReturnAddresses
import org.wellkept.app.links.Returns
import org.wellkept.app.notices.Notices
import org.wellkept.app.record.Around
import org.wellkept.app.record.Away
import org.wellkept.app.record.Networks
import org.wellkept.app.record.PhoneDoor
import org.wellkept.app.record.PhoneKeychain
import org.wellkept.app.record.PhoneNames
import org.wellkept.app.record.PhoneNetwork
import org.wellkept.app.record.PhoneWords
import org.wellkept.app.sync.BackgroundSync
import org.wellkept.app.sync.News
import org.wellkept.app.sync.Staying
import org.wellkept.app.sync.SyncSchedule
import org.wellkept.app.sync.Waiting
import org.wellkept.bindings.Platform
import org.wellkept.bindings.wipeMemory
import org.wellkept.client.LibraryRecords
import org.wellkept.ui.app.Route
import org.wellkept.ui.health.Health
import org.wellkept.ui.library.LibraryDoor
import org.wellkept.ui.library.told
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
    val person = FrontPresence()
    val elsewhere = Elsewhere(context)
    val exports = Exports(File(private, "leaving"), context.contentResolver, ExportWords.of(context))

    private val asking = Channel<Route>(Channel.CONFLATED)
    private val connecting = Channel<Unit>(Channel.CONFLATED)

    /** Screens that the person asked for by a notification. */
    val asked: Flow<Route> = asking.receiveAsFlow()

    /** A portal was connected. */
    val connected: Flow<Unit> = connecting.receiveAsFlow()

    private val secrets = SealedFiles(File(private, "keychain"), KeystoreKey("wellkept.keychain", needsPresence = false))
    private val networks = Networks(context)
    internal val records =
        LibraryRecords(
            Platform(PhoneKeychain(secrets), PhoneNetwork(networks) { settings.app.allOnMetered }),
            database = File(private, "record.db").path,
            list = File(private, "portals.db").path,
        )

    val words = PhoneWords.of(context)
    val door =
        PhoneDoor(
            LibraryDoor(records, PhoneNames(addresses)),
            DeviceWrap(private),
            words,
            Around(settings, person, exports, { connecting.trySend(Unit) }, { told { wipeMemory() } }),
        )
    val background =
        BackgroundSync(
            { deadline -> door.unseen { synced(it, deadline) } },
            notices,
            schedule,
            { settings.quiet },
            { ZonedDateTime.now() },
        )
    val waiting = Waiting(schedule, settings, notices, background::say) { door.opened.value != null }
    val staying = Staying(scope, door.opened, networks.states, waiting)

    init {
        // What a process that was ended could not remove.
        exports.clear()
        elsewhere.clear()
    }

    fun ask(route: Route) {
        asking.trySend(route)
    }

    /** What goes on unseen is what the person set. */
    fun scheduleAsSet() {
        if (settings.strict) schedule.stop() else schedule.start(settings.app.allOnMetered)
    }

    private suspend fun synced(
        health: Health,
        deadline: Long,
    ): News = News.of(health.syncBy(deadline), waits = health.outbox().first().any { it.waits })
}
