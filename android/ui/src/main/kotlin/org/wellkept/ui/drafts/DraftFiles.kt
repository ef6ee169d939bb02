package org.wellkept.ui.drafts

import androidx.compose.runtime.Immutable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonArray
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import org.wellkept.ui.health.DraftUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.NewFileUi
import java.util.Base64

/** A file that goes with what is being composed. Its pieces are drafts of their own. */
@Immutable
data class KeptFile(
    val name: String,
    val size: Long,
    val pieces: List<String>,
)

/**
 * The bytes of chosen files, kept by the core beside the drafts that name them: a letter that is typed writes none of them again.
 *
 * A piece is a JSON string, which no screen's draft is. Pieces that no draft names are left over from a kill, and dropped.
 */
class DraftFiles(
    private val health: Health,
) {
    suspend fun keep(
        name: String,
        bytes: ByteArray,
    ): KeptFile {
        val pieces = mutableListOf<String>()
        try {
            for (from in bytes.indices step PIECE) {
                val piece = bytes.copyOfRange(from, minOf(from + PIECE, bytes.size))
                pieces += health.keepDraft(JsonPrimitive(Base64.getEncoder().encodeToString(piece)).toString(), null)
            }
        } catch (trouble: HealthTrouble) {
            drop(pieces)
            throw trouble
        }
        return KeptFile(name, bytes.size.toLong(), pieces)
    }

    /** The bytes again; `null` where they are not all there. */
    suspend fun read(files: List<KeptFile>): List<NewFileUi>? {
        if (files.isEmpty()) return emptyList()
        val bodies = health.drafts().associate { it.id to it.body }
        return files.map { file ->
            val bytes = file.pieces.map { bytesOf(bodies[it]) ?: return null }
            NewFileUi(file.name, bytes.fold(ByteArray(0), ByteArray::plus).also { if (it.size.toLong() != file.size) return null })
        }
    }

    suspend fun drop(file: KeptFile) = drop(file.pieces)

    suspend fun dropStrays(all: List<DraftUi>) {
        val named = all
            .filterNot { isPiece(it) }
            .flatMap { filesOf(readWritten(it.body)) }
            .flatMap { it.pieces }
            .toSet()
        drop(all.filter { isPiece(it) && it.id !in named }.map { it.id })
    }

    private suspend fun drop(pieces: List<String>) = pieces.forEach { health.dropDraft(it) }

    private fun isPiece(draft: DraftUi): Boolean = draft.body.startsWith('"')

    private fun bytesOf(body: String?): ByteArray? =
        try {
            body?.let { Base64.getDecoder().decode(Json.parseToJsonElement(it).jsonPrimitive.content) }
        } catch (_: SerializationException) {
            null
        } catch (_: IllegalArgumentException) {
            null
        }

    companion object {
        /** Of so many bytes each is kept: less than a draft may have, as text. */
        private const val PIECE = 384 * 1024

        /** Where a draft names its files. */
        const val FILES = "files"

        private const val NAME = "name"
        private const val SIZE = "size"
        private const val PIECES = "pieces"

        /** Files as a field of a draft. */
        fun written(files: List<KeptFile>): String =
            buildJsonArray {
                files.forEach { file ->
                    add(
                        buildJsonObject {
                            put(NAME, file.name)
                            put(SIZE, file.size)
                            putJsonArray(PIECES) { file.pieces.forEach { add(it) } }
                        },
                    )
                }
            }.toString()

        fun filesOf(written: Written?): List<KeptFile> =
            try {
                val files = written
                    ?.get(FILES)
                    ?.ifEmpty { null }
                    ?.let { Json.parseToJsonElement(it) as? JsonArray }
                    .orEmpty()
                files.map { it.jsonObject }.map { file ->
                    KeptFile(
                        name = file.getValue(NAME).jsonPrimitive.content,
                        size = file.getValue(SIZE).jsonPrimitive.long,
                        pieces = file.getValue(PIECES).jsonArray.map { it.jsonPrimitive.content },
                    )
                }
            } catch (_: SerializationException) {
                emptyList()
            } catch (_: IllegalArgumentException) {
                emptyList()
            } catch (_: NoSuchElementException) {
                emptyList()
            }
    }
}
