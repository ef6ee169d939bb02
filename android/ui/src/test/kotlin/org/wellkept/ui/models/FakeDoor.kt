package org.wellkept.ui.models

import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.MadeUi
import org.wellkept.ui.lock.UnlockWay

/** Leads to one record. Notes what it was asked for. */
class FakeDoor(
    private val health: Health,
    var there: Boolean,
) : Door {
    val kit = (1..24).map { "word$it" }
    var fails: HealthTrouble? = null
    val asked = mutableListOf<String>()

    override suspend fun isThere(): Boolean = fails?.let { throw it } ?: there

    override suspend fun make(
        holder: String,
        passphrase: String,
    ): MadeUi {
        fails?.let { throw it }
        asked += "make $holder"
        return MadeUi(health, kit)
    }

    override suspend fun open(
        way: UnlockWay,
        secret: String,
    ): Health {
        asked += "open $way $secret"
        fails?.let { throw it }
        return health
    }

    override suspend fun erase() {
        asked += "erase"
        there = false
    }
}
