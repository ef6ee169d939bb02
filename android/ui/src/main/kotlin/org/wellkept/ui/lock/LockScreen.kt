package org.wellkept.ui.lock

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.wellkept.ui.parts.Body
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Field
import org.wellkept.ui.parts.GraveButton
import org.wellkept.ui.parts.MainButton
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.PlainButton
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun LockScreen(
    state: LockState,
    on: (LockEvent) -> Unit,
) {
    val words = LocalWords.current
    val kit = state.way == UnlockWay.KIT
    Page(title = words("lock.title")) {
        if (state.erasing != null) return@Page erasing(state.erasing, on, words)
        part {
            Body(words("lock.what"))
            state.trouble?.let { Failure(it) }
            if (state.opening) return@part Busy(words("lock.opening"))
            if (state.byDevice) SecondButton(words("lock.by.device"), { on(LockEvent.ByDevice) })
            Field(
                words(if (kit) "lock.kit" else "first.passphrase"),
                state.typed,
                { on(LockEvent.Typed(it)) },
                secret = !kit,
                lines = if (kit) 4 else 1,
                done = { on(LockEvent.Unlock) },
            )
            MainButton(words("lock.open"), { on(LockEvent.Unlock) }, enabled = state.typed.isNotBlank())
            val other = if (kit) UnlockWay.PASSPHRASE else UnlockWay.KIT
            PlainButton(words(if (kit) "lock.use.passphrase" else "lock.use.kit")) { on(LockEvent.Way(other)) }
            if (kit) Small(words("lock.kit.hint"))
            if (kit) PlainButton(words("lock.lost")) { on(LockEvent.LostBoth(words("lock.lost.word"))) }
        }
    }
}

private fun LazyListScope.erasing(
    erasing: Erasing,
    on: (LockEvent) -> Unit,
    words: Words,
) = part {
    if (erasing.underWay) return@part Busy(words("take.erasing"))
    Warning(words("lock.lost.what"))
    Body(words("lock.lost.anew"))
    Field(words("lock.lost.type", erasing.word), erasing.typed, { on(LockEvent.TypedToErase(it)) })
    GraveButton(words("take.erase.do"), { on(LockEvent.Erase) }, enabled = erasing.meant)
    PlainButton(words("cancel")) { on(LockEvent.LostBoth(null)) }
}
