package org.wellkept.ui.words

import java.time.Instant
import java.time.ZoneId
import java.time.ZonedDateTime

/** Moments and the record's own dates, in the words of a language. A partial date stays as partial as it is. */
class Dates internal constructor(
    private val words: Words,
) {
    /** A moment by this device's clock: `22 November 2026, 12:07`. */
    fun moment(
        seconds: Long,
        zone: ZoneId = ZoneId.systemDefault(),
    ): String = words("date.moment", day(at(seconds, zone)), clock(at(seconds, zone)))

    /** The day alone. */
    fun day(
        seconds: Long,
        zone: ZoneId = ZoneId.systemDefault(),
    ): String = day(at(seconds, zone))

    /** A date as the core writes it ("2024", "March 2024", "1 July 2026 14:39 (UTC)"); anything else as it came. */
    fun given(text: String): String {
        AT_CLINIC.matchEntire(text)?.let { return atClinic(it.groupValues[1], it.groupValues[2]) }
        val found = GIVEN.matchEntire(text) ?: return span(text)
        val (day, month, year) = found.groupValues.drop(1)
        val (clock, zone) = found.groupValues.drop(TIME)
        val number = MONTHS.indexOf(month) + 1
        val name = words("date.month.$number")
        val date = when {
            day.isEmpty() -> words("date.of.month", name, year)
            else -> words("date.of.day", day, name, year)
        }
        val time = span(clock) + if (zone.isEmpty()) "" else " ($zone)"
        return if (clock.isEmpty()) date else words("date.moment", date, time)
    }

    private fun atClinic(
        there: String,
        here: String,
    ): String = if (here.isEmpty()) words("date.clinic", given(there)) else words("date.clinic.here", given(there), given(here))

    /** `10:30 to 11:00`, or anything else as it came. */
    private fun span(text: String): String {
        val (from, to) = SPAN.matchEntire(text)?.destructured ?: return text
        return words("date.span", from, to)
    }

    private fun day(at: ZonedDateTime): String = words("date.of.day", at.dayOfMonth, words("date.month.${at.monthValue}"), at.year)

    private fun clock(at: ZonedDateTime): String = "%02d:%02d".format(at.hour, at.minute)

    private fun at(
        seconds: Long,
        zone: ZoneId,
    ): ZonedDateTime = Instant.ofEpochSecond(seconds).atZone(zone)

    private companion object {
        /** Where the time of day stands among the groups of [GIVEN]. */
        const val TIME = 4
        val AT_CLINIC = Regex("(.+?) at the clinic(?: \\((.+) where you are\\))?")
        val SPAN = Regex("(\\d{2}:\\d{2}) to (\\d{2}:\\d{2})")
        val MONTHS = listOf(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        )
        val GIVEN = Regex(
            "(?:(\\d{1,2}) )?(${MONTHS.joinToString(
                "|",
            )}) (\\d{4})(?: (\\d{2}:\\d{2}(?::\\d{2})?(?: to \\d{2}:\\d{2})?)(?: \\(([^)]+)\\))?)?",
        )
    }
}
