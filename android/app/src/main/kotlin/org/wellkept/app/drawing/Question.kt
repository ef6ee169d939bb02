package org.wellkept.app.drawing

import android.os.IBinder
import android.os.Parcel
import android.os.ParcelFileDescriptor
import android.os.RemoteException

/** The kinds of files that are drawn. `grows`: may be drawn larger than it says that it is. */
internal enum class Kind(
    val names: Set<String>,
    val grows: Boolean,
) {
    PDF(setOf("pdf"), grows = true),
    PICTURE(setOf("png", "jpg", "gif"), grows = false),
}

/** What the app asks the process that draws. `number` is the page, or the file's [Kind]; `memory` holds the file, or takes its pixels. */
internal class Question(
    private val code: Int,
    private val number: Int,
    private val extent: Extent = Extent(0, 0),
    private val memory: Memory? = null,
) {
    fun ask(
        whom: IBinder,
        answers: IBinder,
    ) = whom.send(code) {
        writeInt(number)
        writeInt(extent.width)
        writeInt(extent.height)
        writeStrongBinder(answers)
        writeInt(if (memory == null) 0 else 1)
        memory?.lend(this)
    }

    companion object {
        const val OPEN = IBinder.FIRST_CALL_TRANSACTION
        const val MEASURE = OPEN + 1
        const val DRAW = OPEN + 2
    }
}

/** A [Question] as it comes. */
internal class Asked(
    val code: Int,
    from: Parcel,
) {
    val number = from.readInt()
    val extent = Extent(from.readInt(), from.readInt())
    private val answers: IBinder? = from.readStrongBinder()
    val file: ParcelFileDescriptor? = if (from.readInt() == 1) ParcelFileDescriptor.CREATOR.createFromParcel(from) else null

    fun give(answer: Answer) {
        answers?.send(Answer.CODE) {
            writeInt(answer.first)
            writeInt(answer.second)
        }
    }
}

/** Two numbers: how many pages, how large one is. Negative ones: it cannot be drawn. */
internal data class Answer(
    val first: Int,
    val second: Int = 0,
) {
    companion object {
        const val CODE = IBinder.FIRST_CALL_TRANSACTION
        val NONE = Answer(-1)

        fun read(from: Parcel): Answer = Answer(from.readInt(), from.readInt())
    }
}

/** Does not wait: there may be nobody any more. Whether it was taken. */
private fun IBinder.send(
    code: Int,
    what: Parcel.() -> Unit,
): Boolean {
    val parcel = Parcel.obtain()
    return try {
        parcel.what()
        transact(code, parcel, null, IBinder.FLAG_ONEWAY)
    } catch (_: RemoteException) {
        false
    } finally {
        parcel.recycle()
    }
}
