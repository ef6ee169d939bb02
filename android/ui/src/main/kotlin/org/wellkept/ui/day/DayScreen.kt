package org.wellkept.ui.day

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.app.Route
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.AppointmentWords
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.GraveButton
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.LineRow
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.RestsOn
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun DayScreen(
    state: DayState,
    on: (DayEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("day.title"), back = { on(DayEvent.Back) }) {
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> day(state, load.value, on, words)
        }
    }
}

private fun LazyListScope.day(
    state: DayState,
    day: DayUi,
    on: (DayEvent) -> Unit,
    words: Words,
) {
    part {
        day.notices.forEach { Warning(words.core(it)) }
        Panel { AppointmentWords(day.appointment) }
        state.said.forEach { Said(words.core(it)) }
        state.trouble?.let { Said(words.core(it), bad = true) }
        if (day.appointment.line.covered != null) SecondButton(words("entry.reveal"), { on(DayEvent.Reveal) })
    }
    places(day, words)
    preparation(day, words)
    with(day, on, words)
    part {
        day.notHeld.forEach { Note(words.core(it)) }
        RestsOn(day.restsOn, emptyList())
    }
    acts(state, day, on, words)
}

private fun LazyListScope.places(
    day: DayUi,
    words: Words,
) {
    if (day.places.isEmpty()) return
    part {
        Heading(words("day.where"))
        day.places.forEach { place ->
            Panel {
                Body(place.name)
                (place.addresses + place.contacts + place.about).forEach { Small(it) }
            }
        }
    }
}

private fun LazyListScope.preparation(
    day: DayUi,
    words: Words,
) = part {
    Heading(words("day.prepare"))
    if (day.preparation.isEmpty()) Small(words("day.prepare.none"))
    day.preparation.forEach { (from, text) ->
        Panel {
            Small(words.core(from))
            Body(text)
        }
    }
}

private fun LazyListScope.with(
    day: DayUi,
    on: (DayEvent) -> Unit,
    words: Words,
) {
    if (day.linked.isNotEmpty()) {
        part {
            Heading(words("day.linked"))
            day.linked.forEach { one ->
                if (one.held) {
                    WayRow(one.title, { on(DayEvent.Open(Route.Entry(one.reference))) })
                } else {
                    Small(words("day.linked.not.held", one.title))
                }
            }
        }
    }
    if (day.coverage.isNotEmpty()) {
        part { Heading(words("day.cards")) }
        day.coverage.forEach { line -> part { LineRow(line) { on(DayEvent.Open(Route.Entry(line.reference))) } } }
    }
}

private fun LazyListScope.acts(
    state: DayState,
    day: DayUi,
    on: (DayEvent) -> Unit,
    words: Words,
) = part {
    SecondButton(words("day.calendar"), { on(DayEvent.Calendar) })
    if (day.appointment.held != null) SecondButton(words("outbox.see"), { on(DayEvent.Open(Route.Outbox)) })
    if (!day.canChange) return@part
    if (state.cancelling) {
        Panel {
            Warning(words("day.cancel.sure"))
            Field(words("day.cancel.reason"), state.reason, { on(DayEvent.Reason(it)) })
            GraveButton(words("day.cancel"), { on(DayEvent.Cancel) })
            PlainButton(words("day.keep")) { on(DayEvent.AskCancel(false)) }
        }
    } else {
        SecondButton(words("day.move"), { on(DayEvent.Move) })
        SecondButton(words("day.cancel"), { on(DayEvent.AskCancel(true)) })
    }
}
