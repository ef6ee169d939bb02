package org.wellkept.ui.journeys

import kotlinx.coroutines.flow.first
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Standing
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.sentences
import org.wellkept.ui.words.slot

/** What the core says of a whole record, at a portal with everything in it: a person who reads Spanish reads it in Spanish. */
class SpanishTest {
    private val spanish = Words.of("es")
    private val said = sortedSetOf<String>()

    @Test
    fun `no fixed word of the core stays English on a Spanish screen`() =
        Sandbox().use { sandbox ->
            val phone = Phone(sandbox)
            phone.hasRecord(fresh = true)
            sandbox.evolve("correction")
            phone.record { health ->
                health.sync()
                status(health)
                ListKind.entries.forEach { list(health, it) }
            }
            assertTrue("${said.size}", said.size > FEWEST)
            assertEquals(emptyList<String>(), said.filter { it !in SAME && isEnglish(it) })
        }

    private suspend fun status(health: Health) {
        health.status().first().portals.forEach { portal ->
            said += portal.refused.map { it.reason } + portal.unfollowed.map { it.reason } + portal.setAside.map { it.first }
            said += (portal.given.map { it.what } + portal.refused.map { it.what }).filter { spanish.slot(it) == it }
        }
    }

    private suspend fun list(
        health: Health,
        kind: ListKind,
    ) {
        val screen = health.list(ListAsk(kind, windows = 50)).first()
        said += screen.notices + screen.lacks + screen.groups.map { it.heading } + screen.groups.mapNotNull { it.note }
        val lines = screen.groups.flatMap { it.lines }
        lines.forEach(::line)
        lines
            .groupBy { it.type }
            .values
            .flatMap { it.take(MOST) }
            .forEach { entry(health.entry(it.reference, reveal = true).first()) }
    }

    private fun line(line: LineUi) {
        said += line.notices + listOfNotNull(line.compared)
        (line.standing as? Standing.Changed)?.what?.let { said += it.split(Regex("(?<=\\.) (?=[A-Z])")) }
    }

    private fun entry(entry: EntryUi) {
        line(entry.line)
        said += entry.line.fields.map { it.label }
        said += entry.files.mapNotNull { it.detail }
    }

    private fun isEnglish(text: String): Boolean = spanish.core(text) == text && spanish.sentences(text) == text

    private companion object {
        const val FEWEST = 60

        /** Entries of a type that are looked at in full. */
        const val MOST = 12

        /** Written alike in both languages, and labels that the portal wrote: the parts of a result. */
        val SAME = setOf("Plan", "Normal", "No", "Diastolic Blood Pressure", "Systolic Blood Pressure")
    }
}
