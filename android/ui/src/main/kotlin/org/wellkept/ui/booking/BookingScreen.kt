package org.wellkept.ui.booking

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.ChoiceRow
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun BookingScreen(
    state: BookingState,
    on: (BookingEvent) -> Unit,
) {
    val words = LocalWords.current
    val title = words(if (state.moving) "booking.move" else "booking.title")
    Page(title = title, back = { on(BookingEvent.Back) }) {
        state.trouble?.let { part { Failure(it) } }
        when (val step = state.step) {
            BookingStep.Portal -> portal(state, on, words)
            BookingStep.Looking -> part { Busy(words("booking.looking", state.portal.orEmpty())) }
            is BookingStep.Times -> times(state, step, on, words)
            is BookingStep.Confirm -> confirm(state, step, on, words)
            BookingStep.Ask -> ask(state, on, words)
            is BookingStep.Queued -> queued(step, on, words)
        }
        if (state.saved && (state.step == BookingStep.Portal || state.step == BookingStep.Ask)) {
            part {
                Small(words("draft.kept"))
                PlainButton(words("draft.drop")) { on(BookingEvent.Discard) }
            }
        }
    }
}

private fun LazyListScope.portal(
    state: BookingState,
    on: (BookingEvent) -> Unit,
    words: Words,
) {
    if (state.portals.isEmpty()) return part { Body(words("compose.no.portal")) }
    part {
        Heading(words("booking.where"))
        state.portals.forEach { name -> ChoiceRow(name, name == state.portal, { on(BookingEvent.Portal(name)) }) }
    }
    if (state.people.isNotEmpty()) part { People(state, on, words) }
    part {
        Field(words("booking.from"), state.from, { on(BookingEvent.From(it)) }, hint = words("booking.from.hint"))
        Field(words("booking.until"), state.until, { on(BookingEvent.Until(it)) }, hint = words("booking.until.hint"))
        Field(words("booking.service"), state.service, { on(BookingEvent.Service(it)) }, hint = words("booking.service.hint"))
        MainButton(words("booking.find"), { on(BookingEvent.Find) }, enabled = state.portal != null)
        if (!state.moving) SecondButton(words("booking.ask"), { on(BookingEvent.AskInstead) }, enabled = state.portal != null)
    }
}

/** At first only some of them are shown, and always the one who was chosen. */
@Composable
private fun People(
    state: BookingState,
    on: (BookingEvent) -> Unit,
    words: Words,
) {
    Heading(words("booking.with"))
    ChoiceRow(words("booking.with.anybody"), state.with == null, { on(BookingEvent.With(null)) })
    val first = state.people.filterIndexed { at, who -> state.allPeople || at < FIRST || who.reference == state.with }
    first.forEach { who ->
        val note = (listOfNotNull(words("compose.care.team").takeIf { who.inCareTeam }) + who.roles).joinToString(" · ")
        ChoiceRow(who.name, who.reference == state.with, { on(BookingEvent.With(who.reference)) }, note = note.ifEmpty { null })
    }
    if (first.size < state.people.size) PlainButton(words("booking.with.more")) { on(BookingEvent.AllPeople) }
}

private const val FIRST = 5

private fun LazyListScope.times(
    state: BookingState,
    step: BookingStep.Times,
    on: (BookingEvent) -> Unit,
    words: Words,
) {
    part {
        step.notices.forEach { Note(words.core(it)) }
        if (step.times.isEmpty()) Body(words("booking.no.times"))
        Small(words("booking.seen", words.dates.moment(step.seen)))
    }
    step.times.groupBy { it.day }.forEach { (day, times) ->
        part { if (day != null) Heading(words.core(day)) }
        times.forEach { time ->
            part {
                val note = time.shown.joinToString(" · ").ifEmpty { null }
                val clock = time.words.removePrefix(day.orEmpty()).trim()
                WayRow(words.core(clock), { on(BookingEvent.Choose(time)) }, note = note)
            }
        }
    }
    part {
        if (step.more) SecondButton(words("booking.more"), { on(BookingEvent.More) })
        Places(state, step, on, words)
        if (step.mayAsk) MainButton(words("booking.ask"), { on(BookingEvent.AskInstead) })
        SecondButton(words("booking.change"), { on(BookingEvent.Change) })
    }
}

@Composable
private fun Places(
    state: BookingState,
    step: BookingStep.Times,
    on: (BookingEvent) -> Unit,
    words: Words,
) {
    val at = state.at
    if (at == null && step.places.size < 2) return
    Heading(words("booking.at"))
    if (at != null) {
        Body(words("booking.at.only", at.name))
        SecondButton(words("booking.at.anywhere"), { on(BookingEvent.At(null)) })
    } else {
        step.places.forEach { place -> SecondButton(place.name, { on(BookingEvent.At(place)) }) }
    }
}

private fun LazyListScope.confirm(
    state: BookingState,
    step: BookingStep.Confirm,
    on: (BookingEvent) -> Unit,
    words: Words,
) = part {
    Heading(words(if (state.moving) "booking.move.this" else "booking.this"))
    Panel {
        Body(words.core(step.time.words))
        step.time.shown.forEach { Small(it) }
        Small(state.portal.orEmpty())
    }
    Field(words("booking.reason"), state.reason, { on(BookingEvent.Reason(it)) })
    Small(words("booking.only.this"))
    MainButton(words("booking.book"), { on(BookingEvent.Book) })
    PlainButton(words("booking.other")) { on(BookingEvent.Again) }
}

private fun LazyListScope.ask(
    state: BookingState,
    on: (BookingEvent) -> Unit,
    words: Words,
) = part {
    Body(words("booking.ask.how", state.portal.orEmpty()))
    Field(words("booking.reason"), state.reason, { on(BookingEvent.Reason(it)) }, lines = 2)
    Field(words("booking.from"), state.from, { on(BookingEvent.From(it)) }, hint = words("booking.day.hint"))
    Field(words("booking.until"), state.until, { on(BookingEvent.Until(it)) }, hint = words("booking.day.hint"))
    MainButton(words("booking.ask"), { on(BookingEvent.SendAsk) }, enabled = state.reason.isNotBlank())
    PlainButton(words("cancel")) { on(BookingEvent.Again) }
}

private fun LazyListScope.queued(
    step: BookingStep.Queued,
    on: (BookingEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("booking.queued"))
    step.advice.forEach { Note(words.core(it)) }
    MainButton(words("outbox.see"), { on(BookingEvent.Done) })
}
