package org.wellkept.ui

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.unit.Density
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.samples.SAMPLES
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.Words

/** One entry, as it is seen and as it is read out. */
@OptIn(ExperimentalTestApi::class)
class EntryScreenTest {
    private class Cell(
        val row: Int,
        val column: Int,
        val said: String,
    )

    @Test
    fun `what was seen is read out cell by cell, row after row, each with the name of its column`() {
        listOf(1f, 2f).forEach { scale ->
            val cells = tables("a corrected result", scale).first { it.columns == 3 }
            val body = cells.cells.filter { it.row > 0 }
            assertEquals(listOf(1 to 0, 1 to 1, 1 to 2, 2 to 0, 2 to 1, 2 to 2, 3 to 0, 3 to 1, 3 to 2), body.map { it.row to it.column })
            assertTrue(body.filter { it.column == 0 }.all { it.said.startsWith("Seen: ") })
            assertEquals(
                listOf("Value: 44.7 pg", "Value: 29.753 pg", "Value: Not on this device"),
                body.filter { it.column == 1 }.map { it.said },
            )
            assertEquals(
                listOf("Status: corrected", "Status: final", "Status: no status given"),
                body.filter { it.column == 2 }.map { it.said },
            )
        }
    }

    @Test
    fun `what an entry says is read out as label and text, row after row`() {
        val fields = tables("a corrected result", 1f).first { it.columns == 2 }
        assertEquals("Test", fields.cells[0].said)
        assertEquals("MCH [Entitic mass] by Automated count", fields.cells[1].said)
        assertEquals(fields.cells.indices.map { it / 2 to it % 2 }, fields.cells.map { it.row to it.column })
    }

    @Test
    fun `an entry is titled by what it is, and a change is told once`() {
        val seen = texts("a corrected result")
        assertEquals("Result", seen.first { it in setOf("Result", "Entry") })
        val change = seen.single { it.startsWith("Changed: it was 29.753 pg.") }
        assertTrue(change, change.endsWith("The status changed from final to corrected."))
        assertFalse(change, "The value changed" in change)
        assertEquals("Medicine", texts("a medicine, asked for again").first { it in setOf("Medicine", "Entry") })
    }

    @Test
    fun `h7_ a panel is read out cell by cell, result after result, each with the name of its column`() {
        listOf(1f, 2f).forEach { scale ->
            val cells = tables("a panel", scale).single { it.columns == 5 }.cells
            assertEquals(listOf(0, 1, 2, 3), cells.filter { it.row == 2 }.map { it.column })
            assertEquals(
                listOf(
                    "Test: Sodium [Moles/volume] in Serum or Plasma",
                    "Value: 139 mmol/L",
                    "Flag: Not flagged by the lab",
                    "Range: 136 to 145 mmol/L",
                ),
                cells.filter { it.row == 2 }.map { it.said },
            )
            assertEquals(listOf("Flag: Critical (Critically high (HH))"), cells.filter { it.row == 1 && it.column == 2 }.map { it.said })
        }
    }

    @Test
    fun `h5_h18_ a panel says what changed, what is covered and what is not here`() {
        val cells = tables("a panel of which some is changed, covered or not here", 1f).single { it.columns == 5 }.cells
        val standing = (0..7).associateWith { row -> cells.firstOrNull { it.row == row && it.column == 4 }?.said.orEmpty() }
        assertTrue("$standing", "Changed: it was 29.753 pg." in standing.getValue(0))
        assertTrue("$standing", "Withdrawn by the provider" in standing.getValue(1))
        assertEquals(listOf("Test: Covered: mental and behavioural health"), cells.filter { it.row == 2 && it.column < 4 }.map { it.said })
        assertEquals(listOf("Test: Complete blood count"), cells.filter { it.row == 3 }.map { it.said })
        assertEquals("To know: Named here, and not in this record yet.", standing.getValue(5))
        assertTrue(texts("a panel of which some is changed, covered or not here").any { it.startsWith("3 more are named in it") })
    }

    private class Table(
        val columns: Int,
        val cells: List<Cell>,
    )

    private fun tables(
        state: String,
        scale: Float,
    ): List<Table> =
        drawn(state, scale) { root ->
            all(root).mapNotNull { node ->
                val table = node.config.getOrNull(SemanticsProperties.CollectionInfo) ?: return@mapNotNull null
                Table(table.columnCount, all(node).mapNotNull(::cell)).takeIf { it.cells.isNotEmpty() }
            }
        }

    private fun cell(node: SemanticsNode): Cell? {
        val place = node.config.getOrNull(SemanticsProperties.CollectionItemInfo) ?: return null
        val said = node.config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()
        return Cell(place.rowIndex, place.columnIndex, said.joinToString())
    }

    private fun texts(state: String): List<String> =
        drawn(state, 1f) { root ->
            all(root).flatMap { node ->
                node.config
                    .getOrNull(SemanticsProperties.Text)
                    .orEmpty()
                    .map { it.text }
            }
        }

    private fun <T> drawn(
        state: String,
        scale: Float,
        look: (SemanticsNode) -> T,
    ): T {
        val sample = SAMPLES.first { it.screen == "entry" && it.state == state }
        var seen: T? = null
        SkikoComposeUiTest(width = 360, height = 4_000, density = Density(1f)).runTest {
            setContent {
                CompositionLocalProvider(LocalDensity provides Density(1f, scale)) {
                    WellkeptTheme(Words.of("en"), dark = false) { sample.content() }
                }
            }
            seen = look(onAllNodes(isRoot(), useUnmergedTree = true).fetchSemanticsNodes().first())
        }
        return seen!!
    }
}
