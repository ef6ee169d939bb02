package org.wellkept.ui.firstrun

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.CollectionInfo
import androidx.compose.ui.semantics.CollectionItemInfo
import androidx.compose.ui.semantics.collectionInfo
import androidx.compose.ui.semantics.collectionItemInfo
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontFamily
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
import org.wellkept.ui.parts.Said
import org.wellkept.ui.parts.SecondButton
import org.wellkept.ui.parts.Small
import org.wellkept.ui.parts.Warning
import org.wellkept.ui.parts.part
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

@Composable
fun FirstRunScreen(
    state: FirstRunState,
    on: (FirstRunEvent) -> Unit,
) {
    val words = LocalWords.current
    Page(title = words(titleOf(state.step))) {
        state.trouble?.let { part { Failure(it) } }
        when (val step = state.step) {
            FirstRunStep.Welcome -> welcome(on, words)
            is FirstRunStep.Unchecked -> unchecked(step, on, words)
            FirstRunStep.Name -> name(state, on, words)
            FirstRunStep.Making -> part { Busy(words("first.making")) }
            is FirstRunStep.Kit -> kit(step, on, words)
            is FirstRunStep.Check -> check(step, on, words)
        }
    }
}

private fun titleOf(step: FirstRunStep): String =
    when (step) {
        FirstRunStep.Welcome -> "app.name"
        is FirstRunStep.Unchecked -> "first.unchecked.title"
        FirstRunStep.Name, FirstRunStep.Making -> "first.title"
        is FirstRunStep.Kit -> "first.kit.title"
        is FirstRunStep.Check -> "first.check.title"
    }

private fun LazyListScope.welcome(
    on: (FirstRunEvent) -> Unit,
    words: Words,
) = part {
    Body(words("first.welcome"))
    Body(words("first.welcome.offline"))
    Note(words("about.warning"))
    MainButton(words("first.begin"), { on(FirstRunEvent.Begin) })
    Small(words("first.no.portal"))
}

private fun LazyListScope.unchecked(
    step: FirstRunStep.Unchecked,
    on: (FirstRunEvent) -> Unit,
    words: Words,
) {
    part {
        Warning(words("first.unchecked"))
        if (step.checking) Busy(words("lock.opening"))
    }
    if (step.checking) return
    part {
        Heading(words("first.unchecked.have"))
        Field(words("lock.kit"), step.typed, { on(FirstRunEvent.KitTyped(it)) }, lines = 4, hint = words("lock.kit.hint"))
        MainButton(words("first.check.do"), { on(FirstRunEvent.CheckWholeKit) }, enabled = step.typed.isNotBlank())
    }
    part {
        Heading(words("first.unchecked.lost"))
        Body(words("first.unchecked.anew"))
        if (step.sure) {
            GraveButton(words("first.unchecked.sure"), { on(FirstRunEvent.MakeAnew) })
            PlainButton(words("cancel")) { on(FirstRunEvent.AskAnew(false)) }
        } else {
            SecondButton(words("first.unchecked.do"), { on(FirstRunEvent.AskAnew(true)) })
        }
    }
}

private fun LazyListScope.name(
    state: FirstRunState,
    on: (FirstRunEvent) -> Unit,
    words: Words,
) = part {
    Field(words("first.name"), state.name, { on(FirstRunEvent.Name(it)) }, hint = words("first.name.hint"))
    Field(
        words("first.passphrase"),
        state.passphrase,
        { on(FirstRunEvent.Passphrase(it)) },
        secret = true,
        hint = words("first.passphrase.hint", FirstRunState.SHORTEST),
    )
    Field(words("first.again"), state.again, { on(FirstRunEvent.Again(it)) }, secret = true)
    if (state.again.isNotEmpty() && state.again != state.passphrase) Said(words("first.differ"))
    MainButton(words("first.make"), { on(FirstRunEvent.Make) }, enabled = state.canMake)
}

private fun LazyListScope.kit(
    step: FirstRunStep.Kit,
    on: (FirstRunEvent) -> Unit,
    words: Words,
) = part {
    Body(words("first.kit"))
    Warning(words("first.kit.once"))
    Panel {
        Column(Modifier.semantics { collectionInfo = CollectionInfo(step.words.size, 1) }) {
            step.words.forEachIndexed { at, word ->
                Text(
                    "${at + 1}. $word",
                    Modifier.semantics { collectionItemInfo = CollectionItemInfo(at, 1, 0, 1) },
                    style = MaterialTheme.typography.bodyLarge,
                    fontFamily = FontFamily.Monospace,
                )
            }
        }
    }
    MainButton(words("first.kit.written"), { on(FirstRunEvent.Written) })
}

private fun LazyListScope.check(
    step: FirstRunStep.Check,
    on: (FirstRunEvent) -> Unit,
    words: Words,
) = part {
    Body(words("first.check"))
    step.asked.forEachIndexed { at, number ->
        Field(words("first.check.word", number), step.typed[at], { on(FirstRunEvent.Word(at, it)) })
    }
    if (step.wrong) Said(words("first.check.wrong"), bad = true)
    MainButton(words("first.check.do"), { on(FirstRunEvent.CheckKit) }, enabled = step.typed.all { it.isNotBlank() })
    PlainButton(words("first.check.show")) { on(FirstRunEvent.ShowKit) }
}
