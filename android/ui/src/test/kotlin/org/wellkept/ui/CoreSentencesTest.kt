package org.wellkept.ui

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.words.Words
import java.io.File

/** Every fixed sentence that the core can say on a screen has words in the string files: found in its sources, not by a record. */
class CoreSentencesTest {
    private val known = Words
        .load("en")
        .filterKeys { it.startsWith("core.") }
        .values
        .map(::shape)
        .toSet()
    private val said = SOURCES
        .flatMap { File("../../core/$it").walk() }
        .filter { it.extension == "rs" && "tests" !in it.path }
        .flatMap { file -> rustTexts(file.readText()).map { shape(it) to file.name } }
        .filter { SENTENCE.containsMatchIn(it.first) }
    private val elsewhere = checkNotNull(javaClass.getResource("/org/wellkept/ui/core-unknown.txt"))
        .readText()
        .lines()
        .filter { it.isNotBlank() && !it.startsWith("# ") }

    @Test
    fun `every fixed sentence of the core is known, or it is written down why not`() {
        assertTrue("${said.size}", said.size > FEWEST)
        assertEquals(emptyList<Pair<String, String>>(), said.filter { it.first !in known && it.first !in elsewhere })
    }

    @Test
    fun `nothing is written down that is known or gone`() {
        val all = said.map { it.first }.toSet()
        assertEquals(emptyList<String>(), elsewhere.filter { it in known || it !in all })
        assertEquals(elsewhere.distinct(), elsewhere)
    }

    @Test
    fun `texts are found in Rust as Rust reads them`() {
        val rust = """
            #![allow(x, reason = "of the house")]
            /// "a comment"
            fn f<'a>(c: char) -> &'a str {
                let quote = '"'; // "another"
                say("one \
                     sentence", r#"a "raw" one"#, "with \"quotes\" and {name}");
                Error::Bug("a mistake of ours");
            }
            #[cfg(test)]
            mod tests { "not this one" }
        """.trimIndent()
        val expected = listOf("one sentence", "a \"raw\" one", "with \"quotes\" and {name}")
        assertEquals(expected, rustTexts(rust))
    }

    private companion object {
        /** What the apps show of the core's own words: not what only its command line, its exports or its checks say. */
        val SOURCES = listOf(
            "client/src/acts",
            "client/src/appointments",
            "client/src/attachments",
            "client/src/sync",
            "client/src/threads",
            "client/src/views",
            "client/src/acts.rs",
            "client/src/app.rs",
            "client/src/appointments.rs",
            "client/src/attachments.rs",
            "client/src/connect.rs",
            "client/src/cover.rs",
            "client/src/error.rs",
            "client/src/people.rs",
            "client/src/read.rs",
            "client/src/recipients.rs",
            "client/src/status.rs",
            "client/src/sync.rs",
            "client/src/threads.rs",
            "client/src/twins.rs",
            "client/src/unlock.rs",
            "client/src/views.rs",
            "portal/src",
            "record/src/acts",
            "record/src/acts.rs",
            "record/src/subject.rs",
        )
        const val FEWEST = 250

        /** Two words or more, or a word with something filled in. */
        val SENTENCE = Regex("[A-Za-z]{2,}[,:;.]? [A-Za-z{]|\\{} [a-z]{2,}")
    }
}

private val HOLE = Regex("\\{[^}]*}")

/** A sentence without the names of what fills it. */
private fun shape(text: String): String = text.replace(HOLE, "{}")

private val TEXT = Regex(
    "//[^\\n]*|/\\*.*?\\*/|'(?:\\\\.[^']*|[^\\\\'])'|r(#*)\"(.*?)\"\\1|\"((?:[^\"\\\\]++|\\\\.)*+)\"",
    RegexOption.DOT_MATCHES_ALL,
)
private val ESCAPE = Regex("\\\\(\\n\\s*|.)", RegexOption.DOT_MATCHES_ALL)

/** What is said to the compiler, or of a mistake inside the core, is for nobody's eyes. */
private val FOR_NOBODY = Regex("(?:reason = |Bug\\(\\s*|expect\\(|concat!\\(|include_str!\\()$")

/** The texts in a source, but for those of its tests. */
private fun rustTexts(source: String): List<String> {
    val code = source.substringBefore("#[cfg(test)]\nmod")
    return TEXT
        .findAll(code)
        .filterNot { FOR_NOBODY.containsMatchIn(code.substring(maxOf(0, it.range.first - NEAR), it.range.first)) }
        .mapNotNull { found ->
            val raw = found.groups[2]?.value
            raw ?: found.groups[3]?.value?.replace(ESCAPE) { if (it.groupValues[1].startsWith("\n")) "" else it.groupValues[1] }
        }.toList()
}

/** So far before a text it is said what it is for. */
private const val NEAR = 60
