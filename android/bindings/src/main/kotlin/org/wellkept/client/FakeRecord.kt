package org.wellkept.client

import kotlinx.coroutines.flow.MutableStateFlow
import org.wellkept.bindings.AppointmentsView
import org.wellkept.bindings.DayCard
import org.wellkept.bindings.Draft
import org.wellkept.bindings.Filter
import org.wellkept.bindings.FreeTimes
import org.wellkept.bindings.Hidden
import org.wellkept.bindings.Line
import org.wellkept.bindings.ListKind
import org.wellkept.bindings.NoteView
import org.wellkept.bindings.OpenedFile
import org.wellkept.bindings.OutboxItem
import org.wellkept.bindings.PartsView
import org.wellkept.bindings.Query
import org.wellkept.bindings.Recipients
import org.wellkept.bindings.RecordStatus
import org.wellkept.bindings.Screen
import org.wellkept.bindings.Shown
import org.wellkept.bindings.ThreadView
import org.wellkept.bindings.ThreadsView

/** What a [FakeHealthClient] holds. A test sets it before and while it runs; flows follow it. */
data class FakeRecord(
    val lists: Map<ListKind, Screen> = emptyMap(),
    val entries: Map<String, Shown> = emptyMap(),
    val threads: ThreadsView = Samples.threads(),
    val thread: Map<String, ThreadView> = emptyMap(),
    val outbox: List<OutboxItem> = emptyList(),
    val appointments: AppointmentsView = Samples.appointments(),
    val cards: Map<String, DayCard> = emptyMap(),
    val status: RecordStatus = Samples.status(emptyList()),
    val notes: List<NoteView> = emptyList(),
    val hidden: List<Hidden> = emptyList(),
    val parts: PartsView = Samples.parts(),
    val drafts: List<Draft> = emptyList(),
    val recipients: Map<String, Recipients> = emptyMap(),
    val freeTimes: Map<String, FreeTimes> = emptyMap(),
    val files: Map<String, List<OpenedFile>> = emptyMap(),
    val largestFiles: Long = 700_000,
) {
    /** The list that a query asks for; one that was not set is empty. */
    fun screen(query: Query): Screen {
        val held = lists[query.list] ?: Samples.screen(query.list.name.lowercase(), emptyList())
        val groups = held.groups.map { group -> group.copy(lines = group.lines.filter { query.filter.takes(it) }) }
        val limit = query.filter.limit?.toInt() ?: Int.MAX_VALUE
        var room = limit
        val cut =
            groups.map { group ->
                group.copy(lines = group.lines.take(room)).also { room -= it.lines.size }
            }
        return held.copy(
            groups = cut.filter { it.lines.isNotEmpty() },
            unread = cut.sumOf { group -> group.lines.count { it.unread } }.toULong(),
        )
    }

    /** Every line of every list, each once. */
    fun lines(): List<Line> = lists.values.flatMap { it.groups }.flatMap { it.lines }.distinctBy { it.reference }

    /** Changes every line of this name, wherever it stands. */
    fun withLines(change: (Line) -> Line) =
        copy(
            lists =
                lists.mapValues { (_, screen) ->
                    screen.copy(groups = screen.groups.map { it.copy(lines = it.lines.map(change)) })
                },
            entries = entries.mapValues { (_, shown) -> shown.copy(line = change(shown.line)) },
        )

    private fun Filter.takes(line: Line) =
        (!unread || line.unread) &&
            (portal == null || portal in line.portals) &&
            (code == null || line.title.contains(code, ignoreCase = true))
}

/** Changes what is held, as one step. */
fun MutableStateFlow<FakeRecord>.change(with: FakeRecord.() -> FakeRecord) {
    value = value.with()
}
