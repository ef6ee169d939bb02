package org.wellkept.ui.connect

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.MalformedURLException
import java.net.URI
import java.net.URISyntaxException
import java.net.URL
import kotlin.coroutines.coroutineContext

/** What came of asking for a published list at an address. */
sealed interface Downloaded {
    class Whole(
        val bytes: ByteArray,
    ) : Downloaded

    data object NotSecure : Downloaded

    data object TooLarge : Downloaded

    /** It is at another address now, which is not asked unseen. */
    data class Moved(
        val to: String,
    ) : Downloaded

    data class Refused(
        val status: Int,
    ) : Downloaded

    data object NotReached : Downloaded
}

/** Fetches a list of portals from the address that the person gave, and from nowhere else. Nothing of theirs is sent with it. */
class ListDownload(
    private val most: Int,
) {
    /** `step` is told the bytes that are there, and how many there will be where that is said. */
    suspend fun fetch(
        address: String,
        step: (done: Long, all: Long?) -> Unit,
    ): Downloaded {
        val url = secure(address) ?: return Downloaded.NotSecure
        return withContext(Dispatchers.IO) {
            try {
                ask(url, step)
            } catch (_: IOException) {
                coroutineContext.ensureActive()
                Downloaded.NotReached
            }
        }
    }

    private suspend fun ask(
        url: URL,
        step: (Long, Long?) -> Unit,
    ): Downloaded {
        val connection = url.openConnection() as HttpURLConnection
        try {
            connection.instanceFollowRedirects = false
            connection.connectTimeout = PATIENCE
            connection.readTimeout = PATIENCE
            connection.setRequestProperty("Accept", "application/fhir+json, application/json")
            val status = connection.responseCode
            val moved = connection.getHeaderField("Location")
            val length = connection.contentLengthLong
            return when {
                status == HttpURLConnection.HTTP_OK && length > most -> Downloaded.TooLarge
                status == HttpURLConnection.HTTP_OK -> connection.inputStream.use { read(it, length.takeIf { all -> all > 0 }, step) }
                status in REDIRECTS && moved != null -> Downloaded.Moved(url.toURI().resolve(moved.trim()).toString())
                else -> Downloaded.Refused(status)
            }
        } catch (_: IllegalArgumentException) {
            // An address to go on at that is none.
            return Downloaded.NotReached
        } finally {
            connection.disconnect()
        }
    }

    private suspend fun read(
        from: InputStream,
        all: Long?,
        step: (Long, Long?) -> Unit,
    ): Downloaded {
        val held = ByteArrayOutputStream()
        val piece = ByteArray(PIECE)
        while (true) {
            coroutineContext.ensureActive()
            val count = from.read(piece)
            if (count < 0) return Downloaded.Whole(held.toByteArray())
            held.write(piece, 0, count)
            if (held.size() > most) return Downloaded.TooLarge
            step(held.size().toLong(), all)
        }
    }

    private companion object {
        const val PATIENCE = 20_000
        const val PIECE = 64 * 1024
        val REDIRECTS = setOf(301, 302, 303, 307, 308)
    }
}

/** Only https, or this machine itself. */
private fun secure(address: String): URL? =
    try {
        val uri = URI(address.trim())
        val here = uri.host in setOf("127.0.0.1", "localhost", "[::1]")
        val secure = uri.scheme.equals("https", ignoreCase = true) || (uri.scheme.equals("http", ignoreCase = true) && here)
        if (secure && !uri.host.isNullOrEmpty() && uri.userInfo == null) uri.toURL() else null
    } catch (_: URISyntaxException) {
        null
    } catch (_: MalformedURLException) {
        null
    } catch (_: IllegalArgumentException) {
        null
    }
