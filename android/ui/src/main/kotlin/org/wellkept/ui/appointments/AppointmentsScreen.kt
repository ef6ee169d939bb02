package org.wellkept.ui.appointments

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.AppointmentRow
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun AppointmentsScreen(
    state: AppointmentsState,
    on: (AppointmentsEvent) -> Unit,
    bottom: @Composable () -> Unit = {},
) {
    val words = LocalWords.current
    Page(title = words("appointments.title"), bottom = bottom) {
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> appointments(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.appointments(
    state: AppointmentsState,
    view: AppointmentsUi,
    on: (AppointmentsEvent) -> Unit,
    words: Words,
) {
    part {
        view.notices.forEach { Warning(words.core(it)) }
        if (view.restsOn.isNotEmpty()) MainButton(words("booking.title"), { on(AppointmentsEvent.Open(Route.Booking())) })
        if (view.groups.isEmpty()) Body(words("list.empty", words("appointments.title")))
    }
    view.groups.forEach { group ->
        part {
            Heading(words("list.group", words.core(group.heading), group.appointments.size))
            group.note?.let { Small(words.core(it)) }
        }
        group.appointments.forEach { one ->
            part { AppointmentRow(one) { on(AppointmentsEvent.Open(Route.Day(one.line.reference))) } }
        }
    }
    part {
        state.said.forEach { Said(words.core(it)) }
        state.trouble?.let { Said(words.core(it), bad = true) }
        if (view.groups.isNotEmpty()) SecondButton(words("appointments.calendar"), { on(AppointmentsEvent.Calendar) })
        if (view.leftOut > 0) Note(words.count("list.left.out", view.leftOut))
        if (view.covered > 0 && !state.revealed) {
            Note(words.count("list.covered", view.covered))
            SecondButton(words("list.reveal"), { on(AppointmentsEvent.Reveal) })
        }
        RestsOn(view.restsOn, view.lacks)
    }
}
