package org.wellkept.client

import org.wellkept.bindings.AppIdentity
import org.wellkept.bindings.Client
import org.wellkept.bindings.ClockPort
import org.wellkept.bindings.KeychainPort
import org.wellkept.bindings.NetworkPort
import org.wellkept.bindings.NewConnection
import org.wellkept.bindings.Platform
import org.wellkept.bindings.Reason
import org.wellkept.bindings.Returned
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.freeNetwork
import org.wellkept.bindings.keychainInFolder
import org.wellkept.bindings.makeRecord
import java.io.File
import java.nio.file.Files

const val PASSPHRASE = "correct horse battery staple"
const val REDIRECT = "http://127.0.0.1:49152/callback"
const val CLINIC = "River Clinic"

/** A phone of Alice's: a folder, and a record in it. */
class Phone(
    keychain: KeychainPort? = null,
    network: NetworkPort? = null,
    clock: ClockPort? = null,
) : AutoCloseable {
    val home: File = Files.createTempDirectory("wellkept").toFile()
    val database = File(home, "record.db").path
    val platform =
        Platform(
            keychain = keychain ?: keychainInFolder(File(home, "keychain").path),
            network = network ?: freeNetwork(),
            clock = clock,
        )
    val records = LibraryRecords(platform, database, File(home, "portals.list").path)

    /** A new record, as the library gives it. */
    suspend fun made() = makeRecord(platform, database, "Alice", PASSPHRASE)

    suspend fun opened(): Client = Client.open(platform, database, Unlock.Passphrase(PASSPHRASE))

    override fun close() {
        home.deleteRecursively()
    }
}

/** Connects a portal by its real sign-in pages. */
suspend fun HealthClient.connect(portal: Portal, name: String = CLINIC): Returned {
    val app = AppIdentity.Named(Portal.CLIENT_ID, null)
    val page = connect(NewConnection(base = portal.base, app = app, redirectUri = REDIRECT, name = name))
    return redirected(portal.signIn(page.address))
}

val asked = Reason.Asked(full = false)
