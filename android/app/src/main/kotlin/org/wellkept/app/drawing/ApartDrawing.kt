package org.wellkept.app.drawing

import android.content.Context
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asImageBitmap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.Pages
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Draws files in a process that may do nothing else ([DrawingService]): one for each file, gone with it. All that comes from there is
 * numbers, which are looked at, and as many bytes of pixels as were asked for. `patience`: how long one page may take.
 */
class ApartDrawing internal constructor(
    private val context: Context,
    private val beside: CoroutineDispatcher = Dispatchers.IO,
    private val patience: Duration = 20.seconds,
    private val memory: () -> Memory = Memory::empty,
) : Drawing {
    override suspend fun open(
        kind: String,
        bytes: ByteArray,
    ): Pages? {
        val drawn = Kind.entries.find { kind in it.names } ?: return null
        val pages = ApartPages(drawn, bytes, beside, memory) { Apart.start(context, patience) }
        var whole = false
        try {
            whole = pages.begin()
            return pages.takeIf { whole }
        } finally {
            // Also when nobody waits for it any more.
            if (!whole) pages.close()
        }
    }
}

private class ApartPages(
    private val kind: Kind,
    private val bytes: ByteArray,
    private val beside: CoroutineDispatcher,
    private val memory: () -> Memory,
    private val start: () -> Apart,
) : Pages {
    override var count = 0
        private set

    /** A file is drawn by one at a time. */
    private val one = Mutex()

    /** Pages that took the process with them: they are not tried again. */
    private val bad = mutableSetOf<Int>()

    @Volatile private var process: Apart? = null

    @Volatile private var closed = false

    suspend fun begin(): Boolean =
        withContext(beside) {
            count = opened(start().also { process = it })
            count > 0
        }

    /** A page that is begun is drawn to its end, or to the end of the patience with it: then it is the next one's turn. */
    override suspend fun page(
        number: Int,
        width: Int,
    ): ImageBitmap? =
        withContext(beside) {
            one.withLock { withContext(NonCancellable) { if (number in 0 until count && number !in bad) drawn(number, width) else null } }
        }

    override fun close() {
        closed = true
        process?.end()
    }

    private suspend fun drawn(
        number: Int,
        width: Int,
    ): ImageBitmap? {
        val process = running() ?: return null
        val picture = guarded { process.measure(number)?.within(width, kind.grows)?.let { process.draw(number, it) } }
        if (process.over) bad += number
        return picture?.asImageBitmap()
    }

    /** Where a page ended the process, the others are drawn by another. */
    private suspend fun running(): Apart? {
        process?.takeUnless { it.over }?.let { return it }
        if (closed) return null
        val another = start().also { process = it }
        if (opened(another) != count || closed) another.end()
        return another.takeUnless { it.over }
    }

    /** How many pages it has; 0 for what is not drawn. */
    private suspend fun opened(process: Apart): Int =
        guarded { memory().use { process.ask(Question(Question.OPEN, kind.ordinal, memory = it.hold(bytes))) } }
            ?.first
            ?.takeIf { it in 1..MOST_PAGES }
            ?: 0

    private suspend fun Apart.measure(number: Int): Extent? = ask(Question(Question.MEASURE, number))?.let { Extent(it.first, it.second) }

    private suspend fun Apart.draw(
        number: Int,
        extent: Extent,
    ) = memory().use { pixels -> ask(Question(Question.DRAW, number, extent, pixels))?.let { pixels.picture(extent) } }

    private companion object {
        /** More are not drawn: nobody looks at them, and a screen holds a place for each. */
        const val MOST_PAGES = 5_000
    }
}
