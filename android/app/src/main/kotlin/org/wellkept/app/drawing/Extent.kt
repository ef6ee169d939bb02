package org.wellkept.app.drawing

import kotlin.math.roundToInt
import kotlin.math.sqrt

/** How large a page says that it is, or is drawn. Another process says the first: any number may stand there. */
internal data class Extent(
    val width: Int,
    val height: Int,
) {
    /** As it is drawn, `asked` pixels wide or, to bound the memory that it takes, less. `null`: it is not drawn. `grows`: also larger. */
    fun within(
        asked: Int,
        grows: Boolean,
    ): Extent? {
        if (width !in 1..LONGEST || height !in 1..LONGEST || asked < 1) return null
        val wide = if (grows) asked else asked.coerceAtMost(width)
        val tall = wide.toDouble() / width * height
        if (tall > TALLEST) return null
        val less = sqrt(MOST_PIXELS / (wide * tall)).coerceAtMost(1.0)
        return Extent((wide * less).roundToInt().coerceAtLeast(1), (tall * less).roundToInt().coerceAtLeast(1))
    }

    private companion object {
        const val LONGEST = 1_000_000
        const val TALLEST = 12_000
        const val MOST_PIXELS = 8_000_000.0
    }
}
