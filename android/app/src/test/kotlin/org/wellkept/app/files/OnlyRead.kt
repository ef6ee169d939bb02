package org.wellkept.app.files

import android.content.ContentProvider
import android.content.ContentValues
import android.net.Uri

/** Another app whose files are asked after and not changed in Android's oldest way. */
abstract class OnlyRead : ContentProvider() {
    override fun onCreate() = true

    override fun getType(uri: Uri): String? = null

    override fun insert(
        uri: Uri,
        values: ContentValues?,
    ) = throw UnsupportedOperationException()

    override fun delete(
        uri: Uri,
        selection: String?,
        selectionArgs: Array<out String>?,
    ) = throw UnsupportedOperationException()

    override fun update(
        uri: Uri,
        values: ContentValues?,
        selection: String?,
        selectionArgs: Array<out String>?,
    ) = throw UnsupportedOperationException()
}
