package org.wellkept.ui.samples

import org.wellkept.ui.app.ListKind
import org.wellkept.ui.entry.Asking
import org.wellkept.ui.entry.EntryScreen
import org.wellkept.ui.entry.EntryState
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.FileStanding
import org.wellkept.ui.entry.FileUi
import org.wellkept.ui.entry.NamedUi
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.entry.PartUi
import org.wellkept.ui.entry.ResultUi
import org.wellkept.ui.entry.RevisionUi
import org.wellkept.ui.list.ListScreen
import org.wellkept.ui.list.ListState
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.GroupUi
import org.wellkept.ui.model.Load
import org.wellkept.ui.model.ScreenUi
import org.wellkept.ui.record.RecordScreen
import org.wellkept.ui.record.RecordState
import org.wellkept.ui.search.HitUi
import org.wellkept.ui.search.SearchScreen
import org.wellkept.ui.search.SearchState
import org.wellkept.ui.search.SearchUi

internal val RECORD_STATES = listOf(
    "with new entries" to RecordState(mapOf(ListKind.RESULTS to 4L, ListKind.MEDICATIONS to 1L)),
    "the record is damaged" to RecordState(why = "The record's file is damaged: results. It was left as it is"),
).map { (name, state) -> Sample("record", name) { RecordScreen(state, {}) } }

private val results = ScreenUi(
    groups = listOf(GroupUi("Results", null, listOf(People.potassium, People.glucose, People.sodium, People.mch, People.hematocrit))),
    withoutFlag = 2,
    unread = 2,
    restsOn = People.bases,
    lacks = listOf("2 of these are known of, but their content is not on this device"),
    more = true,
)

private val medications = ScreenUi(
    groups = listOf(
        GroupUi("Listed as active, ordered in the last 12 months", null, listOf(People.lisinopril)),
        GroupUi(
            "Listed as active, last ordered long ago: ask",
            "As far as this record knows, nobody has ordered these for over a year.",
            listOf(People.oxycodone),
        ),
        GroupUi("Covered", "You chose to cover these on your own screens.", listOf(People.covered)),
    ),
    covered = 1,
    restsOn = People.bases,
)

internal val LIST_STATES = listOf(
    "results" to ListState(ListKind.RESULTS, Load.Ready(results)),
    "medications" to ListState(ListKind.MEDICATIONS, Load.Ready(medications)),
    "allergies, empty, offline" to ListState(ListKind.ALLERGIES, Load.Ready(ScreenUi(restsOn = People.offline))),
    "no portal" to ListState(ListKind.CONDITIONS, Load.Ready(ScreenUi())),
    "only flagged, none" to ListState(ListKind.RESULTS, Load.Ready(ScreenUi(restsOn = People.bases)), onlyOutside = true),
    "being read" to ListState(ListKind.TIMELINE),
    "could not be read" to ListState(ListKind.VISITS, Load.Failed("The record's file is damaged: visits. It was left as it is")),
).map { (name, state) -> Sample("list", name) { ListScreen(state, {}) } }

private val corrected = EntryUi(
    line = People.mch,
    everything = listOf(PartUi(0, "Status", "corrected"), PartUi(0, "Value", ""), PartUi(1, "Unit", "pg")),
    notes = listOf(NoteUi("n1", listOf("Ask Dr. Pagac about this one."), People.NOW)),
    referredToBy = listOf("DiagnosticReport/7" to "Complete blood count"),
    history = listOf(
        RevisionUi(People.NOW, listOf(People.HOSPITAL), "44.7 pg", "corrected", held = true, current = true),
        RevisionUi(People.NOW - 86_400, listOf(People.HOSPITAL), "29.753 pg", "final", held = true, current = false),
        RevisionUi(People.NOW - 186_400, listOf(People.HOSPITAL), null, null, held = false, current = false),
    ),
)

private val medicine = EntryUi(
    line = People.lisinopril,
    files = listOf(
        FileUi(1, "Leaflet.pdf", FileStanding.ON_DEMAND),
        FileUi(2, null, FileStanding.HELD),
        FileUi(3, "Picture of the pack", FileStanding.TOO_LARGE),
    ),
)

private fun panel(vararg results: Pair<Int, NamedUi>) =
    EntryUi(People.report, results = results.map { (depth, named) -> ResultUi(depth, named) })

private val wholePanel = panel(
    0 to NamedUi.Entry(People.glucose),
    0 to NamedUi.Entry(People.potassium),
    0 to NamedUi.Entry(People.sodium),
)

private val panelThatLacks = panel(
    0 to NamedUi.Entry(People.mch),
    0 to NamedUi.Entry(People.hematocrit),
    0 to NamedUi.Entry(People.covered),
    0 to NamedUi.Entry(People.count),
    1 to NamedUi.Entry(People.sodium.copy(whenText = "March 2024")),
    1 to NamedUi.NotHere("Platelets [#/volume] in Blood", "Named here, and not in this record yet"),
    0 to NamedUi.NotHere("https://elsewhere.example/fhir/Observation/77", "Named at another server, which this record does not read"),
    0 to NamedUi.Within("Chloride", "101 mmol/L", listOf("98 to 107 mmol/L"), Flag.INSIDE, "Normal"),
).copy(resultsLeftOut = 3)

internal val ENTRY_STATES = listOf(
    "a corrected result" to EntryState(People.mch.reference, Load.Ready(corrected)),
    "a critical result" to EntryState(People.potassium.reference, Load.Ready(EntryUi(People.potassium))),
    "a medicine, asked for again" to
        EntryState(People.lisinopril.reference, Load.Ready(medicine), asking = Asking.REFILL, words = "Two boxes"),
    "a panel" to EntryState(People.report.reference, Load.Ready(wholePanel)),
    "a panel of which some is changed, covered or not here" to EntryState(People.report.reference, Load.Ready(panelThatLacks)),
    "withdrawn" to EntryState(People.hematocrit.reference, Load.Ready(EntryUi(People.hematocrit))),
    "covered" to EntryState(People.covered.reference, Load.Ready(EntryUi(People.covered))),
    "not found" to EntryState("Observation/0", Load.Failed("Nothing found under that name")),
).map { (name, state) -> Sample("entry", name) { EntryScreen(state, {}) } }

private val hits = SearchUi(
    hits = listOf(
        HitUi(
            "Call the clinic about this one.",
            listOf("", "Call", " the ", "clinic", " about this one."),
            about = listOf("Observation/lab-1-potassium"),
        ),
        HitUi(People.potassium.title, listOf("Potassium: ", "call", " the ward"), line = People.potassium),
        HitUi("Discharge summary", listOf("…please ", "call", " the ", "clinic", " if…"), file = "summary.pdf"),
    ),
    restsOn = People.bases,
)

internal val SEARCH_STATES = listOf(
    "before anything is asked" to SearchState(),
    "found" to SearchState("clinic call", Load.Ready(hits)),
    "nothing found" to SearchState("zebra", Load.Ready(SearchUi(restsOn = People.offline))),
).map { (name, state) -> Sample("search", name) { SearchScreen(state, {}) } }
