package org.wellkept.ui

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.text.TextLayoutResult
import org.junit.Assert.assertEquals
import org.junit.Test
import org.wellkept.ui.samples.Sample
import org.wellkept.ui.words.Words
import kotlin.math.abs

/** Every state of every screen, in every language and size: nothing is cut off, everything has a name and room for a finger. */
@OptIn(ExperimentalTestApi::class)
class EveryScreenTest {
    @Test
    fun `in English nothing is cut off, and all that can be touched has a name and 48 dp`() = everywhere("en", 1f)

    @Test
    fun `with letters of twice the size`() = everywhere("en", 2f)

    @Test
    fun `in Spanish with letters of twice the size`() = everywhere("es", 2f)

    @Test
    fun `with longer words`() = everywhere(Words.PSEUDO, 1.3f)

    @Test
    fun `from right to left`() = everywhere(Words.MIRROR, 1f)

    @Test
    fun `from right to left everything stands where it stood, mirrored`() {
        val plain = mutableMapOf<String, List<Place>>()
        val wrong = mutableListOf<String>()
        drawn("en", 1f) { sample, root, _ -> plain["$sample"] = places(root) }
        drawn(Words.MIRROR, 1f) { sample, root, _ ->
            val expected = plain.getValue("$sample").map { Place(it.text, WIDTH - it.right, WIDTH - it.left) }
            wrong += places(root).filter { place -> expected.none(place::isLike) }.map { "$sample: $it" }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    private data class Place(
        val text: String,
        val left: Float,
        val right: Float,
    ) {
        fun isLike(other: Place) = text == other.text && abs(left - other.left) <= NEAR && abs(right - other.right) <= NEAR
    }

    /** Where each text and each picture with a name stands, from side to side. */
    private fun places(root: SemanticsNode): List<Place> =
        all(root).mapNotNull { node ->
            val said = node.config.getOrNull(SemanticsProperties.Text)?.joinToString { it.text }
                ?: node.config.getOrNull(SemanticsProperties.ContentDescription)?.joinToString()
            said?.let { Place(it, node.boundsInRoot.left, node.boundsInRoot.right) }
        }

    private fun everywhere(
        language: String,
        scale: Float,
    ) {
        val wrong = mutableListOf<String>()
        drawn(language, scale) { sample, root, merged ->
            wrong += cutOff(root).map { "$sample: cut off: $it" }
            wrong += touchable(merged).mapNotNull { problemOf(it)?.let { why -> "$sample: $why" } }
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    private fun drawn(
        language: String,
        scale: Float,
        look: (sample: Sample, root: SemanticsNode, merged: SemanticsNode) -> Unit,
    ) = everyState(language, scale) { sample ->
        val root = onAllNodes(isRoot(), useUnmergedTree = true).fetchSemanticsNodes().first()
        look(sample, root, onAllNodes(isRoot()).fetchSemanticsNodes().first())
    }

    private fun cutOff(root: SemanticsNode): List<String> =
        all(root).mapNotNull { node ->
            val layouts = mutableListOf<TextLayoutResult>()
            node.config
                .getOrNull(SemanticsActions.GetTextLayoutResult)
                ?.action
                ?.invoke(layouts)
            val layout = layouts.firstOrNull() ?: return@mapNotNull null
            val editable = node.config.contains(SemanticsProperties.EditableText)
            layout.layoutInput.text.text
                .takeIf { it.isNotEmpty() && !editable && isCutOff(node, layout) }
        }

    /** By layout: a line wider than its place, more lines than there is height for, or a place that its parent clips. */
    private fun isCutOff(
        node: SemanticsNode,
        layout: TextLayoutResult,
    ): Boolean {
        val lines = 0 until layout.lineCount
        val wide = lines.any { layout.getLineRight(it) - layout.getLineLeft(it) > layout.size.width + 1 || layout.isLineEllipsized(it) }
        val high = layout.multiParagraph.height > layout.size.height + 1
        val clipped = node.boundsInRoot.width < layout.size.width - 1 || node.boundsInRoot.height < layout.size.height - 1
        return wide || high || clipped || layout.multiParagraph.didExceedMaxLines
    }

    private fun touchable(root: SemanticsNode): List<SemanticsNode> =
        all(root).filter { it.config.contains(SemanticsActions.OnClick) || it.config.contains(SemanticsActions.SetText) }

    private fun problemOf(node: SemanticsNode): String? {
        val config = node.config
        val said = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
            config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
        val size = node.touchBoundsInRoot
        val drawn = node.boundsInRoot
        return when {
            said.all { it.isBlank() } -> {
                "something to touch has no name, at ${node.boundsInRoot}"
            }

            size.width < TARGET || size.height < TARGET || drawn.width < DRAWN || drawn.height < DRAWN -> {
                "too small for a finger: ${said.first()} is ${drawn.width} x ${drawn.height}"
            }

            else -> {
                null
            }
        }
    }

    private companion object {
        const val TARGET = 48f

        /** A full stop that stands at the other end makes a line a little wider. */
        const val NEAR = 4f

        /** What is drawn may be a little smaller, where the room around it belongs to it. */
        const val DRAWN = 40f
    }
}
