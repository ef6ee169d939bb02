package org.wellkept.ui.connect

import androidx.compose.foundation.lazy.LazyListScope
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.Words

/** Taking a published list of portals in: a file, or an address. */
internal fun LazyListScope.listPart(
    state: ConnectState,
    on: (ConnectEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("connect.list"))
    when (val list = state.list) {
        ListStep.Shut -> {
            SecondButton(words(if (state.noList) "connect.list.get" else "connect.list.newer"), { on(ConnectEvent.OpenList) })
        }

        is ListStep.Reading -> {
            Busy(readingWords(list, words))
            PlainButton(words("connect.list.stop")) { on(ConnectEvent.StopList) }
        }

        is ListStep.Open -> {
            list.taken?.let { taken ->
                Said(words.count("connect.list.taken", taken.organisations))
                if (taken.leftOut > 0) Small(words.count("connect.list.left", taken.leftOut))
            }
            list.trouble?.let { Said(troubleWords(it, words), bad = true) }
            Body(words("connect.list.what"))
            SecondButton(words("connect.list.pick"), { on(ConnectEvent.PickList) })
            Field(
                words("connect.list.address"),
                state.listAddress,
                { on(ConnectEvent.ListAddress(it)) },
                hint = words("connect.list.address.hint"),
            )
            SecondButton(words("connect.list.fetch"), { on(ConnectEvent.FetchList) }, enabled = state.listAddress.isNotBlank())
        }
    }
}

private const val MEGA = 1_000_000L

private fun readingWords(
    list: ListStep.Reading,
    words: Words,
): String {
    val all = list.all
    return when {
        list.done == 0L -> words("connect.list.reading")
        all == null -> words("connect.list.so.far", list.done / MEGA)
        else -> words("connect.list.of", list.done / MEGA, all / MEGA)
    }
}

private fun troubleWords(
    trouble: ListTrouble,
    words: Words,
): String =
    when (trouble) {
        is ListTrouble.Said -> words.core(trouble.words)
        is ListTrouble.Moved -> words("connect.list.moved", trouble.to)
        is ListTrouble.Refused -> words("connect.list.refused", trouble.status)
        ListTrouble.NotSecure -> words("connect.list.not.secure")
        ListTrouble.TooLarge -> words("connect.list.too.large")
        ListTrouble.NotReached -> words("connect.list.not.reached")
        ListTrouble.Unreadable -> words("connect.list.unreadable")
    }
