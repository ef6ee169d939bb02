package org.wellkept.ui.health

/** What goes on at portals without a person's asking: what waits is sent, what is new is fetched. */
interface Unattended {
    /** Once, over by `deadline` (Unix seconds); what is left is taken up the next time. */
    suspend fun syncBy(deadline: Long): List<SyncedUi>

    /** Now and again, and as soon as the network returns, until it is cancelled. */
    suspend fun watch()

    /** The network is there again: who watches syncs at once. */
    fun networkReturned()
}
