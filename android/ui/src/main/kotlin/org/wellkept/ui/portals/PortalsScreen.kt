package org.wellkept.ui.portals

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.GraveButton
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.slot

@Composable
fun PortalsScreen(
    state: PortalsState,
    on: (PortalsEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("portals.title"), back = { on(PortalsEvent.Back) }) {
        part {
            if (state.syncing) Busy(words("sync.busy"))
            state.said.forEach { Said(words.core(it)) }
        }
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> portals(state, load.value, on, words)
        }
        part {
            MainButton(words("connect.title"), { on(PortalsEvent.Connect) })
            SecondButton(words("sync.now"), { on(PortalsEvent.Sync) }, enabled = !state.syncing)
        }
    }
}

private fun LazyListScope.portals(
    state: PortalsState,
    portals: List<PortalUi>,
    on: (PortalsEvent) -> Unit,
    words: Words,
) {
    if (portals.isEmpty()) part { Body(words("portals.empty")) }
    portals.forEach { portal ->
        part { Panel { PortalWords(portal, state.leaving == portal.name, on) } }
    }
}

@Composable
private fun PortalWords(
    portal: PortalUi,
    leaving: Boolean,
    on: (PortalsEvent) -> Unit,
) {
    val words = LocalWords.current
    Heading(portal.name)
    Small(portal.address)
    Body(portal.asOf?.let { words("portals.as.of", words.dates.moment(it)) } ?: words("portals.never"))
    if (portal.signInAgain) {
        Warning(words("portals.sign.in"))
        MainButton(words("portals.sign.in.now"), { on(PortalsEvent.Connect) })
    }
    untilWords(portal, words).forEach { Small(it) }
    Refused(portal)
    Given(portal)
    if (leaving) {
        Warning(words("portals.leave.sure", portal.name))
        GraveButton(words("portals.leave"), { on(PortalsEvent.Leave(portal.name)) })
        PlainButton(words("cancel")) { on(PortalsEvent.AskLeave(null)) }
    } else if (portal.ended == null) {
        PlainButton(words("portals.leave")) { on(PortalsEvent.AskLeave(portal.name)) }
    }
}

private fun untilWords(
    portal: PortalUi,
    words: Words,
): List<String> {
    val ended = portal.ended
    if (ended != null) return listOf(words("portals.ended", words.dates.moment(ended)))
    val until = portal.ends?.let { words("portals.until", words.dates.moment(it)) } ?: words("portals.until.unknown")
    return listOf(words("portals.connected", words.dates.day(portal.connected)), until)
}

@Composable
private fun Refused(portal: PortalUi) {
    val words = LocalWords.current
    if (portal.refused.isNotEmpty()) Warning(words.count("portals.refused", portal.refused.size.toLong()))
    portal.refused.forEach { Small(words("basis.refused", words.slot(it.what), words.core(it.reason))) }
    portal.setAside.forEach { (reason, count) -> Small(words.count("portals.set.aside", count, words.core(reason))) }
    if (portal.unfollowed.isNotEmpty()) {
        Small(words.count("portals.unfollowed", portal.unfollowed.size.toLong()))
        portal.unfollowed.forEach { Small(words("portals.unfollowed.line", words.slot(it.what), words.core(it.reason))) }
    }
}

@Composable
private fun Given(portal: PortalUi) {
    val words = LocalWords.current
    var open by rememberSaveable(portal.name) { mutableStateOf(false) }
    if (portal.given.isEmpty()) return
    PlainButton(words(if (open) "portals.given.close" else "portals.given")) { open = !open }
    if (open) {
        portal.given.forEach { given ->
            Small(
                given.count?.let { words.count("portals.given.count", it, words.slot(given.what)) }
                    ?: words("portals.given.read", words.slot(given.what)),
            )
        }
    }
}
