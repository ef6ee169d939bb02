package org.wellkept.app.drawing

import android.app.Service
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.Color
import android.os.Binder
import android.os.IBinder
import android.os.Parcel
import android.os.ParcelFileDescriptor
import android.os.Process
import java.util.concurrent.Executor
import java.util.concurrent.Executors

/**
 * Draws the pages of one file, in a process that Android keeps from everything: no network, no files, none of the app's rights. What
 * a hostile file makes of it reaches nothing, and it ends with the view of that file, be it in the middle of a page.
 */
class DrawingService : Service() {
    override fun onBind(intent: Intent?): IBinder = Drawer(Executors.newSingleThreadExecutor(), ::openDrawn)

    override fun onDestroy() {
        super.onDestroy()
        Process.killProcess(Process.myPid())
    }
}

/** Answers what [Apart] asks, one after the other, beside the thread on which Android ends the process. */
internal class Drawer(
    private val worker: Executor,
    private val open: (Kind, ParcelFileDescriptor) -> Drawn,
) : Binder() {
    private var drawn: Drawn? = null

    override fun onTransact(
        code: Int,
        data: Parcel,
        reply: Parcel?,
        flags: Int,
    ): Boolean {
        if (code !in Question.OPEN..Question.DRAW) return super.onTransact(code, data, reply, flags)
        val asked = Asked(code, data)
        worker.execute { asked.give(guarded { answer(asked) } ?: Answer.NONE) }
        return true
    }

    private fun answer(asked: Asked): Answer? =
        when (asked.code) {
            Question.OPEN -> opened(asked)?.let { Answer(it.count) }
            Question.MEASURE -> drawn?.extent(asked.number)?.let { Answer(it.width, it.height) }
            else -> asked.file?.use { draw(asked, it) }
        }

    private fun opened(asked: Asked): Drawn? =
        asked.file?.let { file -> Kind.entries.getOrNull(asked.number)?.let { open(it, file) } }.also { drawn = it }

    private fun draw(
        asked: Asked,
        into: ParcelFileDescriptor,
    ): Answer? {
        val file = drawn ?: return null
        val picture = Bitmap.createBitmap(asked.extent.width, asked.extent.height, Bitmap.Config.ARGB_8888)
        picture.eraseColor(Color.WHITE)
        file.draw(asked.number, picture)
        Memory.leave(picture, into)
        return Answer(asked.number)
    }
}
