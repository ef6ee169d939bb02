package org.wellkept.ui

import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel

private const val MOST = 16

/** The picture in its sixteen most used colours, so that the file is small. */
fun fewColours(image: BufferedImage): BufferedImage {
    val pixels = image.getRGB(0, 0, image.width, image.height, null, 0, image.width)
    val palette = palette(pixels)

    fun channel(shift: Int) = ByteArray(palette.size) { (palette[it] shr shift).toByte() }
    val model = IndexColorModel(4, palette.size, channel(16), channel(8), channel(0))
    val few = BufferedImage(image.width, image.height, BufferedImage.TYPE_BYTE_BINARY, model)
    val nearest = HashMap<Int, Int>()
    val indices = IntArray(pixels.size) { at -> nearest.getOrPut(pixels[at]) { nearest(pixels[at], palette) } }
    few.raster.setPixels(0, 0, image.width, image.height, indices)
    return few
}

/** The most used colours that are not too near to one another. */
private fun palette(pixels: IntArray): List<Int> {
    val counted = HashMap<Int, Int>()
    pixels.forEach { counted.merge(it, 1, Int::plus) }
    val chosen = mutableListOf<Int>()
    for ((colour, _) in counted.entries.sortedByDescending { it.value }) {
        if (chosen.all { distance(it, colour) > NEAR }) chosen += colour
        if (chosen.size == MOST) break
    }
    return chosen
}

private const val NEAR = 250

private fun nearest(
    colour: Int,
    palette: List<Int>,
): Int = palette.indices.minBy { distance(palette[it], colour) }

private fun distance(
    one: Int,
    other: Int,
): Int =
    listOf(16, 8, 0).sumOf { shift ->
        val gap = ((one shr shift) and 0xFF) - ((other shr shift) and 0xFF)
        gap * gap
    }
