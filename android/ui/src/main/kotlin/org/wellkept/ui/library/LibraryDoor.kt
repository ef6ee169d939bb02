package org.wellkept.ui.library

import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Unlock
import org.wellkept.client.HealthRecords
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.MadeUi
import org.wellkept.ui.lock.UnlockWay

/** The way to the device's record, by the library. */
class LibraryDoor(
    private val records: HealthRecords,
    private val app: AppNames,
) : Door {
    override suspend fun isThere(): Boolean = told { records.isThere() }

    override suspend fun make(
        holder: String,
        passphrase: String,
    ): MadeUi =
        told {
            val made = records.make(holder, passphrase)
            MadeUi(LibraryHealth(made.client, records, app), made.kit)
        }

    override suspend fun open(
        way: UnlockWay,
        secret: String,
    ): Health =
        told {
            val unlock = if (way == UnlockWay.KIT) Unlock.Kit(secret) else Unlock.Passphrase(secret)
            LibraryHealth(records.open(unlock), records, app)
        }

    override suspend fun erase() = told { records.erase().let { } }
}

internal fun HealthException.trouble(): HealthTrouble =
    HealthTrouble(
        said(),
        when (this) {
            is HealthException.Locked -> HealthTrouble.Kind.LOCKED
            is HealthException.NoList -> HealthTrouble.Kind.NO_LIST
            is HealthException.Covered -> HealthTrouble.Kind.COVERED
            else -> HealthTrouble.Kind.OTHER
        },
    ).also { it.initCause(this) }
