package org.wellkept.ui.takeaway

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.GraveButton
import org.wellkept.ui.parts.Heading
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Note
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.Panel
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun TakeAwayScreen(
    state: TakeAwayState,
    on: (TakeAwayEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words("take.title"), back = { on(TakeAwayEvent.Back) }) {
        state.trouble?.let { part { Failure(it) } }
        when (val step = state.step) {
            TakeAwayStep.Choose -> choose(on, words)
            is TakeAwayStep.Writing -> part { Busy(words("take.writing", words.core(step.doing), step.done, step.all)) }
            is TakeAwayStep.Written -> written(step, on, words)
            TakeAwayStep.SureErase -> sure(state, on, words)
            TakeAwayStep.Erasing -> part { Busy(words("take.erasing")) }
        }
    }
}

private fun LazyListScope.choose(
    on: (TakeAwayEvent) -> Unit,
    words: Words,
) {
    part {
        Heading(words("take.export"))
        Body(words("take.export.what"))
        Warning(words("take.export.open"))
        MainButton(words("take.export.do"), { on(TakeAwayEvent.Export) })
    }
    part {
        Heading(words("take.erase"))
        Body(words("take.erase.what"))
        SecondButton(words("take.erase.do"), { on(TakeAwayEvent.AskErase) })
    }
}

private fun LazyListScope.written(
    step: TakeAwayStep.Written,
    on: (TakeAwayEvent) -> Unit,
    words: Words,
) = part {
    Heading(words("take.written"))
    Panel {
        Body(words.count("take.written.entries", step.entries))
        Body(words.count("take.written.files", step.files))
        Small(step.where)
        Small(words("take.digest", step.digest))
    }
    if (step.notHeld > 0) Note(words.count("take.not.held", step.notHeld))
    MainButton(words("done"), { on(TakeAwayEvent.Back) })
}

private fun LazyListScope.sure(
    state: TakeAwayState,
    on: (TakeAwayEvent) -> Unit,
    words: Words,
) = part {
    Warning(words("take.erase.sure"))
    Field(words("take.erase.type", state.holder), state.typed, { on(TakeAwayEvent.Typed(it)) })
    GraveButton(words("take.erase.do"), { on(TakeAwayEvent.Erase) }, enabled = state.typed.trim() == state.holder)
    PlainButton(words("cancel")) { on(TakeAwayEvent.Cancel) }
}
