package org.wellkept.ui.search

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import org.wellkept.ui.app.Go
import org.wellkept.ui.app.ViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.model.Load

class SearchViewModel(
    private val health: Health,
    private val go: Go,
    scope: CoroutineScope,
) : ViewModel<SearchState, SearchEvent>(SearchState(), scope) {
    private var searching: Job? = null

    override fun on(event: SearchEvent) {
        when (event) {
            is SearchEvent.Query -> search(event.words)
            is SearchEvent.Open -> go.to(event.route)
            SearchEvent.Back -> go.back()
        }
    }

    /** As one types: an older search that is still under way gives way to the newer. */
    private fun search(words: String) {
        searching?.cancel()
        set { copy(query = words, load = if (words.isBlank()) null else load ?: Load.Loading) }
        if (words.isBlank()) return
        searching = attempt({ set { copy(load = Load.Failed(it.words)) } }) {
            val found = health.search(words)
            set { copy(load = Load.Ready(found)) }
        }
    }
}
