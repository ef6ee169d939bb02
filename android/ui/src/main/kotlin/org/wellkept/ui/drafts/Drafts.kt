package org.wellkept.ui.drafts

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble

/** What one screen is composing, as the core keeps it: named fields of text. */
typealias Written = Map<String, String>

/**
 * The draft of one screen, named by `place`. Every change goes to the core at once, so that no kill loses it; of changes that
 * come faster than they can be kept, the newest is kept.
 */
class Drafts(
    private val health: Health,
    private val place: String,
    scope: CoroutineScope,
    private val kept: (HealthTrouble?) -> Unit,
) {
    private val newest = Channel<Change>(Channel.CONFLATED)
    private val one = Mutex()

    /** How often the draft came to its end: what was changed before that is not kept after it. */
    private var ends = 0

    /** The bytes of the files that the draft names. */
    val files = DraftFiles(health)

    /** The name of the draft, once there is one. */
    var id: String? = null
        private set

    init {
        scope.launch { for (change in newest) keepNow(change) }
    }

    /** What was written here before the process ended, if anything. */
    suspend fun found(): Written? {
        val all = health.drafts()
        files.dropStrays(all)
        val draft = all.firstOrNull { readWritten(it.body)?.get(PLACE) == place } ?: return null
        id = draft.id
        return readWritten(draft.body)
    }

    fun keep(written: Written) {
        newest.trySend(Change(written, ends))
    }

    suspend fun drop(named: List<KeptFile> = emptyList()) =
        one.withLock {
            ends++
            id?.let { health.dropDraft(it) }
            id = null
            named.forEach { files.drop(it) }
        }

    /** The draft became a message, which took it away, but for the pieces of its files. */
    suspend fun used(named: List<KeptFile> = emptyList()) =
        one.withLock {
            ends++
            id = null
            named.forEach { files.drop(it) }
        }

    private suspend fun keepNow(change: Change) =
        one.withLock {
            if (change.after == ends) keepIt(change.written)
        }

    private suspend fun keepIt(written: Written) =
        try {
            id = health.keepDraft(body(written), id)
            kept(null)
        } catch (trouble: HealthTrouble) {
            kept(trouble)
        }

    private fun body(written: Written): String =
        buildJsonObject {
            put(PLACE, place)
            written.forEach { (name, text) -> put(name, text) }
        }.toString()

    private class Change(
        val written: Written,
        val after: Int,
    )

    private companion object {
        const val PLACE = "place"
    }
}

/** What a draft says; `null` for what is none of a screen's. */
internal fun readWritten(body: String): Written? =
    try {
        (Json.parseToJsonElement(body) as? JsonObject)?.mapValues {
            it.value.jsonPrimitive.contentOrNull
                .orEmpty()
        }
    } catch (_: SerializationException) {
        null
    } catch (_: IllegalArgumentException) {
        null
    }
