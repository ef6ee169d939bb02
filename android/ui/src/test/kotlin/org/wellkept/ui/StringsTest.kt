package org.wellkept.ui

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.words.Words
import java.io.File

class StringsTest {
    private val english = Words.load("en")
    private val languages = Words.LANGUAGES.associateWith { Words.load(it) }

    @Test
    fun `every language has every word, and none more`() {
        languages.forEach { (language, strings) -> assertEquals(language, english.keys.sorted(), strings.keys.sorted()) }
    }

    @Test
    fun `no word is empty, and each takes the same arguments in every language`() {
        languages.forEach { (language, strings) ->
            strings.forEach { (key, text) ->
                assertTrue("$language $key", text.isNotBlank())
                val loose = key.endsWith(".one")
                if (!loose) assertEquals("$language $key", holes(english.getValue(key)), holes(text))
            }
        }
    }

    @Test
    fun `a plural has both its forms`() {
        val plurals = english.keys.filter { it.endsWith(".one") || it.endsWith(".other") }.filterNot { it.startsWith("core.") }
        val names = plurals.map { it.substringBeforeLast('.') }.filter { it != "care" && it != "list" }
        val halves = names
            .groupingBy { it }
            .eachCount()
            .filter { it.value != 2 }
            .keys
        assertEquals(emptySet<String>(), halves - NO_PLURALS)
    }

    @Test
    fun `every word that a screen asks for is there, and every word is asked for`() {
        val sources = File("src/main/kotlin").walk().filter { it.extension == "kt" }.joinToString("\n") { it.readText() }
        val asked = Regex("\"([a-z]+(?:\\.[A-Za-z0-9]+)+)\"").findAll(sources).map { it.groupValues[1] }.toSet()
        val prefixes = Regex("\"([a-z]+(?:\\.[a-z]+)*\\.)\\$").findAll(sources).map { it.groupValues[1] }.toSet()
        val known = english.keys.map { it.removeSuffix(".one").removeSuffix(".other") }.toSet() + english.keys
        val missing = asked.filter { key -> key.substringBefore('.') in tops() && key !in known }
        assertEquals(emptyList<String>(), missing)
        val unused = known.filter { key ->
            val whole = key in asked || key in setOf("back", "cancel", "done", "retry", "busy")
            val ofCore = key.startsWith("core.") || key.startsWith("element.")
            !whole && prefixes.none { key.startsWith(it) } && !ofCore && english.containsKey(key) &&
                key.removeSuffix(".one").removeSuffix(".other") !in asked
        }
        assertEquals(emptyList<String>(), unused)
    }

    @Test
    fun `what the core says stands word for word in the core`() {
        val core = listOf("client/src", "portal/src", "fhir/src", "fhir/data", "record/src", "exchange/src", "clinical/src")
            .flatMap { File("../../core/$it").walk().filter { file -> file.extension in setOf("rs", "tsv") }.toList() }
            .joinToString("\n") { it.readText().replace(Regex("\\\\\\n\\s*"), "") }
        val unknown = english.filterKeys { it.startsWith("core.") }.filterValues { text ->
            text.removePrefix("1 of these ").split(Regex("\\{\\d\\}")).any { piece ->
                val said = piece.removePrefix(" of these ")
                // What follows a number may be a text of its own.
                said.isNotBlank() && said !in core && "\"${said.trimStart()}\"" !in core
            }
        }
        assertEquals(emptyMap<String, String>(), unknown)
    }

    @Test
    fun `no screen has words of its own`() {
        val ends = listOf("Screen.kt", "Part.kt", "Parts.kt")
        val screens = File("src/main/kotlin").walk().filter { it.parentFile.name == "parts" || ends.any(it.name::endsWith) }
        val own = screens.flatMap { file -> OWN_WORDS.findAll(file.readText()).map { "${file.name}: ${it.value}" } }.toList()
        assertEquals(emptyList<String>(), own)
    }

    @Test
    fun `the words are plain`() {
        val sentences = english.filterKeys { !it.startsWith("core.") }.values.filter { it.count { letter -> letter == ' ' } >= 3 }
        val grade = gradeOf(sentences.joinToString(" ") { it.trimEnd('.', '?', ':', '…') + "." })
        assertTrue("English reads at grade $grade", grade <= 6.0)
        val long = sentences.filter { it.count { letter -> letter == ' ' } >= LONG }
        val hard = long.associateWith { gradeOf("${it.trimEnd('.', '?', ':', '…')}.") }
        assertEquals(emptyMap<String, Double>(), hard.filterValues { it > HARDEST })
        val spanish = Words
            .load("es")
            .filterKeys { !it.startsWith("core.") }
            .values
            .filter { it.count { letter -> letter == ' ' } >= 3 }
        val ease = easeOf(spanish.joinToString(" ") { it.trimEnd('.', '?', ':', '…') + "." })
        assertTrue("Spanish reads with ease $ease", ease >= 70.0)
        val longest = (sentences + spanish).flatMap { it.split(Regex("(?<=[.?!:;]) ")) }.maxByOrNull { it.split(' ').size }.orEmpty()
        assertTrue("too long: $longest", longest.split(' ').size <= 20)
    }

    private companion object {
        /** Keys that end as plurals do and are none. */
        val NO_PLURALS = setOf("line.twin", "threads", "booking")

        /** Of so many spaces a text is graded by itself too: of fewer, one long word decides. */
        const val LONG = 7

        /** The grade that no single text may be above. */
        const val HARDEST = 9.0

        /** A literal of two words or more. */
        val OWN_WORDS = Regex("\"[A-Za-z{][A-Za-z0-9{}']* [a-z]{2,}[^\"\\n]*\"")
    }

    private fun tops(): Set<String> = english.keys.map { it.substringBefore('.') }.toSet() - setOf("date")

    private fun holes(text: String): List<String> =
        Regex("\\{[n0-9]\\}")
            .findAll(text)
            .map { it.value }
            .sorted()
            .toList()

    /** The grade of Flesch and Kincaid. */
    private fun gradeOf(text: String): Double {
        val words = Regex("[A-Za-z']+").findAll(text).map { it.value }.toList()
        val sentences = Regex("[.?!]+").findAll(text).count()
        val syllables = words.sumOf { syllables(it.lowercase().removeSuffix("e"), "[aeiouy]+") }
        return 0.39 * words.size / sentences + 11.8 * syllables / words.size - 15.59
    }

    /** The ease of Fernández Huerta: 70 and more is what a school child of twelve reads. */
    private fun easeOf(text: String): Double {
        val words = Regex("[\\p{L}]+").findAll(text).map { it.value }.toList()
        val sentences = Regex("[.?!]+").findAll(text).count()
        val syllables = words.sumOf { syllables(it.lowercase(), "[aeiouáéíóúü]+") }
        return 206.84 - 60.0 * syllables / words.size - 1.02 * words.size / sentences
    }

    private fun syllables(
        word: String,
        vowels: String,
    ): Int = Regex(vowels).findAll(word).count().coerceAtLeast(1)
}
