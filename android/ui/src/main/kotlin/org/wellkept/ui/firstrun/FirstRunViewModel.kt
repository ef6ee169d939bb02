package org.wellkept.ui.firstrun

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import kotlin.random.Random

/** `done` is given the opened record once the kit was checked. */
class FirstRunViewModel(
    private val door: Door,
    private val random: Random,
    private val done: (Health) -> Unit,
    scope: CoroutineScope,
) : ViewModel<FirstRunState, FirstRunEvent>(FirstRunState(), scope) {
    private var health: Health? = null

    override fun on(event: FirstRunEvent) {
        when (event) {
            FirstRunEvent.Begin -> set { copy(step = FirstRunStep.Name) }
            is FirstRunEvent.Name -> set { copy(name = event.text) }
            is FirstRunEvent.Passphrase -> set { copy(passphrase = event.text) }
            is FirstRunEvent.Again -> set { copy(again = event.text) }
            FirstRunEvent.Make -> make()
            FirstRunEvent.Written -> (now.step as? FirstRunStep.Kit)?.let { ask(it.words) }
            is FirstRunEvent.Word -> type(event)
            FirstRunEvent.CheckKit -> check()
            FirstRunEvent.ShowKit -> (now.step as? FirstRunStep.Check)?.let { set { copy(step = FirstRunStep.Kit(it.words)) } }
        }
    }

    private fun make() {
        if (!now.canMake) return
        set { copy(step = FirstRunStep.Making, trouble = null) }
        attempt({ set { copy(step = FirstRunStep.Name, trouble = it.words) } }) {
            val made = door.make(now.name.trim(), now.passphrase)
            health = made.health
            set { copy(step = FirstRunStep.Kit(made.kit), passphrase = "", again = "") }
        }
    }

    private fun ask(words: List<String>) {
        val asked = words.indices
            .shuffled(random)
            .take(ASKED)
            .sorted()
            .map { it + 1 }
        set { copy(step = FirstRunStep.Check(words, asked, asked.map { "" })) }
    }

    private fun type(event: FirstRunEvent.Word) {
        val step = now.step as? FirstRunStep.Check ?: return
        val typed = step.typed.mapIndexed { at, text -> if (at == event.at) event.text else text }
        set { copy(step = step.copy(typed = typed, wrong = false)) }
    }

    private fun check() {
        val step = now.step as? FirstRunStep.Check ?: return
        val right = step.asked.zip(step.typed).all { (number, typed) -> step.words[number - 1] == typed.trim().lowercase() }
        if (right) health?.let(done) else set { copy(step = step.copy(wrong = true)) }
    }

    private companion object {
        const val ASKED = 2
    }
}
