package org.wellkept.app.links

import java.net.URI
import java.net.URISyntaxException

/** What an address from outside may be. There is one kind: any other address is refused. */
sealed interface Link {
    /** The whole address with which a browser returned from a portal's sign-in page. */
    data class SignIn(
        val address: String,
    ) : Link
}

/** Where browsers return to: an app link, and a scheme of the app's own where that is not to be had. */
data class ReturnAddresses(
    val host: String,
    val path: String,
    val scheme: String,
) {
    /** What a portal is told when it takes claimed `https` addresses. */
    val claimed: String get() = "https://$host$path"

    /** What a portal is told otherwise. */
    val ownScheme: String get() = "$scheme:$path"
}

/**
 * Reads an address that another app or a web page handed to this one. Hostile until checked: `null` for all that is not exactly
 * one of our own return addresses with the answer of a sign-in in it. Whether the answer is to our own question is for the
 * sign-in that waits for it to say (its `state`); without one it is ignored.
 */
fun ReturnAddresses.read(address: String): Link? {
    if (address.length > LONGEST || address.any { it.code !in PRINTABLE }) return null
    val uri = address.toUriOrNull() ?: return null
    val known = if (uri.scheme == "https") isClaimed(uri) else isOwnScheme(uri, address)
    return if (known && uri.rawFragment == null && isAnswer(uri, address)) Link.SignIn(address) else null
}

private fun ReturnAddresses.isClaimed(uri: URI): Boolean = uri.rawAuthority == host && uri.rawPath == path

/** `scheme:/path`; nothing between the two, and no host. */
private fun ReturnAddresses.isOwnScheme(
    uri: URI,
    address: String,
): Boolean = uri.scheme == scheme && address.startsWith("$scheme:$path?") && uri.rawAuthority == null

/** One `state`, and either one `code` or one `error` (RFC 6749, 4.1.2). */
private fun isAnswer(
    uri: URI,
    address: String,
): Boolean {
    val query = uri.rawQuery ?: address.substringAfter('?', "")
    val names = query.split('&').map { it.substringBefore('=') }
    val count = { name: String -> names.count { it == name } }
    return count("state") == 1 && count("code") + count("error") == 1
}

private fun String.toUriOrNull(): URI? =
    try {
        URI(this)
    } catch (_: URISyntaxException) {
        null
    }

private const val LONGEST = 8192
private val PRINTABLE = 0x21..0x7e
