package org.wellkept.client

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.wellkept.bindings.Client
import org.wellkept.bindings.Erased
import org.wellkept.bindings.ListTaken
import org.wellkept.bindings.Platform
import org.wellkept.bindings.PortalsFound
import org.wellkept.bindings.Salvaged
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.eraseRecord
import org.wellkept.bindings.isRecordThere
import org.wellkept.bindings.makeRecord
import org.wellkept.bindings.salvageRecord

/** The device's record before it is opened: made, opened, salvaged, erased; and the list of portals, which needs none. */
interface HealthRecords {
    /** Whether a record was made here. */
    suspend fun isThere(): Boolean

    /** Makes a record and opens it. */
    suspend fun make(holder: String, passphrase: String): NewRecord

    /** Opens the record. */
    suspend fun open(unlock: Unlock): HealthClient

    /** Fails with `WrongKit` unless these can be the words of a recovery kit. */
    suspend fun checkKit(words: String)

    /** Sets another passphrase. */
    suspend fun setPassphrase(unlock: Unlock, passphrase: String)

    /** Saves what can be read of a damaged file. */
    suspend fun salvage(unlock: Unlock): Salvaged

    /** Removes the record with its keys. It is locked first. */
    suspend fun erase(): Erased

    /** Takes a published list of portals in. */
    suspend fun importPortals(bundle: ByteArray, add: Boolean = false): ListTaken

    /** The portals that fit these words. */
    suspend fun findPortals(words: String, limit: Int = 20): PortalsFound

    /** The portals that a person may mean by exactly these words. */
    suspend fun portalsMeant(words: String, limit: Int = 20): PortalsFound
}

/** A record that was just made, and the words of its recovery kit, which are given here and never again. */
data class NewRecord(
    val client: HealthClient,
    val kit: List<String>,
)

/** The record in the file [database] and the list of portals in the file [list], by the library. */
class LibraryRecords(
    private val platform: Platform,
    private val database: String,
    private val list: String,
    private val beside: CoroutineDispatcher = Dispatchers.Default,
) : HealthRecords {
    override suspend fun isThere() = aside { isRecordThere(platform, database) }

    override suspend fun make(holder: String, passphrase: String) =
        aside {
            val made = makeRecord(platform, database, holder, passphrase)
            NewRecord(LibraryHealthClient(made.client, beside), made.kit)
        }

    override suspend fun open(unlock: Unlock): HealthClient =
        aside { LibraryHealthClient(Client.open(platform, database, unlock), beside) }

    override suspend fun checkKit(words: String) = aside { org.wellkept.bindings.checkKit(words) }

    override suspend fun setPassphrase(unlock: Unlock, passphrase: String) =
        aside { org.wellkept.bindings.setPassphrase(platform, unlock, passphrase) }

    override suspend fun salvage(unlock: Unlock) = aside { salvageRecord(platform, database, unlock) }

    override suspend fun erase() = aside { eraseRecord(platform, database) }

    override suspend fun importPortals(bundle: ByteArray, add: Boolean) = aside { org.wellkept.bindings.importPortals(list, bundle, add) }

    override suspend fun findPortals(words: String, limit: Int) = aside { org.wellkept.bindings.findPortals(list, words, limit.toULong()) }

    override suspend fun portalsMeant(words: String, limit: Int) =
        aside { org.wellkept.bindings.portalsMeant(list, words, limit.toULong()) }

    private suspend fun <T> aside(call: suspend () -> T): T = withContext(beside) { call() }
}
