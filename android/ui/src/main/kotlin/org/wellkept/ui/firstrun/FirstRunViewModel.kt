package org.wellkept.ui.firstrun

import kotlinx.coroutines.CoroutineScope
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.lock.UnlockWay
import kotlin.random.Random

/**
 * `done` is given the opened record once the kit was checked. `waiting`: a record that was made before, with nothing in it yet
 * and a kit that nobody checked.
 */
class FirstRunViewModel(
    private val door: Door,
    private val random: Random,
    private val done: (Health) -> Unit,
    scope: CoroutineScope,
    private val waiting: Health? = null,
) : ViewModel<FirstRunState, FirstRunEvent>(FirstRunState(if (waiting == null) FirstRunStep.Welcome else FirstRunStep.Unchecked()), scope) {
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
            is FirstRunEvent.KitTyped -> unchecked { copy(typed = event.text) }
            FirstRunEvent.CheckWholeKit -> checkWhole()
            is FirstRunEvent.AskAnew -> unchecked { copy(sure = event.asked) }
            FirstRunEvent.MakeAnew -> makeAnew()
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
        if (!right) return set { copy(step = step.copy(wrong = true)) }
        val made = health ?: return
        attempt({ set { copy(trouble = it.words) } }) {
            made.kitIsChecked()
            done(made)
        }
    }

    /** Only the record can tell whether these are its words: it is shut, and opened by them. */
    private fun checkWhole() {
        val step = now.step as? FirstRunStep.Unchecked ?: return
        if (step.checking || step.typed.isBlank()) return
        unchecked { copy(checking = true) }
        set { copy(trouble = null) }
        attempt(::stillUnchecked) {
            shut()
            val opened = door.open(UnlockWay.KIT, step.typed.trim())
            opened.kitIsChecked()
            done(opened)
        }
    }

    private fun makeAnew() {
        if ((now.step as? FirstRunStep.Unchecked)?.sure != true) return
        attempt(::stillUnchecked) {
            shut()
            door.erase()
            set { FirstRunState(FirstRunStep.Name) }
        }
    }

    private suspend fun shut() =
        try {
            waiting?.lock()
        } catch (_: HealthTrouble) {
            // It is shut already.
        }

    private fun stillUnchecked(trouble: HealthTrouble) {
        unchecked { copy(checking = false) }
        set { copy(trouble = trouble.words) }
    }

    private fun unchecked(change: FirstRunStep.Unchecked.() -> FirstRunStep.Unchecked) =
        set { if (step is FirstRunStep.Unchecked) copy(step = step.change()) else this }

    private companion object {
        const val ASKED = 2
    }
}
