package org.wellkept.ui.sync

import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.words.Words

/** What came of reading one portal, in words. */
fun syncedWords(
    synced: SyncedUi,
    words: Words,
): List<String> {
    val first = when {
        synced.offline -> words("sync.offline", synced.portal)
        synced.signInAgain -> words("sync.sign.in", synced.portal)
        synced.down -> words("sync.down", synced.portal)
        else -> words("sync.result", synced.portal, synced.new, synced.changed)
    }
    return listOf(first) + synced.said.map(words::core)
}
