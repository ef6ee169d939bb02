package org.wellkept.client

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.wellkept.bindings.Filter
import org.wellkept.bindings.ListKind
import org.wellkept.bindings.Query
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.freeNetwork
import org.wellkept.bindings.keychainInFolder
import java.io.File

/**
 * How long the calls take that a screen makes, from Kotlin: beside the same calls inside Rust (`uniffi/tests/it/speed.rs`).
 * Not among the tests: `mvn test -Dtest=Speed -Dwellkept.speed=FOLDER`, with a record that `bench client ingest` made.
 */
class Speed {
    @Test
    fun `the calls of a screen`(): Unit =
        runBlocking {
            val home = File(System.getProperty("wellkept.speed").orEmpty())
            assumeTrue(File(home, "kit").isFile)
            val platform =
                org.wellkept.bindings.Platform(keychainInFolder(File(home, "keychain").path), freeNetwork())
            val records = LibraryRecords(platform, File(home, "record.db").path, File(home, "list").path)
            val results = Query(ListKind.RESULTS, Filter(limit = 50UL))
            val since = System.nanoTime()
            val client = records.open(Unlock.Kit(File(home, "kit").readText()))
            client.list(results).first()
            println("cold start to first data: %.1f ms".format(ms(since)))
            // What the JVM compiles while it runs is compiled by then; a phone's runtime has it compiled beforehand.
            repeat(WARM) {
                client.view(Query(ListKind.TIMELINE, Filter()))
                client.view(results)
                client.search("warm", 20)
            }
            tell("results again", List(ROUNDS) { timed { client.view(results) } })
            var after: String? = null
            val windows = mutableListOf<Double>()
            do {
                windows += timed { after = client.view(Query(ListKind.TIMELINE, Filter(after = after))).more }
            } while (after != null && windows.size < ROUNDS)
            tell("a window of 200 of the timeline", windows)
            for (word in listOf("g", "gl", "glu", "gluc", "gluco", "glucose")) {
                tell("search $word", List(ROUNDS) { timed { client.search(word, 20) } })
            }
            client.lock()
        }

    private suspend fun timed(call: suspend () -> Unit): Double {
        val since = System.nanoTime()
        call()
        return ms(since)
    }

    private fun ms(since: Long) = (System.nanoTime() - since) / 1e6

    private fun tell(what: String, times: List<Double>) {
        val sorted = times.sorted()
        println("%s: %.2f ms (%.2f to %.2f)".format(what, sorted[sorted.size / 2], sorted.first(), sorted.last()))
    }

    private companion object {
        const val ROUNDS = 20
        const val WARM = 30
    }
}
