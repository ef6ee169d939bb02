package org.wellkept.ui.library

import org.wellkept.bindings.Basis
import org.wellkept.bindings.Line
import org.wellkept.bindings.Screen
import org.wellkept.bindings.Twin
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.FieldUi
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.GroupUi
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.RefusalUi
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.model.Standing
import org.wellkept.ui.model.TwinUi
import org.wellkept.bindings.Flag as LibraryFlag
import org.wellkept.bindings.Standing as LibraryStanding

internal fun Screen.ui(): ScreenUi =
    ScreenUi(
        notices = notices,
        groups = groups.map { GroupUi(it.heading, it.note, it.lines.map(Line::ui)) },
        withoutFlag = withoutFlag.toLong(),
        unread = unread.toLong(),
        covered = covered.toLong(),
        restsOn = restsOn.map(Basis::ui),
        lacks = lacks,
        leftOut = leftOut.toLong(),
        more = more != null,
    )

/** The next window joined to this one: lines under headings that are there already join them. */
internal fun ScreenUi.joined(next: ScreenUi): ScreenUi {
    val known = groups.map { it.heading }.toSet()
    val grown = groups.map { group ->
        group.copy(lines = group.lines + next.groups.filter { it.heading == group.heading }.flatMap { it.lines })
    }
    return copy(
        groups = grown + next.groups.filter { it.heading !in known },
        withoutFlag = withoutFlag + next.withoutFlag,
        unread = unread + next.unread,
        covered = covered + next.covered,
        lacks = (lacks + next.lacks).distinct(),
        leftOut = leftOut + next.leftOut,
        more = next.more,
    )
}

internal fun Line.ui(): LineUi =
    LineUi(
        reference = reference,
        type = resourceType,
        title = title,
        whenText = `when`,
        value = value,
        ranges = ranges,
        flag = flag.ui(),
        flagText = flagText,
        compared = compared,
        standing = standing.ui(),
        notices = notices,
        unread = unread,
        changedSinceRead = changedSinceRead,
        notes = notes.toLong(),
        portals = portals,
        noLongerBy = noLongerReturnedBy,
        twins = twins.map(Twin::ui),
        withheld = withheld,
        covered = covered,
        fields = fields.map { FieldUi(it.label, it.text) },
    )

private fun Twin.ui(): TwinUi = TwinUi(portal, reference, value, agrees)

internal fun LibraryFlag.ui(): Flag =
    when (this) {
        LibraryFlag.CRITICAL -> Flag.CRITICAL
        LibraryFlag.OUTSIDE -> Flag.OUTSIDE
        LibraryFlag.INSIDE -> Flag.INSIDE
        LibraryFlag.NOT_STATED -> Flag.NOT_STATED
    }

private fun LibraryStanding.ui(): Standing =
    when (this) {
        LibraryStanding.AsGiven -> Standing.AsGiven
        is LibraryStanding.Changed -> Standing.Changed(what, from, seen)
        is LibraryStanding.Withdrawn -> Standing.Withdrawn(seen)
        LibraryStanding.NotHeld -> Standing.NotHeld
        LibraryStanding.Unreadable -> Standing.Unreadable
        LibraryStanding.Removed -> Standing.Removed
    }

internal fun Basis.ui(): BasisUi = BasisUi(portal, asOf, refused.map { RefusalUi(it.what, it.reason) }, trouble)
