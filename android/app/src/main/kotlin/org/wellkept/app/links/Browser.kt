package org.wellkept.app.links

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri

/**
 * Opens a portal's sign-in page in the person's own browser, where they see whose page it is and where this app can see
 * nothing of what they type. Whether one was found.
 */
fun Context.openInBrowser(address: String): Boolean {
    val page = Uri.parse(address)
    // Plain http is for portals on this device alone; the core lets no other one through.
    if (page.scheme != "https" && !(page.scheme == "http" && page.host in LOOPBACK)) return false
    val intent =
        Intent(Intent.ACTION_VIEW, page)
            .addCategory(Intent.CATEGORY_BROWSABLE)
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
    return try {
        startActivity(intent)
        true
    } catch (_: ActivityNotFoundException) {
        false
    }
}

private val LOOPBACK = setOf("127.0.0.1", "localhost", "[::1]")
