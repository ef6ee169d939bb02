package org.wellkept.ui

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.samples.Sample
import org.wellkept.ui.words.Words

/** What a person hears who does not see the screen. */
@OptIn(ExperimentalTestApi::class)
class ReaderTest {
    @Test
    fun `every screen is read in the order in which it stands`() {
        val wrong = SCREENS.flatMap { (sample, heard) ->
            val read = heard.filter { it.said.isNotBlank() }
            read.zipWithNext().filter { (one, next) -> next.isBefore(one) }.map { (one, next) ->
                "$sample: ${next.said} is read after ${one.said}"
            }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `every screen says what it is, and its title is its first heading`() {
        val wrong = SCREENS.mapNotNull { (sample, heard) ->
            val pane = heard.firstNotNullOfOrNull { it.pane }
            val heading = heard.firstOrNull { it.isHeading }?.said
            "$sample: $pane, $heading".takeIf { pane.isNullOrBlank() || pane != heading }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `what can be touched says what it is, and what is chosen says whether it is`() {
        val wrong = SCREENS.flatMap { (sample, heard) ->
            val nameless = heard.filter { it.isTouched && it.role == null }.map { "$sample: no kind: ${it.said}" }
            nameless + heard.filter { it.role in CHOICES && !it.saysWhetherChosen }.map { "$sample: chosen or not: ${it.said}" }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `what it is for and what it is not for stands in the app`() {
        val words = Words.of("en")
        val heard = SCREENS.filter { it.first.screen == "about" }.flatMap { it.second }.map { it.said }
        listOf("about.warning", "about.use", "about.not").forEach { assertTrue(it, words(it) in heard) }
    }

    /** One element, as it is told to a screen reader. */
    private class Heard(
        node: SemanticsNode,
    ) {
        private val config = node.config
        private val place = node.boundsInRoot
        val said = config.getOrNull(SemanticsProperties.ContentDescription)?.joinToString()
            ?: config
                .getOrNull(SemanticsProperties.Text)
                .orEmpty()
                .joinToString { it.text }
        val pane = config.getOrNull(SemanticsProperties.PaneTitle)
        val role = config.getOrNull(SemanticsProperties.Role)?.toString()
        val isHeading = config.contains(SemanticsProperties.Heading)
        val isTouched = config.contains(SemanticsActions.OnClick) && !config.contains(SemanticsActions.SetText)
        val saysWhetherChosen = config.contains(SemanticsProperties.Selected) || config.contains(SemanticsProperties.ToggleableState)

        /** Wholly above, or in the same row and wholly to the left. */
        fun isBefore(other: Heard): Boolean {
            val a = place
            val b = other.place
            return a.bottom <= b.top + 1 || (a.top < b.bottom && b.top < a.bottom && a.right <= b.left + 1)
        }
    }

    private companion object {
        val CHOICES = setOf("RadioButton", "Switch", "Checkbox", "Tab")

        /** Every state of every screen, drawn once. */
        val SCREENS: List<Pair<Sample, List<Heard>>> by lazy {
            val screens = mutableListOf<Pair<Sample, List<Heard>>>()
            everyState { screens += it to nodes().map(::Heard) }
            screens
        }
    }
}
