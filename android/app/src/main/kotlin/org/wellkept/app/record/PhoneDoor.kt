package org.wellkept.app.record

import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.wellkept.app.Settings
import org.wellkept.app.files.Exports
import org.wellkept.app.keys.Bound
import org.wellkept.app.keys.DeviceWrap
import org.wellkept.app.keys.Opening
import org.wellkept.app.keys.Presence
import org.wellkept.app.keys.Setting
import org.wellkept.bindings.HealthException
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.MadeUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.takeaway.TakeAwayStep

/** What the phone does about an opened record. */
class Around(
    val settings: Settings,
    val person: Presence,
    val exports: Exports,
    /** A portal was connected. */
    val connected: () -> Unit,
    /** From now on the library overwrites what it gives back of its memory. */
    val wipeMemory: suspend () -> Unit,
)

/**
 * The way to the record on a phone: opened once for the whole process, by the passphrase, by the kit, or by the phone's own lock.
 * A passphrase that opened it sets the phone's way up, or sets it up anew after the phone's key was gone.
 */
class PhoneDoor(
    private val inner: Door,
    private val wrap: DeviceWrap,
    private val words: PhoneWords,
    private val around: Around,
) : Door {
    private val open = MutableStateFlow<Held?>(null)

    /** One file is opened, and locked, by one at a time. */
    private val file = Mutex()
    private val unseen = mutableSetOf<Job>()

    /** Whether the phone's own way was set up. */
    val opensByPhone: Boolean get() = wrap.bound != null

    /** The record while it is open for the screens. */
    val opened: StateFlow<Health?> get() = open.asStateFlow()

    override suspend fun isThere(): Boolean = inner.isThere()

    override suspend fun make(
        holder: String,
        passphrase: String,
    ): MadeUi {
        free()
        val made = alone { inner.make(holder, passphrase).let { MadeUi(held(it.health), it.kit) } }
        remember(passphrase)
        return made
    }

    override suspend fun open(
        way: UnlockWay,
        secret: String,
    ): Health {
        free()
        val health = alone { held(inner.open(way, secret)) }
        // The kit is never kept on the phone: the passphrase sets its way up the next time.
        if (way == UnlockWay.PASSPHRASE) remember(secret)
        return health
    }

    override suspend fun erase() {
        free()
        file.withLock { inner.erase() }
        wrap.forget()
    }

    /** Opens it by the phone's own lock; `null` when the person turned it away. */
    suspend fun openByPhone(): Health? {
        free()
        return when (val opening = wrap.open(around.person)) {
            is Opening.With -> opening.use { secret -> byPhone(secret) ?: refused(words.anotherPassphrase) }
            Opening.TurnedAway -> null
            Opening.Gone -> refused(words.gone)
            Opening.NotSetUp -> refused(words.noScreenLock)
            Opening.NotNow -> refused(words.notNow)
        }
    }

    private fun refused(why: String): Nothing = throw HealthTrouble(why)

    private suspend fun byPhone(passphrase: String): Health? {
        val health = alone { openWithWhatIsKept(passphrase)?.let(::held) } ?: return null
        remember(passphrase)
        return health
    }

    /** A passphrase that is no longer the record's is not tried again: the core counts wrong ones. */
    private suspend fun openWithWhatIsKept(passphrase: String): Health? =
        try {
            inner.open(UnlockWay.PASSPHRASE, passphrase)
        } catch (trouble: HealthTrouble) {
            if (trouble.cause !is HealthException.WrongPassphrase) throw trouble
            wrap.forget()
            null
        }

    /**
     * Turns the strict mode on or off, without the passphrase: the phone's way is sealed anew, and the person is asked where that
     * needs them. Where there is nothing to seal anew, the passphrase sets it up so the next time. All but `DONE` changed nothing.
     */
    suspend fun setStrict(on: Boolean): Setting {
        val how = if (on) Bound.TO_PRESENCE else Bound.TO_THE_PHONE
        val opening = if (around.settings.strict) wrap.open(around.person) else wrap.openUnseen()
        val outcome = when (opening) {
            is Opening.With -> sealAnew(how, opening)
            Opening.TurnedAway -> Setting.TURNED_AWAY
            Opening.NotNow -> Setting.NOT_NOW
            Opening.Gone -> Setting.DONE.also { wrap.forget() }
            Opening.NotSetUp -> if (wrap.bound == null) Setting.DONE else Setting.NO_SCREEN_LOCK
        }
        if (outcome == Setting.DONE) around.settings.strict = on
        return outcome
    }

    private suspend fun sealAnew(
        how: Bound,
        opening: Opening.With,
    ): Setting =
        try {
            wrap.set(how, opening.secret, around.person)
        } finally {
            opening.secret.fill(0)
        }

    /**
     * Does something with the record while nobody looks: with the one that is open, else with one that is opened for it, unseen,
     * and locked after it. `null` when it cannot be opened so. A person who opens the record meanwhile goes first.
     */
    suspend fun <T> unseen(action: suspend (Health) -> T): T? {
        open.value?.let { return action(it) }
        var outcome: T? = null
        coroutineScope {
            val job = launch { outcome = byItself(action) }
            unseen += job
            job.invokeOnCompletion { unseen -= job }
        }
        return outcome
    }

    private suspend fun <T> byItself(action: suspend (Health) -> T): T? {
        file.withLock { if (open.value == null) return openedFor(action) }
        return open.value?.let { action(it) }
    }

    private suspend fun <T> openedFor(action: suspend (Health) -> T): T? {
        if (around.settings.strict || !inner.isThere()) return null
        val opening = wrap.openUnseen() as? Opening.With ?: return null
        val health = opening.use { openWithWhatIsKept(it) } ?: return null
        try {
            return action(health)
        } finally {
            withContext(NonCancellable) { health.lock() }
        }
    }

    /** A person goes before what nobody looks at. */
    private suspend fun free() {
        unseen.toList().forEach { it.cancelAndJoin() }
        open.value?.lock()
    }

    private suspend fun <T> alone(opening: suspend () -> T): T =
        file.withLock {
            if (around.settings.strict) around.wipeMemory()
            opening()
        }

    private fun held(health: Health): Health = Held(health).also { open.value = it }

    private fun wanted() = if (around.settings.strict) Bound.TO_PRESENCE else Bound.TO_THE_PHONE

    private suspend fun remember(passphrase: String) {
        val bytes = passphrase.toByteArray()
        try {
            wrap.keep(wanted(), bytes, around.person)
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
            open.compareAndSet(this, null)
            file.withLock { health.lock() }
        }

        override suspend fun redirected(address: String): ReturnedUi =
            health.redirected(address).also { if (it is ReturnedUi.Connected) around.connected() }

        /** Into the app's own folder first: the library writes to no other. */
        override suspend fun export(
            folder: String,
            step: (TakeAwayStep.Writing) -> Unit,
        ): TakeAwayStep.Written = around.exports.deliver(folder) { health.export(folder, step) }
    }
}
