package org.wellkept.ui.connect

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.net.InetAddress
import java.net.InetSocketAddress

class ListDownloadTest {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4).apply { start() }
    private val base = "http://127.0.0.1:${server.address.port}"
    private val steps = mutableListOf<Pair<Long, Long?>>()
    private val asked = mutableListOf<String>()

    @After
    fun shut() = server.stop(0)

    private fun answer(
        path: String,
        status: Int,
        body: ByteArray,
        headers: Map<String, String> = emptyMap(),
        counted: Boolean = true,
    ) {
        server.createContext(path) { exchange: HttpExchange ->
            asked += path
            headers.forEach { (name, value) -> exchange.responseHeaders[name] = value }
            exchange.sendResponseHeaders(status, if (counted) body.size.toLong() else 0)
            exchange.responseBody.use { it.write(body) }
        }
    }

    private fun fetch(
        address: String,
        most: Int = 1_000,
    ) = runBlocking { ListDownload(most).fetch(address) { done, all -> steps += done to all } }

    @Test
    fun `a list is fetched, and how far it came is told`() {
        answer("/list", 200, ByteArray(900) { 7 })
        val came = fetch("$base/list") as Downloaded.Whole
        assertEquals(900, came.bytes.size)
        assertEquals(900L to 900L, steps.last())
    }

    @Test
    fun `c30_ a list that is too large is left, also when its length is not told`() {
        answer("/told", 200, ByteArray(2_000))
        answer("/untold", 200, ByteArray(2_000), counted = false)
        assertEquals(Downloaded.TooLarge, fetch("$base/told"))
        assertEquals(Downloaded.TooLarge, fetch("$base/untold"))
    }

    @Test
    fun `c28_ nobody is sent elsewhere unseen`() {
        answer("/moved", 302, ByteArray(0), mapOf("Location" to "/there"))
        answer("/there", 200, ByteArray(1))
        assertEquals(Downloaded.Moved("$base/there"), fetch("$base/moved"))
        assertEquals(listOf("/moved"), asked)
    }

    @Test
    fun `what is refused, and what cannot be reached, is told apart`() {
        answer("/no", 403, ByteArray(0))
        assertEquals(Downloaded.Refused(403), fetch("$base/no"))
        server.stop(0)
        assertEquals(Downloaded.NotReached, fetch("$base/no"))
    }

    @Test
    fun `c29_ only a secure address is asked`() {
        val wrong = listOf(
            "http://lists.example/brands.json",
            "ftp://lists.example/x",
            "https://",
            "https://me:secret@lists.example/x",
            "lists.example",
            "not an address",
            "",
        )
        wrong.forEach { assertEquals(it, Downloaded.NotSecure, fetch(it)) }
        assertTrue(asked.isEmpty())
    }
}
