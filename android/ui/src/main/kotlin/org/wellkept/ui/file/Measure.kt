package org.wellkept.ui.file

/** How many pixels a picture says that it has. Read before anything draws it: a small file can ask for more memory than there is. */
internal data class Measure(
    val width: Int,
    val height: Int,
) {
    /** Whether it is drawn at all. */
    val fits: Boolean get() = width in 1..LONGEST && height in 1..LONGEST && width.toLong() * height <= MOST_PIXELS

    companion object {
        private const val LONGEST = 20_000
        private const val MOST_PIXELS = 40_000_000L

        /** `null` where it cannot be told: such a picture is not drawn. */
        fun of(
            kind: String,
            bytes: ByteArray,
        ): Measure? =
            when (kind) {
                "png" -> png(bytes)
                "jpg" -> jpeg(bytes)
                "gif" -> gif(bytes)
                else -> null
            }
    }
}

/** The kinds that are drawn as pictures. */
internal val PICTURES = setOf("png", "jpg", "gif")

private const val PNG_WIDTH = 16
private const val PNG_HEIGHT = 20
private const val GIF_WIDTH = 6
private const val GIF_HEIGHT = 8
private const val FRAME_HEIGHT = 3
private const val FRAME_WIDTH = 5
private const val LONG = 4
private const val BYTE = 0xFF
private const val JPEG_BEGINS = 2

private fun png(bytes: ByteArray): Measure? = measure(bytes.number(PNG_WIDTH, LONG), bytes.number(PNG_HEIGHT, LONG))

private fun gif(bytes: ByteArray): Measure? = measure(bytes.little(GIF_WIDTH), bytes.little(GIF_HEIGHT))

/** Goes from one marker to the next until the frame tells the size. */
private fun jpeg(bytes: ByteArray): Measure? {
    var at = JPEG_BEGINS
    while (true) {
        if (bytes.number(at, 1) != BYTE) return null
        val marker = bytes.number(at + 1, 1) ?: return null
        if (marker == BYTE) {
            at++
            continue
        }
        val length = bytes.number(at + 2, 2) ?: return null
        if (marker in FRAMES) {
            val frame = at + 2
            return measure(bytes.number(frame + FRAME_WIDTH, 2), bytes.number(frame + FRAME_HEIGHT, 2))
        }
        if (length < 2) return null
        at += 2 + length
    }
}

/** The markers of a frame; those between that are none: tables, the arithmetic coder's, a reserved one. */
private val FRAMES = (0xC0..0xCF).toSet() - setOf(0xC4, 0xC8, 0xCC)

private fun measure(
    width: Int?,
    height: Int?,
): Measure? = if (width == null || height == null) null else Measure(width, height)

private fun ByteArray.number(
    at: Int,
    length: Int,
): Int? {
    if (at < 0 || at + length > size) return null
    return (at until at + length).fold(0) { sum, place -> (sum shl 8) or (this[place].toInt() and BYTE) }
}

private fun ByteArray.little(at: Int): Int? {
    val low = number(at, 1) ?: return null
    val high = number(at + 1, 1) ?: return null
    return (high shl 8) or low
}
