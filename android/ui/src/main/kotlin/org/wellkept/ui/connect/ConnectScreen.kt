package org.wellkept.ui.connect

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.entry.FieldTable
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
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
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.WayRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.field

@Composable
fun ConnectScreen(
    state: ConnectState,
    on: (ConnectEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("connect.title"), back = { on(ConnectEvent.Back) }) {
        state.trouble?.let { part { Failure(it) } }
        when (val step = state.step) {
            ConnectStep.Find -> find(state, on, words)
            is ConnectStep.Check -> check(state, step, on, words)
            ConnectStep.Asking -> part { Busy(words("connect.asking")) }
            is ConnectStep.Browser -> browser(step, on, words)
            is ConnectStep.Unsure -> unsure(step, on, words)
            is ConnectStep.AnotherPerson -> another(step, on, words)
            is ConnectStep.Connected -> connected(step, on, words)
        }
    }
}

private fun LazyListScope.find(
    state: ConnectState,
    on: (ConnectEvent) -> Unit,
    words: Words,
) {
    part {
        if (state.noList) {
            Note(words("connect.no.list"))
        } else {
            Field(words("connect.search"), state.query, { on(ConnectEvent.Query(it)) }, hint = words("connect.search.hint"))
            if (state.searched && state.found.isEmpty()) Body(words("connect.none"))
        }
        state.found.forEach { way ->
            WayRow(way.organisation, { on(ConnectEvent.Choose(way.organisation, way.address)) }, note = wayWords(way, words))
        }
        if (state.more) Small(words("connect.more"))
        state.listAsOf?.let { Small(words("connect.list.as.of", words.core(it))) }
    }
    part {
        Heading(words("connect.by.address"))
        Field(words("connect.address"), state.address, { on(ConnectEvent.Address(it)) }, hint = words("connect.address.hint"))
        SecondButton(
            words("connect.go"),
            { on(ConnectEvent.Choose(null, state.address.trim())) },
            enabled = state.address.isNotBlank(),
        )
    }
    listPart(state, on, words)
}

private fun wayWords(
    way: WayInUi,
    words: Words,
): String {
    val through = way.through?.let { words("connect.through", it) }
    val unread = if (way.readable) null else words("connect.not.readable")
    return listOfNotNull(way.portal, way.place, through, unread).joinToString(" · ")
}

private fun LazyListScope.check(
    state: ConnectState,
    step: ConnectStep.Check,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    step.name?.let { Heading(it) }
    Body(words("connect.check"))
    Panel { Body(step.address) }
    Small(words("connect.browser.will"))
    Field(words("connect.client"), state.clientId, { on(ConnectEvent.ClientId(it)) }, hint = words("connect.client.hint"))
    MainButton(words("connect.sign.in"), { on(ConnectEvent.SignIn) })
    PlainButton(words("cancel")) { on(ConnectEvent.GiveUp) }
}

private fun LazyListScope.browser(
    step: ConnectStep.Browser,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    step.readingOnly?.let { Note(words("connect.reading.only", words.core(it))) }
    Busy(words("connect.in.browser"))
    Small(words("connect.in.browser.more"))
    SecondButton(words("connect.stop"), { on(ConnectEvent.GiveUp) })
}

private fun LazyListScope.unsure(
    step: ConnectStep.Unsure,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    Warning(words("connect.unsure"))
    Panel { step.because.forEach { Body(words.core(it)) } }
    Small(words("connect.nothing.taken"))
    MainButton(words("connect.same.person"), { on(ConnectEvent.SamePerson) })
    SecondButton(words("connect.not.same"), { on(ConnectEvent.GiveUp) })
}

private fun LazyListScope.another(
    step: ConnectStep.AnotherPerson,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    Warning(words("connect.another"))
    Panel { step.because.forEach { Body(words.core(it)) } }
    Small(words("connect.nothing.taken"))
    MainButton(words("connect.start.again"), { on(ConnectEvent.GiveUp) })
}

private fun LazyListScope.connected(
    step: ConnectStep.Connected,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("connect.done", step.portal))
    Body(words("connect.done.patient", step.patient))
    if (step.fields.isNotEmpty()) FieldTable(step.fields.map { words.core(it.label) to words.field(it.label, it.text) })
    step.because.forEach { Small(words.core(it)) }
    Small(step.ends?.let { words("portals.until", words.dates.moment(it)) } ?: words("portals.until.unknown"))
    if (step.reading) Busy(words("connect.reading"))
    step.said.forEach { Note(words.core(it)) }
    if (step.mayAskNotices) {
        Panel {
            Body(words("notices.ask"))
            Small(words("notices.what"))
            SecondButton(words("notices.yes"), { on(ConnectEvent.AllowNotices(true)) })
            PlainButton(words("notices.no")) { on(ConnectEvent.AllowNotices(false)) }
        }
    }
    MainButton(words("connect.see"), { on(ConnectEvent.Done) })
}
