package org.wellkept.ui.app

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import org.wellkept.ui.health.Health

/** What the device around the app does for it. */
interface Host {
    /** The language of the device, as `es`. */
    val language: String

    /** The app's version, for people. */
    val version: String

    /** The addresses with which the browser comes back from a portal. */
    val returned: Flow<String>

    /** Gives a value whenever the record is to be locked, as after some time out of sight. */
    val lockNow: Flow<Unit>

    /** Opens the record with the device's own lock (a fingerprint, a face, a PIN); missing where the host cannot. */
    val openWithDeviceLock: (suspend () -> Health?)?

    /** Screens that the person asked for from outside the app, as by a notification. They are shown once the record is open. */
    val asked: Flow<Route> get() = emptyFlow()

    /** Opens a page in the person's own browser, never inside the app. */
    fun openBrowser(address: String)

    /** Gives a file to another app, as the person chooses. */
    fun share(
        name: String,
        text: String,
    )

    /** Puts words where they can be pasted. */
    fun copy(text: String)

    /** A new folder for an export, as the person chooses; `null` when they chose none. */
    suspend fun exportFolder(): String?

    /** Lets the person choose a file of no more than `most` bytes, and reads it. A larger one is not read. */
    suspend fun chooseFile(most: Long): FileChoice = FileChoice.Cannot

    /** The time, in seconds since 1970. */
    fun now(): Long = System.currentTimeMillis() / MILLIS

    /** Draws files inside the app; `null` where the device cannot. */
    val drawing: Drawing? get() = null

    /** Opens a file in another app of the person's, and leaves no copy of it longer than that takes. `false`: no app takes it. */
    suspend fun openElsewhere(file: FileForOthers): Boolean = false

    /** `null` where the device has none. */
    val notices: Notices? get() = null

    /** `null` where the device has none. */
    val strictLock: StrictLock? get() = null

    fun settings(): AppSettings

    fun keep(settings: AppSettings)
}

/** What came of choosing a file. */
sealed interface FileChoice {
    /** This host has no way to choose one. */
    data object Cannot : FileChoice

    /** The person chose none. */
    data object None : FileChoice

    /** It was not read: it has more bytes than were allowed; how many, where the host knows. */
    data class TooLarge(
        val name: String,
        val size: Long?,
    ) : FileChoice

    /** It could not be read. */
    data class Unreadable(
        val name: String,
    ) : FileChoice

    /** What kind of file it is, is told by its bytes and not by its name. */
    class Chosen(
        val name: String,
        val bytes: ByteArray,
    ) : FileChoice
}

private const val MILLIS = 1_000
