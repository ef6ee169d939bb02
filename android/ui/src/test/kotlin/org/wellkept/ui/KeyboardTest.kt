package org.wellkept.ui

import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.input.key.Key
import androidx.compose.ui.input.key.KeyEvent
import androidx.compose.ui.input.key.KeyEventType
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performKeyInput
import androidx.compose.ui.test.pressKey
import androidx.compose.ui.test.withKeyDown
import androidx.compose.ui.unit.Density
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.EscapeBack
import org.wellkept.ui.parts.ChoiceRow
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.ToggleRow
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.Words

/** A person with a keyboard and no pointer: everything is reached, in the order in which it is read, and done. */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
class KeyboardTest {
    @Test
    fun `on every screen the tab key comes to all that can be touched, in the order in which it stands`() {
        val wrong = mutableListOf<String>()
        everyState { sample ->
            val there = touchable()
            val came = mutableListOf<SemanticsNode>()
            repeat(there.size + 1) {
                press(Key.Tab)
                focused()?.takeIf { now -> came.none { it.id == now.id } }?.let(came::add)
            }
            wrong += there.filter { one -> came.none { it.id == one.id } }.map { "$sample: never reached: ${nameOf(it)}" }
            val read = came.sortedWith(compareBy({ it.boundsInRoot.top }, { it.boundsInRoot.left }))
            if (came.map(::nameOf) != read.map(::nameOf)) wrong += "$sample: ${came.map(::nameOf)}"
        }
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `enter does what a tap does, and no field keeps the tab key`() {
        val done = mutableListOf<String>()
        var text by mutableStateOf("")
        alone({
            Field("Words", text, { text = it }, lines = 3)
            MainButton("Send", { done += "sent" })
            WayRow("On", { done += "went on" })
            ChoiceRow("This", false, { done += "chose" })
            ToggleRow("Also", false, { done += "turned to $it" })
            Field("Name", "", {}, done = { done += "done" })
        }) {
            repeat(6) {
                press(Key.Tab)
                if (it > 0) press(Key.Enter)
            }
            repeat(4) { onRoot().performKeyInput { withKeyDown(Key.ShiftLeft) { pressKey(Key.Tab) } } }
            press(Key.Enter)
        }
        assertEquals(listOf("sent", "went on", "chose", "turned to true", "done", "sent"), done)
        assertEquals("", text)
    }

    @Test
    fun `escape leads back where there is a way back, and is left alone where there is none`() {
        var backs = 0
        var enabled by mutableStateOf(false)
        val escape = EscapeBack()
        alone({ escape.handling(enabled) { backs++ } }) {
            assertFalse(escape.takes(KeyEvent(Key.Escape, KeyEventType.KeyUp)))
            enabled = true
            waitForIdle()
            assertFalse(escape.takes(KeyEvent(Key.Escape, KeyEventType.KeyDown)))
            assertFalse(escape.takes(KeyEvent(Key.A, KeyEventType.KeyUp)))
            assertTrue(escape.takes(KeyEvent(Key.Escape, KeyEventType.KeyUp)))
        }
        assertEquals(1, backs)
    }

    private fun alone(
        content: @Composable () -> Unit,
        tell: SkikoComposeUiTest.() -> Unit,
    ) = SkikoComposeUiTest(width = 360, height = 1_000, density = Density(1f)).runTest {
        setContent { WellkeptTheme(Words.of("en"), dark = false) { Column { content() } } }
        tell()
    }

    private fun SkikoComposeUiTest.press(key: Key) = onRoot().performKeyInput { pressKey(key) }

    private fun SkikoComposeUiTest.focused(): SemanticsNode? =
        nodes().firstOrNull { it.config.getOrNull(SemanticsProperties.Focused) == true }

    private fun SkikoComposeUiTest.touchable(): List<SemanticsNode> =
        nodes().filter {
            val touched = it.config.contains(SemanticsActions.OnClick) || it.config.contains(SemanticsActions.SetText)
            touched && !it.config.contains(SemanticsProperties.Disabled)
        }

    private fun nameOf(node: SemanticsNode): String =
        node.config.getOrNull(SemanticsProperties.ContentDescription)?.joinToString()
            ?: node.config
                .getOrNull(SemanticsProperties.Text)
                .orEmpty()
                .joinToString { it.text }
}
