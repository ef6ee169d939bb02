package org.wellkept.ui.hidden

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.model.Load
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.ToggleRow
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun HiddenScreen(
    state: HiddenState,
    on: (HiddenEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("hidden.title"), back = { on(HiddenEvent.Back) }) {
        part {
            Body(words("hidden.what"))
            Small(words("hidden.critical"))
            state.trouble?.let { Failure(it) }
        }
        when (val load = state.load) {
            Load.Loading -> part { Busy() }
            is Load.Failed -> part { Failure(load.why) }
            is Load.Ready -> hidden(load.value, on, words)
        }
    }
}

private fun LazyListScope.hidden(
    hidden: List<HiddenUi>,
    on: (HiddenEvent) -> Unit,
    words: Words,
) {
    part {
        Heading(words("hidden.care"))
        HiddenState.CARE.forEach { name ->
            val held = hidden.find { it.kind == HiddenKind.CATEGORY && it.name == name }
            ToggleRow(
                words("care.$name"),
                held != null,
                { if (held == null) on(HiddenEvent.HideCare(name)) else on(HiddenEvent.Reveal(held)) },
            )
        }
    }
    val others = hidden.filter { it.kind != HiddenKind.CATEGORY }
    part {
        Heading(words("hidden.others"))
        if (others.isEmpty()) Small(words("hidden.others.none"))
        others.forEach { one ->
            Panel {
                Body(words.core(one.words))
                Small(words("hidden.since", words.dates.moment(one.since)))
                SecondButton(words("hidden.reveal"), { on(HiddenEvent.Reveal(one)) })
            }
        }
        if (hidden.isNotEmpty()) SecondButton(words("hidden.reveal.all"), { on(HiddenEvent.RevealAll) })
    }
}
