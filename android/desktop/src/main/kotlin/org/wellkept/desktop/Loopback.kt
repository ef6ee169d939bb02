package org.wellkept.desktop

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.flow.MutableSharedFlow
import org.wellkept.ui.library.AppNames
import java.net.HttpURLConnection
import java.net.InetAddress
import java.net.InetSocketAddress

private const val PATH = "/callback"
private const val MOST = 4

/** Where the browser returns to: one path on 127.0.0.1, answered with one plain page. */
class Loopback : AppNames {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), MOST)

    /** The addresses with which the browser returned. */
    val returned = MutableSharedFlow<String>(extraBufferCapacity = MOST)

    override val usualName = "wellkept"

    override fun redirectAddress() = "http://127.0.0.1:${server.address.port}$PATH"

    init {
        server.createContext(PATH, ::answer)
        server.start()
    }

    private fun answer(exchange: HttpExchange) {
        returned.tryEmit("http://127.0.0.1:${server.address.port}${exchange.requestURI}")
        val page = "<!doctype html><title>Wellkept</title><p>You can close this page and go back to Wellkept.".toByteArray()
        exchange.responseHeaders["Content-Type"] = "text/html; charset=utf-8"
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, page.size.toLong())
        exchange.responseBody.use { it.write(page) }
    }
}
