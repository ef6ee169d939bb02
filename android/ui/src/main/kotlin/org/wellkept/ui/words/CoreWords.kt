package org.wellkept.ui.words

/**
 * The fixed sentences of the core, which come in English: those of `core.*` in the string files are known in each language,
 * and in `element.*` the labels that it makes of FHIR's own names.
 */
internal class CoreWords(
    english: Map<String, String>,
    private val strings: Map<String, String>,
) {
    private class Pattern(
        val regex: Regex,
        val key: String,
        val order: List<Int>,
    )

    private val exact: Map<String, String>
    private val patterns: List<Pattern>

    init {
        val core = english.filterKeys { it.startsWith("core.") || it.startsWith("element.") }
        exact = core.filterValues { "{" !in it }.entries.associate { (key, text) -> text to key }
        // Where two fit, the one that says more of it.
        val fixed = { text: String -> text.replace(HOLE, "").length }
        patterns = core
            .filterValues { "{" in it }
            .entries
            .sortedByDescending { fixed(it.value) }
            .map { pattern(it.key, it.value) }
    }

    /** `null` for what is not known. */
    fun translate(
        text: String,
        argument: (String) -> String,
    ): String? {
        exact[text]?.let { return strings[it] }
        for (pattern in patterns) {
            val found = pattern.regex.matchEntire(text) ?: continue
            val template = strings[pattern.key] ?: return null
            return pattern.order.foldIndexed(template) { at, filled, number ->
                filled.replace("{$number}", argument(found.groupValues[at + 1]))
            }
        }
        return null
    }

    private fun pattern(
        key: String,
        text: String,
    ): Pattern {
        val holes = HOLE.findAll(text).map { it.groupValues[1].toInt() }.toList()
        val literal = text.split(HOLE).joinToString("(.+?)") { Regex.escape(it) }
        return Pattern(Regex(literal, RegexOption.DOT_MATCHES_ALL), key, holes)
    }

    private companion object {
        val HOLE = Regex("\\{(\\d)\\}")
    }
}
