package org.wellkept.ui

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.unit.Density
import org.wellkept.ui.samples.SAMPLES
import org.wellkept.ui.samples.Sample
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.Words

internal const val WIDTH = 360

/** Nothing of any screen is left below it. */
internal const val HEIGHT = 12_000

/** Every state of every screen, one after the other in one scene. */
@OptIn(ExperimentalTestApi::class)
internal fun everyState(
    language: String = "en",
    scale: Float = 1f,
    look: SkikoComposeUiTest.(Sample) -> Unit,
) = SkikoComposeUiTest(width = WIDTH, height = HEIGHT, density = Density(1f)).runTest {
    var shown by mutableStateOf<Sample?>(null)
    setContent {
        CompositionLocalProvider(LocalDensity provides Density(1f, scale)) {
            WellkeptTheme(Words.of(language), dark = false) { shown?.let { key(it) { it.content() } } }
        }
    }
    mainClock.autoAdvance = false
    for (sample in SAMPLES) {
        shown = sample
        mainClock.advanceTimeBy(50)
        look(sample)
    }
}

/** What a screen reader goes through. */
@OptIn(ExperimentalTestApi::class)
internal fun SkikoComposeUiTest.nodes(): List<SemanticsNode> = all(onAllNodes(isRoot()).fetchSemanticsNodes().first())

internal fun all(node: SemanticsNode): List<SemanticsNode> = listOf(node) + node.children.flatMap(::all)
