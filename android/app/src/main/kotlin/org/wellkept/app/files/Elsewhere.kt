package org.wellkept.app.files

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import androidx.core.content.FileProvider
import java.io.File
import java.util.UUID

/** Opens a file in another app of the person's. A copy of it lies here only until they are back, and only that app may read it. */
class Elsewhere(
    private val context: Context,
) {
    private val folder = File(context.cacheDir, "opened")
    private var lent: Uri? = null

    /** `name` is ours. `false`: no app takes it. */
    fun open(
        window: Activity,
        name: String,
        type: String,
        bytes: ByteArray,
    ): Boolean {
        clear()
        val file = File(File(folder, UUID.randomUUID().toString()), File(name).name)
        requireNotNull(file.parentFile).mkdirs()
        file.writeBytes(bytes)
        val place = FileProvider.getUriForFile(context, AUTHORITY, file)
        lent = place
        val view = Intent(Intent.ACTION_VIEW).setDataAndType(place, type).addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        return try {
            window.startActivity(view)
            true
        } catch (_: ActivityNotFoundException) {
            clear()
            false
        }
    }

    /** Takes back what was lent. Also what a process that was ended left. */
    fun clear() {
        lent?.let { context.revokeUriPermission(it, Intent.FLAG_GRANT_READ_URI_PERMISSION) }
        lent = null
        folder.deleteRecursively()
    }

    private companion object {
        const val AUTHORITY = "org.wellkept.app.opened"
    }
}
