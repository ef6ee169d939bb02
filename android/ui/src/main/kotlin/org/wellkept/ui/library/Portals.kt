package org.wellkept.ui.library

import org.wellkept.bindings.ListTaken
import org.wellkept.bindings.PortalStatus
import org.wellkept.bindings.PortalsFound
import org.wellkept.bindings.RecordStatus
import org.wellkept.bindings.Returned
import org.wellkept.bindings.SyncedPortal
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.connect.ConnectStep
import org.wellkept.ui.connect.WayInUi
import org.wellkept.ui.health.FoundUi
import org.wellkept.ui.health.ListTakenUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.health.StatusUi
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.model.FieldUi
import org.wellkept.ui.model.RefusalUi
import org.wellkept.ui.portals.GivenUi
import org.wellkept.ui.portals.PortalUi

/** The lists whose entries are those of one section. */
private val SECTIONS = mapOf(
    "results" to ListKind.RESULTS,
    "vitals" to ListKind.VITALS,
    "medications" to ListKind.MEDICATIONS,
    "allergies" to ListKind.ALLERGIES,
    "conditions" to ListKind.CONDITIONS,
    "immunizations" to ListKind.IMMUNIZATIONS,
    "procedures" to ListKind.PROCEDURES,
    "visits" to ListKind.VISITS,
    "documents" to ListKind.DOCUMENTS,
    "coverage" to ListKind.COVERAGE,
)

internal fun RecordStatus.ui(): StatusUi {
    val unread = sections.mapNotNull { section -> SECTIONS[section.section]?.let { it to section.unread.toLong() } }
    return StatusUi(holder, unread.toMap(), portals.map(PortalStatus::ui))
}

private fun PortalStatus.ui(): PortalUi {
    val types = slots.filter { it.lastSuccess != null }.map { it.what.substringBefore('/') }.toSet()
    val lost = slots.filter { it.refused != null && !(it.catchAll && it.what.substringBefore('/') in types) }
    return PortalUi(
        name = name,
        address = issuer,
        asOf = asOf,
        connected = connected,
        ends = ends,
        ended = ended,
        signInAgain = signInAgain,
        given = slots.filter { it.lastSuccess != null }.map { GivenUi(it.what, it.count?.toLong()) },
        refused = lost.map { RefusalUi(it.what, it.refused.orEmpty()) },
        setAside = setAside.map { it.reason to it.count.toLong() },
        unfollowed = unfollowed.map { RefusalUi(it.what, it.reason) },
    )
}

internal fun ListTaken.ui(): ListTakenUi {
    val left = unreadable + withoutPortal + notOrganisations + beyond
    return ListTakenUi(organisations.toLong(), asOf, left.toLong())
}

internal fun PortalsFound.ui(): FoundUi {
    val found = ways.map { WayInUi(it.organisation, it.portal, it.place, it.through, it.address, it.readable) }
    return FoundUi(found, more, asOf)
}

internal fun Returned.ui(): ReturnedUi =
    when (this) {
        Returned.NotForUs -> {
            ReturnedUi.NotForUs
        }

        is Returned.ReadingOnly -> {
            ReturnedUi.ReadingOnly(reason, address)
        }

        is Returned.Unsure -> {
            ReturnedUi.Unsure(because)
        }

        is Returned.AnotherPerson -> {
            ReturnedUi.AnotherPerson(because)
        }

        is Returned.Connected -> {
            val fields = signIn.fields.map { FieldUi(it.label, it.text) }
            ReturnedUi.Connected(
                ConnectStep.Connected(signIn.portal, signIn.patient, fields, signIn.because, signIn.ends, reading = false),
            )
        }
    }

internal fun SyncedPortal.ui(): SyncedUi =
    SyncedUi(
        portal,
        new.toLong(),
        changed.toLong(),
        offline,
        down,
        signInAgain,
        said + listOfNotNull(trouble.takeIf { !offline }) + anotherPerson,
        look = acts.any { it.look } || anotherPerson.isNotEmpty(),
    )
