package org.wellkept.app.files

import android.content.Context
import org.wellkept.app.R
import java.time.LocalDate

/** What an export is called where it is put, and what is said when it is not taken there. */
class ExportWords(
    val notTaken: String,
    val folderName: () -> String,
) {
    companion object {
        fun of(context: Context) = ExportWords(context.getString(R.string.export_not_taken)) { "Wellkept ${LocalDate.now()}" }
    }
}
