package org.wellkept.app.notices

import java.time.LocalTime
import java.time.ZonedDateTime

/** The hours in which nothing is said, by the phone's own clock. `from` equal to `to`: none. */
data class QuietHours(
    val from: LocalTime,
    val to: LocalTime,
) {
    /** When they end, if `now` lies in them; else `null`. */
    fun endAfter(now: ZonedDateTime): ZonedDateTime? {
        val time = now.toLocalTime()
        val quiet = if (from <= to) time >= from && time < to else time >= from || time < to
        if (!quiet) return null
        val day = if (time < to) now.toLocalDate() else now.toLocalDate().plusDays(1)
        // Where the clock was set forward over it, the end is the first moment after.
        return day.atTime(to).atZone(now.zone)
    }

    companion object {
        val NONE = QuietHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)
        val USUAL = QuietHours(LocalTime.of(21, 0), LocalTime.of(7, 0))
    }
}
