package org.wellkept.app.record

import android.content.Context
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.wellkept.app.R
import org.wellkept.app.keys.Bound
import org.wellkept.app.keys.DeviceWrap
import org.wellkept.app.keys.Opening
import org.wellkept.app.keys.Presence
import org.wellkept.app.keys.Shown
import org.wellkept.app.sync.News
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.MadeUi
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.lock.UnlockWay

/** What is said when the phone's own way does not open the record. */
data class PhoneWords(
    val gone: String,
    val noScreenLock: String,
    val notNow: String,
) {
    companion object {
        fun of(context: Context) =
            PhoneWords(
                gone = context.getString(R.string.phone_key_gone),
                noScreenLock = context.getString(R.string.no_screen_lock),
                notNow = context.getString(R.string.phone_key_not_now),
            )
    }
}

/**
 * The way to the record on a phone: opened once for the whole process, by the passphrase, by the kit, or by the phone's own lock.
 * A passphrase that opened it sets the phone's way up, or sets it up anew after the phone's key was gone.
 */
class PhoneDoor(
    private val inner: Door,
    private val wrap: DeviceWrap,
    private val words: PhoneWords,
) : Door {
    private var open: Health? = null
    private var unseen: Job? = null

    /** Whether the phone's own way was set up. */
    val opensByPhone: Boolean get() = wrap.bound != null

    override suspend fun isThere(): Boolean = inner.isThere()

    override suspend fun make(
        holder: String,
        passphrase: String,
    ): MadeUi {
        val made = inner.make(holder, passphrase)
        remember(passphrase)
        return MadeUi(held(made.health), made.kit)
    }

    override suspend fun open(
        way: UnlockWay,
        secret: String,
    ): Health {
        free()
        val health = inner.open(way, secret)
        // The kit is never kept on the phone: the passphrase sets its way up the next time.
        if (way == UnlockWay.PASSPHRASE) remember(secret)
        return held(health)
    }

    override suspend fun erase() {
        free()
        inner.erase()
        wrap.forget()
    }

    /** Opens it by the phone's own lock; `null` when the person turned it away. */
    suspend fun openByPhone(presence: Presence): Health? {
        free()
        return when (val opening = wrap.open(presence)) {
            is Opening.With -> held(opening.use { inner.open(UnlockWay.PASSPHRASE, it) })
            Opening.TurnedAway -> null
            Opening.Gone -> throw HealthTrouble(words.gone)
            Opening.NotSetUp -> throw HealthTrouble(words.noScreenLock)
            Opening.NotNow -> throw HealthTrouble(words.notNow)
        }
    }

    /**
     * Does something with the record while nobody looks: with the one that is open, else with one that is opened for it, unseen,
     * and locked after it. `null` when it cannot be opened so. A person who opens the record meanwhile goes first.
     */
    suspend fun <T> unseen(action: suspend (Health) -> T): T? {
        open?.let { return action(it) }
        var outcome: T? = null
        coroutineScope {
            val job = launch { outcome = byItself(action) }
            unseen = job
        }
        return outcome
    }

    private suspend fun <T> byItself(action: suspend (Health) -> T): T? {
        if (!inner.isThere()) return null
        val opening = wrap.openUnseen() as? Opening.With ?: return null
        val health = opening.use { inner.open(UnlockWay.PASSPHRASE, it) }
        try {
            return action(health)
        } finally {
            withContext(NonCancellable) { health.lock() }
        }
    }

    /** One file is opened by one at a time. */
    private suspend fun free() {
        unseen?.cancelAndJoin()
        unseen = null
        open?.lock()
    }

    private fun held(health: Health): Health = Held(health).also { open = it }

    /** In the strict mode nothing is set up here: that asks for the person. */
    private suspend fun remember(passphrase: String) {
        if (wrap.bound == Bound.TO_PRESENCE) return
        val bytes = passphrase.toByteArray()
        try {
            val kept = wrap.openUnseen() as? Opening.With
            val same = kept?.secret?.contentEquals(bytes) == true
            kept?.secret?.fill(0)
            if (!same) wrap.set(Bound.TO_THE_PHONE, bytes) { Shown.NO }
        } finally {
            bytes.fill(0)
        }
    }

    private suspend fun <T> Opening.With.use(action: suspend (String) -> T): T =
        try {
            action(String(secret))
        } finally {
            secret.fill(0)
        }

    private inner class Held(
        private val health: Health,
    ) : Health by health {
        override suspend fun lock() {
            if (open === this) open = null
            health.lock()
        }
    }
}

/** What a notification may know of a sync. */
fun List<SyncedUi>.news() = News(cameIn = any { it.new + it.changed > 0 }, needsYou = any { it.signInAgain })
