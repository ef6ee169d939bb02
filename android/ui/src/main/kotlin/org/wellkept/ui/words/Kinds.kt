package org.wellkept.ui.words

/** What an entry of this FHIR type is called: the title of its screen. */
fun Words.kind(type: String): String = if ("kind.$type" in this) this("kind.$type") else this("entry.title")

/** A kind of data that a portal is asked for (`Observation/laboratory`), in words; one that is not known stays as it came. */
fun Words.slot(what: String): String {
    val type = what.substringBefore('/')
    val category = what.substringAfter('/', "")
    val name = if ("slot.$type" in this) this("slot.$type") else type
    return when {
        category.isEmpty() -> name
        category == "referred to" -> this("slot.referred", name)
        "slot.$category" in this -> this("slot.of", name, this("slot.$category"))
        else -> this("slot.of", name, category)
    }
}

/** A status as FHIR writes it, in words; one that is not known stays as it came. */
fun Words.code(code: String): String = if ("code.$code" in this) this("code.$code") else code

/** The laboratory's words for a flag: each alone, and with its code (`High (H)`). */
fun Words.flag(own: String): String =
    own.split(", ").joinToString(", ") { one ->
        val (name, code) = FLAG.matchEntire(one)?.destructured ?: return@joinToString core(one)
        "${core(name)} ($code)"
    }

/** Sentences of the core, one after another. */
fun Words.sentences(text: String): String = text.split(SENTENCES).joinToString(" ") { core(withCodes(it)) }

/** What changed, beside a value of which it is told already what it was and what it is. */
fun Words.changed(
    what: String?,
    from: String?,
    value: String?,
): String? =
    what
        ?.removePrefix("The value changed from $from to $value.")
        ?.trim()
        ?.ifEmpty { null }
        ?.let(::sentences)

private fun Words.withCodes(sentence: String): String {
    val (before, after) = STATUS.matchEntire(sentence)?.destructured ?: return sentence
    return "The status changed from ${code(before)} to ${code(after)}."
}

/** What an entry is called, where it is the core that named it: what a portal called it stays as it came. */
fun Words.title(title: String): String = if (title in TITLES || CORE_TITLE.matches(title)) core(title) else title

/** A value, where it is the core that says that there is none. */
fun Words.value(value: String): String = if (value.startsWith("No result")) core(value) else value

/**
 * What stands beside a label. What the core says of a state or a date is known; what a portal wrote under any other label
 * stays as it came, also where it looks like a sentence of the core.
 */
fun Words.field(
    label: String,
    text: String,
): String = if (label in STATES) stated(text) else dates.given(text)

/** A range of two numbers; one that is told in other words stays as it came. */
fun Words.range(text: String): String {
    val (from, to) = RANGE.matchEntire(text)?.destructured ?: return text
    return this("date.span", from, to)
}

private fun Words.stated(text: String): String = code(text).takeIf { it != text } ?: core(text)

private val STATUS = Regex("The status changed from (\\S+) to (\\S+)\\.")
private val CORE_TITLE = Regex("Covered: .+|Code .+, name not stated by the portal")
private val RANGE = Regex("(-?[0-9.,]+) to (-?[0-9.,]+(?: .*)?)")
private val FLAG = Regex("(.+) \\(([A-Z<>]{1,3})\\)")
private val SENTENCES = Regex("(?<=\\.) (?=[A-Z])")

/** Labels under which the core puts its own words. */
private val STATES = setOf(
    "Status",
    "State at the provider",
    "State of the text",
    "How sure",
    "How bad it could be",
    "Is it over",
    "How firm",
    "How it goes",
    "Kind of entry",
    "Whether it is met",
    "Progress as stated",
    "Do not take",
    "Do not do",
    "Only if needed",
    "Reported, not ordered here",
    "May not count (weak dose)",
    "Died",
    "The relative has died",
    "Age is a guess",
    "Sex in the clinic's records",
    "Sex in the records",
    "Sex of the relative",
    "Sex",
    "In use",
    "The lab's flag",
)

/** Titles that the core gives to what has none. */
private val TITLES = setOf(
    "Medicine without a name",
    "Result without a name",
    "Procedure without a name",
    "Request without a name",
    "Goal without a name",
    "Device without a name",
    "Care giver not named",
    "Organization not named",
    "Place not named",
    "Outpatient visit",
    "Hospital stay",
    "Hospital stay (acute)",
    "Hospital stay (not acute)",
    "Emergency visit",
    "Visit at home",
    "Visit by phone or video",
    "Visit in the field",
    "Short stay",
    "Stay for observation",
    "Before a hospital stay",
    "Explanation of benefits (not a bill)",
    "Request for an estimate",
    "Request for approval",
    "Imaging study",
    "Form with answers",
    "Where entries came from",
    "Related person, not named",
    "Picture or recording",
    "No known allergy",
)
