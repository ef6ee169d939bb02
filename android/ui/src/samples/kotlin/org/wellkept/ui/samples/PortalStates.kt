package org.wellkept.ui.samples

import org.wellkept.ui.connect.ConnectScreen
import org.wellkept.ui.connect.ConnectState
import org.wellkept.ui.connect.ConnectStep
import org.wellkept.ui.connect.ListStep
import org.wellkept.ui.connect.ListTrouble
import org.wellkept.ui.connect.WayInUi
import org.wellkept.ui.health.ListTakenUi
import org.wellkept.ui.model.FieldUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.RefusalUi
import org.wellkept.ui.portals.GivenUi
import org.wellkept.ui.portals.PortalUi
import org.wellkept.ui.portals.PortalsScreen
import org.wellkept.ui.portals.PortalsState

private val hospital = PortalUi(
    name = People.HOSPITAL,
    address = "https://fhir.riverside.example/r4",
    asOf = People.NOW,
    connected = People.NOW - 900_000,
    ends = People.NOW + 7_000_000,
    given = listOf(GivenUi("Observation/laboratory", 91), GivenUi("Patient", null)),
    refused = listOf(
        RefusalUi("DocumentReference", "the portal answered with status 403"),
        RefusalUi("CareTeam/active", "you did not grant this"),
    ),
    setAside = listOf("its type or id is too long" to 2L),
    unfollowed = listOf(RefusalUi("Practitioner/12", "the portal has no such entry (status 404)")),
)
private val lab = PortalUi(
    name = People.LAB,
    address = "https://lab.example/fhir",
    asOf = null,
    connected = People.NOW,
    signInAgain = true,
)

internal val PORTALS_STATES = listOf(
    "two portals" to PortalsState(Load.Ready(listOf(hospital, lab)), said = listOf("Riverside Hospital: 7 new, 2 changed")),
    "leaving one" to PortalsState(Load.Ready(listOf(hospital)), leaving = People.HOSPITAL),
    "none" to PortalsState(Load.Ready(emptyList())),
).map { (name, state) -> Sample("portals", name) { PortalsScreen(state, {}) } }

private val ways = listOf(
    WayInUi("Riverside Hospital", "MyRiver", "Worcester, MA", null, "https://fhir.riverside.example/r4", readable = true),
    WayInUi("Riverside Dental", null, "Salem, MA", "Dental Group", "https://dental.example/r4", readable = false),
)

internal val CONNECT_STATES = listOf(
    "found" to ConnectState("river", ways, searched = true, more = true, listAsOf = "1 November 2026"),
    "no list" to ConnectState(noList = true, address = "https://fhir.riverside.example/r4"),
    "is it the one?" to ConnectState(step = ConnectStep.Check(People.HOSPITAL, "https://fhir.riverside.example/r4")),
    "in the browser" to ConnectState(step = ConnectStep.Browser("https://fhir.riverside.example/authorize", readingOnly = "invalid_scope")),
    "is it the same person?" to
        ConnectState(
            step = ConnectStep.Unsure(
                listOf("The birth date is the same.", "The first name is the same and the family name differs: Marks, Marksson."),
            ),
        ),
    "another person" to ConnectState(
        step = ConnectStep.AnotherPerson(listOf("The birth date differs: 8 May 1962 here, 9 May 1971 there.")),
    ),
    "connected" to ConnectState(
        step = ConnectStep.Connected(
            People.HOSPITAL,
            "Alesha Marks",
            listOf(FieldUi("Date of birth", "8 May 1962"), FieldUi("Sex in the clinic's records", "female")),
            listOf("This is the first portal of the record: check that this is you."),
            People.NOW + 7_000_000,
            reading = true,
        ),
    ),
    "connected, and notices" to ConnectState(
        step = ConnectStep.Connected(
            People.HOSPITAL,
            "Alesha Marks",
            emptyList(),
            listOf("The name is the same.", "The birth date is the same."),
            null,
            reading = false,
            said = listOf("Riverside Hospital: 7 new, 2 changed"),
            mayAskNotices = true,
        ),
    ),
    "a list is asked for" to ConnectState(noList = true, list = ListStep.Open(), listAddress = "https://lists.example/brands.json"),
    "a list is read" to ConnectState(noList = true, list = ListStep.Reading(3_200_000, 12_000_000)),
    "a list was taken in" to ConnectState(list = ListStep.Open(taken = ListTakenUi(812, leftOut = 3))),
    "a list is no list" to ConnectState(
        list = ListStep.Open(
            trouble = ListTrouble.Said("This list names no portal that could be used. Nothing was changed"),
        ),
    ),
    "a list has moved" to ConnectState(list = ListStep.Open(trouble = ListTrouble.Moved("https://elsewhere.example/brands.json"))),
    "not reached" to
        ConnectState(
            address = "https://nowhere.example",
            trouble = "nowhere.example could not be reached: no connection to it. What is held can be read offline",
        ),
).map { (name, state) -> Sample("connect", name) { ConnectScreen(state, {}) } }
