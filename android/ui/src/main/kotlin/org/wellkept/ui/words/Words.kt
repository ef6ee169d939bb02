package org.wellkept.ui.words

import androidx.compose.runtime.staticCompositionLocalOf
import java.io.InputStreamReader
import java.util.Properties

val LocalWords = staticCompositionLocalOf { Words.of("en") }

/**
 * The app's words in one language, from `strings/LANGUAGE.properties` and `strings/LANGUAGE-core.properties`.
 *
 * `{0}`, `{1}` stand for arguments. A key with `.one` and `.other` is a plural: [count] chooses and puts the number for `{n}`.
 */
class Words internal constructor(
    val language: String,
    private val strings: Map<String, String>,
    private val english: Map<String, String>,
    val rightToLeft: Boolean = false,
    private val disguise: (String) -> String = { it },
) {
    private val core by lazy { CoreWords(english, strings) }

    val dates = Dates(this)

    operator fun invoke(
        key: String,
        vararg args: Any,
    ): String = fill(raw(key), args.toList())

    /** Whether there are words for this key. */
    operator fun contains(key: String): Boolean = key in english

    fun count(
        key: String,
        n: Long,
        vararg args: Any,
    ): String {
        val form = if (n == 1L) "$key.one" else "$key.other"
        return fill(raw(form).replace("{n}", n.toString()), args.toList())
    }

    /** What the core says in its own fixed English sentences, in this language where it is known; else as it came. */
    fun core(text: String): String {
        val said = known(text)
        return if (said == text && language != PSEUDO) text else disguise(said)
    }

    /** Whether the core said it, as far as is known. */
    fun isCores(text: String): Boolean = core.translate(text, ::known) != null

    /** What fills a sentence may be one itself, and is always shorter. */
    private fun known(text: String): String = core.translate(text, ::known) ?: dates.given(text)

    private fun raw(key: String): String = disguise(strings[key] ?: english[key] ?: key)

    private fun fill(
        template: String,
        args: List<Any>,
    ): String = args.foldIndexed(template) { at, text, arg -> text.replace("{$at}", arg.toString()) }

    companion object {
        /** Longer words with strange letters: shows what is not in the string files, and what has no room to grow. */
        const val PSEUDO = "pseudo"

        /** English, laid out from right to left. */
        const val MIRROR = "mirror"

        /** The languages that a person can choose. */
        val LANGUAGES = listOf("en", "es")

        fun of(language: String): Words {
            val english = load("en")
            return when (language) {
                PSEUDO -> Words(PSEUDO, english, english, disguise = ::pseudo)
                MIRROR -> Words(MIRROR, english, english, rightToLeft = true)
                in LANGUAGES -> Words(language, load(language), english)
                else -> Words("en", english, english)
            }
        }

        /** The app's own words, and beside them those of the core. */
        internal fun load(language: String): Map<String, String> = read(language) + read("$language-core")

        private fun read(file: String): Map<String, String> {
            val path = "/org/wellkept/ui/strings/$file.properties"
            val stream = Words::class.java.getResourceAsStream(path) ?: return emptyMap()
            val properties = Properties()
            InputStreamReader(stream, Charsets.UTF_8).use(properties::load)
            return properties.stringPropertyNames().associateWith { properties.getProperty(it) }
        }
    }
}

/** How much longer words may get in another language. */
private const val GROWS = 0.4
private const val PLAIN = "aeioucnAEIOUCN"
private const val STRANGE = "àéîöüçñÅÉÎÖÜÇÑ"

private fun pseudo(text: String): String {
    var depth = 0
    val letters = text.map { letter ->
        if (letter == '{') depth++
        if (letter == '}') depth--
        val at = PLAIN.indexOf(letter)
        if (depth == 0 && at >= 0) STRANGE[at] else letter
    }
    val longer = "~".repeat((text.length * GROWS).toInt())
    return letters.joinToString("", "[", "$longer]")
}
