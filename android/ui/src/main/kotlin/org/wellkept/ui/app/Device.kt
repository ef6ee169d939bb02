package org.wellkept.ui.app

import androidx.compose.ui.graphics.ImageBitmap

/** Makes pictures of pages, in memory: nothing of a file is written anywhere. */
interface Drawing {
    /** `kind` is what the file is by its content: `pdf`, `png`, `jpg` ...; `null`: this device cannot draw it. */
    suspend fun open(
        kind: String,
        bytes: ByteArray,
    ): Pages?
}

/** The pages of one file. A picture has one. Closed when nobody looks at it any more. */
interface Pages : AutoCloseable {
    val count: Int

    /** The page, from 0, so many pixels wide; `null`: it cannot be drawn. */
    suspend fun page(
        number: Int,
        width: Int,
    ): ImageBitmap?
}

/** A file for another app. `name` is ours, never the portal's. */
class FileForOthers(
    val name: String,
    val type: String,
    val bytes: ByteArray,
)

/** What the device may tell while the app is closed. It never says what is in the record. */
interface Notices {
    val allowed: Boolean

    /** Asks the person, in the device's own way; where that asks no more, leads to its settings. Gives whether it is allowed now. */
    suspend fun ask(): Boolean
}

/** The strict lock: what opens the record asks for the person each time, and so nothing is fetched while the app is closed. */
interface StrictLock {
    val on: Boolean

    /** Asks for the person where that is needed. Anything but `DONE` changed nothing. */
    suspend fun set(on: Boolean): Outcome

    enum class Outcome { DONE, TURNED_AWAY, NO_SCREEN_LOCK, NOT_NOW }
}
