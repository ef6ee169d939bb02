package org.wellkept.ui.samples

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Canvas
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.Paint
import org.wellkept.ui.file.Elsewhere
import org.wellkept.ui.file.FileScreen
import org.wellkept.ui.file.FileState
import org.wellkept.ui.file.FileUi
import org.wellkept.ui.file.PageUi
import org.wellkept.ui.model.Load

/** A page as a scanner would give it: lines of grey on white. */
private fun page(): ImageBitmap {
    val page = ImageBitmap(300, 200)
    val pen = Canvas(page)
    pen.drawRect(Rect(Offset.Zero, Offset(300f, 200f)), Paint().apply { color = Color.White })
    val ink = Paint().apply { color = Color.DarkGray }
    repeat(6) { line -> pen.drawRect(Rect(Offset(20f, 20f + 28f * line), Offset(280f - 24f * (line % 3), 30f + 28f * line)), ink) }
    return page
}

private val leaflet = FileUi("Leaflet.pdf", 1, "pdf", 182_000, pages = 2, words = listOf("Take with water.\nDo not chew."), safe = true)

internal val FILE_STATES = listOf(
    "a PDF" to FileState(Load.Ready(leaflet), pages = mapOf(0 to PageUi.Drawn(page()), 1 to PageUi.Drawing)),
    "a PDF, larger, with its words" to
        FileState(
            Load.Ready(leaflet.copy(pages = 1)),
            pages = mapOf(0 to PageUi.Drawn(page())),
            zoom = 3,
            wordsShown = true,
            elsewhere = Elsewhere.SURE,
        ),
    "a picture without words" to
        FileState(
            Load.Ready(FileUi(null, 2, "jpg", 2_400_000, pages = 1, safe = true)),
            pages = mapOf(0 to PageUi.CannotBeDrawn),
            elsewhere = Elsewhere.NO_APP,
        ),
    "text that is not what it was said to be" to
        FileState(
            Load.Ready(
                FileUi(
                    "Summary",
                    1,
                    "html",
                    4_000,
                    words = listOf("Seen on 3 May."),
                    notice = "stated to be application/pdf, and its content is html",
                ),
            ),
        ),
    "a kind that cannot be shown" to FileState(Load.Ready(FileUi("Scan", 1, "dcm", 8_000_000, safe = true))),
    "being opened" to FileState(),
    "covered" to FileState(Load.Failed("You chose to cover this entry. Reveal it to see it"), covered = true),
    "not to be had" to
        FileState(Load.Failed("This file is not on this device yet: connect and try again (the portal could not be reached)")),
).map { (name, state) -> Sample("file", name) { FileScreen(state, {}) } }
