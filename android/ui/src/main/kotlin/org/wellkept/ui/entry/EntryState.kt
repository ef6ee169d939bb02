package org.wellkept.ui.entry

import androidx.compose.runtime.Immutable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.Load

@Immutable
data class EntryState(
    val reference: String,
    val load: Load<EntryUi> = Load.Loading,
    val revealed: Boolean = false,
    val note: String = "",
    val asking: Asking? = null,
    val words: String = "",
    val said: List<String> = emptyList(),
    val trouble: String? = null,
)

/** What a person is about to ask a portal for. */
enum class Asking { REFILL, CORRECTION }

/** One entry in full. */
@Immutable
data class EntryUi(
    val line: LineUi,
    val results: List<ResultUi> = emptyList(),
    /** How many more it names than are told. */
    val resultsLeftOut: Long = 0,
    val everything: List<PartUi> = emptyList(),
    val files: List<FileUi> = emptyList(),
    val notes: List<NoteUi> = emptyList(),
    val referredToBy: List<Pair<String, String>> = emptyList(),
    val history: List<RevisionUi> = emptyList(),
) {
    val canRefill: Boolean get() = line.type == "MedicationRequest" && line.covered == null
}

/** A result that a report or a group holds: what a group among them holds follows it, one deeper. */
@Immutable
data class ResultUi(
    val depth: Int,
    val named: NamedUi,
)

/** A result, by where it is. */
sealed interface NamedUi {
    /** An entry of its own. */
    data class Entry(
        val line: LineUi,
    ) : NamedUi

    /** A part of the entry, without a page of its own. */
    data class Within(
        val title: String,
        val value: String?,
        val ranges: List<String> = emptyList(),
        val flag: Flag = Flag.NOT_STATED,
        val flagText: String? = null,
        val notices: List<String> = emptyList(),
    ) : NamedUi

    /** Named, and not in this record: why, in one sentence. */
    data class NotHere(
        val title: String,
        val because: String,
    ) : NamedUi
}

@Immutable
data class PartUi(
    val depth: Int,
    val label: String,
    val text: String,
)

/** A file of an entry, and how it stands. */
@Immutable
data class FileUi(
    val number: Int,
    val title: String?,
    val state: FileStanding,
    val detail: String? = null,
)

enum class FileStanding { HELD, INLINE, ON_DEMAND, REFUSED, ELSEWHERE, TOO_LARGE, FAILED }

@Immutable
data class NoteUi(
    val id: String,
    val versions: List<String?>,
    val written: Long,
    val about: List<String> = emptyList(),
    val covered: Boolean = false,
)

/** One revision: a row of the table of what was seen. */
@Immutable
data class RevisionUi(
    val seen: Long,
    val portals: List<String>,
    val value: String?,
    val status: String?,
    val held: Boolean,
    val current: Boolean,
)

sealed interface EntryEvent {
    data object Back : EntryEvent

    data object Reveal : EntryEvent

    data object Hide : EntryEvent

    data object Retry : EntryEvent

    data class Note(
        val text: String,
    ) : EntryEvent

    data object KeepNote : EntryEvent

    data class Ask(
        val what: Asking?,
    ) : EntryEvent

    data class AskWords(
        val text: String,
    ) : EntryEvent

    data object SendAsk : EntryEvent

    data class OpenFile(
        val number: Int,
    ) : EntryEvent

    data class Open(
        val route: Route,
    ) : EntryEvent
}
