package org.wellkept.ui

import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.SemanticsPropertyKey
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.unit.Density
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.samples.SAMPLES
import org.wellkept.ui.samples.Sample
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.Words

/** What a person hears who does not see the screen. */
@OptIn(ExperimentalTestApi::class)
class ReaderTest {
    @Test
    fun `every screen is read in the order in which it stands`() {
        val wrong = mutableListOf<String>()
        everyScreen { sample, nodes ->
            val read = nodes.filter { said(it).isNotBlank() }
            wrong += read.zipWithNext().filter { (one, next) -> isBefore(next, one) }.map { (one, next) ->
                "$sample: ${said(next)} is read after ${said(one)}"
            }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `every screen says what it is, and its title is its first heading`() {
        val wrong = mutableListOf<String>()
        everyScreen { sample, nodes ->
            val pane = nodes.firstNotNullOfOrNull { it.config.getOrNull(SemanticsProperties.PaneTitle) }
            val heading = nodes.firstOrNull { it.has(SemanticsProperties.Heading) }?.let(::said)
            if (pane.isNullOrBlank() || pane != heading) wrong += "$sample: $pane, $heading"
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `what can be touched says what it is, and what is chosen says whether it is`() {
        val wrong = mutableListOf<String>()
        everyScreen { sample, nodes ->
            for (node in nodes.filter { it.config.contains(SemanticsActions.OnClick) && !it.config.contains(SemanticsActions.SetText) }) {
                val role = node.config.getOrNull(SemanticsProperties.Role)
                if (role == null) wrong += "$sample: no kind: ${said(node)}"
                val chosen = node.has(SemanticsProperties.Selected) || node.has(SemanticsProperties.ToggleableState)
                if ("$role" in CHOICES && !chosen) wrong += "$sample: chosen or not: ${said(node)}"
            }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `what it is for and what it is not for stands in the app`() {
        val words = Words.of("en")
        var heard = emptyList<String>()
        everyScreen { sample, nodes -> if (sample.screen == "about") heard = nodes.map(::said) }
        listOf("about.warning", "about.use", "about.not").forEach { assertTrue(it, words(it) in heard) }
    }

    private fun everyScreen(look: (Sample, List<SemanticsNode>) -> Unit) =
        SkikoComposeUiTest(width = 360, height = 12_000, density = Density(1f)).runTest {
            var shown by mutableStateOf<Sample?>(null)
            setContent { WellkeptTheme(Words.of("en"), dark = false) { shown?.let { key(it) { it.content() } } } }
            mainClock.autoAdvance = false
            for (sample in SAMPLES) {
                shown = sample
                mainClock.advanceTimeBy(50)
                look(sample, all(onAllNodes(isRoot()).fetchSemanticsNodes().first()))
            }
        }

    /** Wholly above, or in the same row and wholly to the left. */
    private fun isBefore(
        one: SemanticsNode,
        other: SemanticsNode,
    ): Boolean {
        val a = one.boundsInRoot
        val b = other.boundsInRoot
        return a.bottom <= b.top + 1 || (a.top < b.bottom && b.top < a.bottom && a.right <= b.left + 1)
    }

    private fun all(node: SemanticsNode): List<SemanticsNode> = listOf(node) + node.children.flatMap(::all)

    private fun SemanticsNode.has(what: SemanticsPropertyKey<*>) = config.contains(what)

    private fun said(node: SemanticsNode): String =
        node.config.getOrNull(SemanticsProperties.ContentDescription)?.joinToString()
            ?: node.config
                .getOrNull(SemanticsProperties.Text)
                .orEmpty()
                .joinToString { it.text }

    private companion object {
        val CHOICES = setOf("RadioButton", "Switch", "Checkbox", "Tab")
    }
}
