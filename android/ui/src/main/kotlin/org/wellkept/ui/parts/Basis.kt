package org.wellkept.ui.parts

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.slot

/** What a view rests on and what it lacks: always drawn, under every list. */
@Composable
fun RestsOn(
    restsOn: List<BasisUi>,
    lacks: List<String>,
) {
    val words = LocalWords.current
    lacks.forEach { Note(words.core(it)) }
    Heading(words("basis.title"))
    if (restsOn.isEmpty()) Small(words("basis.no.portal"))
    restsOn.forEach { basis ->
        Column(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}) {
            basisWords(basis, words).forEach { Small(it) }
        }
    }
}

/** One portal's part, one sentence each. */
fun basisWords(
    basis: BasisUi,
    words: Words,
): List<String> {
    val asOf = basis.asOf?.let { words("basis.as.of", basis.portal, words.dates.moment(it)) }
        ?: words("basis.never", basis.portal)
    val refused = basis.refused.map { words("basis.refused", words.slot(it.what), words.core(it.reason)) }
    return listOf(asOf) + refused + listOfNotNull(basis.trouble?.let(words::core))
}
