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
        val found = GIVEN.matchEntire(text) ?: return text
        val (day, month, year, clock, zone) = found.destructured
        val number = MONTHS.indexOf(month) + 1
        if (number == 0) return text
        val name = words("date.month.$number")
        val date = when {
            day.isEmpty() -> words("date.of.month", name, year)
            else -> words("date.of.day", day, name, year)
        }
        val time = clock + if (zone.isEmpty()) "" else " ($zone)"
        return if (clock.isEmpty()) date else words("date.moment", date, time)
    }

    private fun day(at: ZonedDateTime): String =
        words("date.of.day", at.dayOfMonth, words("date.month.${at.monthValue}"), at.year)

    private fun clock(at: ZonedDateTime): String = "%02d:%02d".format(at.hour, at.minute)

    private fun at(
        seconds: Long,
        zone: ZoneId,
    ): ZonedDateTime = Instant.ofEpochSecond(seconds).atZone(zone)

    private companion object {
        val MONTHS = listOf(
            "January", "February", "March", "April", "May", "June", "July",
            "August", "September", "October", "November", "December",
        )
        val GIVEN = Regex(
            "(?:(\\d{1,2}) )?(${MONTHS.joinToString("|")}) (\\d{4})(?: (\\d{2}:\\d{2}(?::\\d{2})?)(?: \\(([^)]+)\\))?)?",
        )
    }
}
