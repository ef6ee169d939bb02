package org.wellkept.client

import org.wellkept.bindings.ActChoice
import org.wellkept.bindings.ActKind
import org.wellkept.bindings.ActState
import org.wellkept.bindings.AppointmentsView
import org.wellkept.bindings.Basis
import org.wellkept.bindings.Flag
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Line
import org.wellkept.bindings.LineGroup
import org.wellkept.bindings.NoteVersion
import org.wellkept.bindings.NoteView
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.PartsView
import org.wellkept.bindings.PortalStatus
import org.wellkept.bindings.RecordStatus
import org.wellkept.bindings.Screen
import org.wellkept.bindings.Shown
import org.wellkept.bindings.ShownLine
import org.wellkept.bindings.ShownRevision
import org.wellkept.bindings.Standing
import org.wellkept.bindings.ThreadsView

/** Records with plausible contents, for previews, pictures and tests of screens. `copy` changes what a case is about. */
object Samples {
    /** 2026-11-01 09:00 UTC. */
    const val NOW = 1_793_523_600L
    const val PORTAL = "River Clinic"
    const val ISSUER = "https://river.example/fhir"

    fun line(
        reference: String = "Observation/glucose",
        title: String = "Glucose",
        value: String? = "5.4 mmol/L",
        unread: Boolean = false,
        flag: Flag = Flag.NOT_STATED,
        standing: Standing = Standing.AsGiven,
    ) = Line(
        reference = reference,
        issuer = ISSUER,
        resourceType = reference.substringBefore('/'),
        title = title,
        `when` = "1 November 2026",
        value = value,
        ranges = listOf("3.9 to 5.6 mmol/L"),
        flag = flag,
        flagText = null,
        compared = null,
        standing = standing,
        notices = emptyList(),
        unread = unread,
        changedSinceRead = false,
        notes = 0UL,
        portals = listOf(PORTAL),
        noLongerReturnedBy = emptyList(),
        twins = emptyList(),
        withheld = false,
        covered = null,
        fields = emptyList(),
    )

    fun basis() = Basis(portal = PORTAL, asOf = NOW, refused = emptyList(), trouble = null)

    fun group(vararg lines: Line, heading: String = "2026") =
        LineGroup(heading = heading, note = null, lines = lines.toList())

    fun screen(title: String = "Results", groups: List<LineGroup> = listOf(group(line()))) =
        Screen(
            title = title,
            notices = emptyList(),
            groups = groups,
            withoutFlag = groups.flatMap { it.lines }.count { it.flag == Flag.NOT_STATED }.toULong(),
            unread = groups.flatMap { it.lines }.count { it.unread }.toULong(),
            covered = 0UL,
            restsOn = listOf(basis()),
            lacks = emptyList(),
            leftOut = 0UL,
            more = null,
        )

    fun shown(line: Line = line()) =
        Shown(
            line = line,
            results = emptyList(),
            resultsLeftOut = 0UL,
            everything = listOf(ShownLine(depth = 0UL, label = "Status", text = "final")),
            attachments = emptyList(),
            notes = emptyList(),
            referredToBy = emptyList(),
            history = listOf(revision(line)),
        )

    fun revision(line: Line = line(), current: Boolean = true) =
        ShownRevision(
            digest = "0".repeat(64),
            seen = NOW,
            portals = line.portals,
            value = line.value,
            status = "final",
            held = true,
            current = current,
        )

    fun note(id: String = "note-1", text: String = "Ask about this", about: String? = null) =
        NoteView(
            id = id,
            about = listOfNotNull(about),
            covered = false,
            versions = listOf(NoteVersion(text = text, written = NOW)),
        )

    fun act(
        id: String = "act-1",
        kind: ActKind = ActKind.MESSAGE,
        title: String = "Message",
        words: String? = "When is my next visit?",
        state: ActState = ActState.Queued,
    ) = OutboxItem(
        id = id,
        kind = kind,
        title = title,
        portal = PORTAL,
        issuer = ISSUER,
        to = listOf("Dr. Rivera"),
        subject = null,
        words = words,
        files = emptyList(),
        `when` = null,
        about = emptyList(),
        composed = NOW,
        state = state,
        since = NOW,
        heldUntil = null,
        advice = emptyList(),
        trouble = null,
        tries = 0U,
        nextTry = null,
        may = listOf(ActChoice.EDIT, ActChoice.DELETE),
        became = null,
        answers = null,
    )

    fun portal(name: String = PORTAL, issuer: String = ISSUER) =
        PortalStatus(
            name = name,
            issuer = issuer,
            scopes = "patient/*.rs",
            connected = NOW,
            ends = null,
            ended = null,
            signInAgain = false,
            signs = true,
            asOf = NOW,
            slots = emptyList(),
            setAside = emptyList(),
            unfollowed = emptyList(),
        )

    fun status(portals: List<PortalStatus> = listOf(portal())) =
        RecordStatus(record = "0".repeat(64), holder = "Alice", sections = emptyList(), portals = portals)

    fun threads() =
        ThreadsView(
            notices = emptyList(),
            waiting = emptyList(),
            threads = emptyList(),
            unread = 0UL,
            count = 0UL,
            messaging = emptyList(),
            restsOn = listOf(basis()),
            lacks = emptyList(),
        )

    fun appointments() =
        AppointmentsView(
            notices = emptyList(),
            groups = emptyList(),
            unread = 0UL,
            covered = 0UL,
            leftOut = 0UL,
            restsOn = listOf(basis()),
            lacks = emptyList(),
        )

    fun parts() = PartsView(withheld = emptyList(), choices = emptyList(), perhaps = emptyList())

    fun locked() = HealthException.Locked("The record is locked")

    fun offline() = HealthException.Offline("$PORTAL could not be reached", PORTAL, "no network")

    fun notFound() = HealthException.NotFound("Nothing found under that name")
}
