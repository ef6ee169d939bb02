package org.wellkept.ui.parts

import androidx.compose.runtime.Composable
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi
import org.wellkept.ui.model.MessagingUi
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

/** What an act is and how it stands: "Queued: Message, Riverside Hospital". */
fun actHeading(
    act: ActUi,
    words: Words,
): String = words("act.heading", words("act.${act.standing}"), words.core(act.title), act.portal)

/** An act in full, and how old it is. What a person has to look at stands out. */
@Composable
fun ActWords(
    act: ActUi,
    now: Long? = null,
) {
    val words = LocalWords.current
    Heading(actHeading(act, words))
    if (act.to.isNotEmpty()) Small(words("act.to", act.to.joinToString(", ")))
    act.subject?.let { Small(words("act.subject", it)) }
    act.whenText?.let { Body(words.core(it)) }
    act.text?.let { Body(it) }
    act.files.forEach { Small(words("act.file", it)) }
    act.reason?.let { Body(why(it, act.standing, words)) }
    act.advice.forEach { if (act.needsPerson) Warning(words.core(it)) else Note(words.core(it)) }
    act.trouble?.let { Small(words("act.trouble", words.core(it))) }
    if (act.tries > 0 && act.standing != ActStanding.SENT) Small(words.count("act.tries", act.tries.toLong()))
    act.heldUntil?.let { Body(words("act.held.until", words.dates.moment(it))) }
    act.nextTry?.let { Small(words("act.next", words.dates.moment(it))) }
    if (act.needsPerson && act.since > act.composed) Small(words("act.since", momentAndAge(act.since, now, words)))
    Small(words("act.composed", momentAndAge(act.composed, now, words)))
}

/** Only what a portal said is told as its words. */
private fun why(
    reason: String,
    standing: ActStanding,
    words: Words,
): String {
    val ours = standing == ActStanding.UNSURE || words.isCores(reason)
    val said = words.core(reason)
    return if (ours) said.replaceFirstChar(Char::uppercase) else words("act.reason", said)
}

/** `22 November 2026, 12:07 (5 hours ago)`. */
private fun momentAndAge(
    at: Long,
    now: Long?,
    words: Words,
): String {
    val moment = words.dates.moment(at)
    val old = (now ?: at) - at
    val age = when {
        old < MINUTE -> return moment
        old < HOUR -> words.count("age.minutes", old / MINUTE)
        old < DAY -> words.count("age.hours", old / HOUR)
        else -> words.count("age.days", old / DAY)
    }
    return words("age.moment", moment, age)
}

private const val MINUTE = 60L
private const val HOUR = 60 * MINUTE
private const val DAY = 24 * HOUR

/** How soon each portal answers, as its own page says. */
@Composable
fun MessagingWords(messaging: List<MessagingUi>) {
    val words = LocalWords.current
    messaging.forEach { one ->
        val within = one.answersWithin?.let { words("messaging.within", one.portal, it) }
        Small(within ?: words(if (one.outOfDate) "messaging.old" else "messaging.unknown", one.portal))
        one.limits?.let { Small(it) }
    }
}
