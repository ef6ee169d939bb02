package org.wellkept.ui.app

import kotlinx.coroutines.flow.Flow
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

    fun settings(): AppSettings

    fun keep(settings: AppSettings)
}
