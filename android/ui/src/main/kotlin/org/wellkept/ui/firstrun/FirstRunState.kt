package org.wellkept.ui.firstrun

import androidx.compose.runtime.Immutable

/** Making a record: a name and a passphrase, the kit shown once, the kit checked. No portal is needed to start. */
@Immutable
data class FirstRunState(
    val step: FirstRunStep = FirstRunStep.Welcome,
    val name: String = "",
    val passphrase: String = "",
    val again: String = "",
    val trouble: String? = null,
) {
    val tooShort: Boolean get() = passphrase.length < SHORTEST

    val canMake: Boolean get() = name.isNotBlank() && !tooShort && passphrase == again

    /** Holds secrets: never in a log. */
    override fun toString(): String = "FirstRunState(step=${step::class.simpleName})"

    companion object {
        const val SHORTEST = 10
    }
}

sealed interface FirstRunStep {
    data object Welcome : FirstRunStep

    /** The record was made before, and the app ended before its kit was checked. The kit cannot be shown again. */
    data class Unchecked(
        val typed: String = "",
        val checking: Boolean = false,
        val sure: Boolean = false,
    ) : FirstRunStep {
        override fun toString(): String = "Unchecked"
    }

    data object Name : FirstRunStep

    data object Making : FirstRunStep

    /** The 24 words, given once. */
    data class Kit(
        val words: List<String>,
    ) : FirstRunStep {
        override fun toString(): String = "Kit"
    }

    /** Two of the words are asked for, by their number (from 1). */
    data class Check(
        val words: List<String>,
        val asked: List<Int>,
        val typed: List<String>,
        val wrong: Boolean = false,
    ) : FirstRunStep {
        override fun toString(): String = "Check"
    }
}

sealed interface FirstRunEvent {
    data object Begin : FirstRunEvent

    data class Name(
        val text: String,
    ) : FirstRunEvent

    data class Passphrase(
        val text: String,
    ) : FirstRunEvent

    data class Again(
        val text: String,
    ) : FirstRunEvent

    data object Make : FirstRunEvent

    data object Written : FirstRunEvent

    data class Word(
        val at: Int,
        val text: String,
    ) : FirstRunEvent

    data object CheckKit : FirstRunEvent

    data object ShowKit : FirstRunEvent

    data class KitTyped(
        val text: String,
    ) : FirstRunEvent

    /** All the words, of a kit that was shown before. */
    data object CheckWholeKit : FirstRunEvent

    data class AskAnew(
        val asked: Boolean,
    ) : FirstRunEvent

    /** Another record with another kit, in the place of the one in which nothing is. */
    data object MakeAnew : FirstRunEvent
}
