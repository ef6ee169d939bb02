package org.wellkept.ui

import androidx.compose.material3.ColorScheme
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import org.junit.Assert.assertEquals
import org.junit.Test
import org.wellkept.ui.theme.DarkColours
import org.wellkept.ui.theme.DarkMeanings
import org.wellkept.ui.theme.LightColours
import org.wellkept.ui.theme.LightMeanings
import org.wellkept.ui.theme.Meanings

class ContrastTest {
    @Test
    fun `every ink is read on every ground that it stands on`() {
        assertEquals("", (pale("light", LightColours, LightMeanings) + pale("dark", DarkColours, DarkMeanings)).joinToString("\n"))
    }

    private fun pale(
        name: String,
        c: ColorScheme,
        m: Meanings,
    ): List<String> {
        val grounds = listOf(c.background, c.surface, c.surfaceContainerLow, c.surfaceContainer, c.surfaceContainerHigh)
        val plain = grounds.flatMap { ground -> listOf(c.onSurface, c.onSurfaceVariant, c.primary).map { it to ground } }
        val pairs = plain + listOf(
            c.onPrimary to c.primary,
            c.onPrimaryContainer to c.primaryContainer,
            c.onSurfaceVariant to c.primaryContainer,
            c.onSecondaryContainer to c.secondaryContainer,
            c.onError to c.error,
            c.onErrorContainer to c.errorContainer,
            m.onCritical to m.critical,
            m.onOutside to m.outside,
            m.onFresh to m.fresh,
        )
        val text = pairs.filter { (ink, ground) -> contrast(ink, ground) < TEXT }.map { "$name text $it" }
        val edges = grounds.filter { contrast(c.outline, it) < EDGE }.map { "$name outline on $it" }
        return text + edges
    }

    private fun contrast(
        one: Color,
        other: Color,
    ): Double {
        val (bright, dim) = listOf(one.luminance(), other.luminance()).sortedDescending()
        return (bright + 0.05) / (dim + 0.05)
    }

    private companion object {
        const val TEXT = 4.5
        const val EDGE = 3.0
    }
}
