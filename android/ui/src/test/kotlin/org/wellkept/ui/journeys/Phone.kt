package org.wellkept.ui.journeys

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.LocalSaveableStateRegistry
import androidx.compose.runtime.saveable.SaveableStateRegistry
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.printToString
import androidx.compose.ui.unit.Density
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertTrue
import org.wellkept.bindings.ClockPort
import org.wellkept.bindings.Platform
import org.wellkept.bindings.freeNetwork
import org.wellkept.bindings.keychainInFolder
import org.wellkept.client.LibraryRecords
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Host
import org.wellkept.ui.app.ListKind
import org.wellkept.ui.app.WellkeptApp
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.ListAsk
import org.wellkept.ui.health.NewConnectionUi
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.library.AppNames
import org.wellkept.ui.library.LibraryDoor
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.model.LineUi
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread

const val PASSPHRASE = "four quiet grey mice"
private const val PATIENCE = 45_000L
private const val TALL = 24_000

/** A published list of portals. */
val LIST: Path = Path.of("../../core/portal/tests/data/brands.json")

/** Alice's phone: the whole app over the real library, with a browser that signs in at the sandbox as she would. */
@OptIn(ExperimentalTestApi::class)
class Phone(
    private val sandbox: Sandbox,
) {
    private val folder = Files.createTempDirectory("wellkept-journey")
    private val back = MutableSharedFlow<String>(extraBufferCapacity = 4)
    private val names = object : AppNames {
        override val usualName = "wellkept"

        override fun redirectAddress() = "http://127.0.0.1:9/callback"
    }
    private val ahead = AtomicLong()
    private val clock =
        object : ClockPort {
            override fun now() = theTime()
        }
    private val platform = Platform(keychainInFolder(folder.resolve("keys").toString()), freeNetwork(), clock)
    private var opened: Health? = null

    /** What the person chooses when they are asked for a file. */
    var file: FileChoice = FileChoice.None

    /** What was given to other apps: names and texts. */
    val shared = CopyOnWriteArrayList<Pair<String, String>>()

    private val real =
        LibraryDoor(LibraryRecords(platform, folder.resolve("record.db").toString(), folder.resolve("portals").toString()), names)
    val door = object : Door by real {
        override suspend fun open(
            way: UnlockWay,
            secret: String,
        ) = real.open(way, secret).also { opened = it }

        override suspend fun make(
            holder: String,
            passphrase: String,
        ) = real.make(holder, passphrase).also { opened = it.health }
    }

    private val host = object : Host {
        override val language = "en"
        override val version = "test"
        override val returned: Flow<String> = back
        override val lockNow = MutableSharedFlow<Unit>()
        override val openWithDeviceLock = null

        override fun openBrowser(address: String) {
            thread { back.tryEmit(sandbox.signIn(address)) }
        }

        override fun share(
            name: String,
            text: String,
        ) {
            shared += name to text
        }

        override fun copy(text: String) = Unit

        override suspend fun exportFolder() = null

        override suspend fun chooseFile(most: Long) = file

        override fun now() = theTime()

        override fun settings() = AppSettings()

        override fun keep(settings: AppSettings) = Unit
    }

    /** A record that is there already, with the portal connected and everything read and, if not `fresh`, looked at. Left locked. */
    fun hasRecord(fresh: Boolean = false) =
        runBlocking {
            val health = door.make("Alice", PASSPHRASE).health
            val page = health.connect(NewConnectionUi(sandbox.base, "Riverside", null, samePerson = false))
            check(health.redirected(sandbox.signIn(page)) is ReturnedUi.Connected)
            health.sync()
            if (!fresh) {
                val all = health.list(ListAsk(ListKind.TIMELINE, unread = true, windows = 50)).first()
                health.markRead(all.groups.flatMap { it.lines }.map(LineUi::reference))
            }
            health.lock()
        }

    /** What the record says, for what a screen does not. */
    fun <T> record(read: suspend (Health) -> T): T =
        runBlocking {
            opened?.lock()
            val health = real.open(UnlockWay.PASSPHRASE, PASSPHRASE)
            read(health).also { health.lock() }
        }

    /** So many seconds go by for the phone. */
    fun later(seconds: Long) {
        ahead.addAndGet(seconds)
    }

    private fun theTime() = System.currentTimeMillis() / 1_000 + ahead.get()

    /** The process ends: what it held open is let go. */
    fun forget() = runBlocking { opened?.lock() }

    /** Tells a story on the screen, in at most so many taps. */
    fun story(
        taps: Int,
        tell: Hand.() -> Unit,
    ) {
        val ui = SkikoComposeUiTest(width = 360, height = TALL, density = Density(1f))
        ui.runTest {
            val hand = Hand(this)
            setContent {
                if (hand.alive) {
                    CompositionLocalProvider(LocalSaveableStateRegistry provides hand.registry) { WellkeptApp(door, host, dark = false) }
                }
            }
            hand.tell()
            assertTrue("${hand.taps} taps", hand.taps <= taps)
        }
    }
}

/** A person's hand and eyes. */
@OptIn(ExperimentalTestApi::class)
class Hand(
    private val ui: SkikoComposeUiTest,
) {
    var taps = 0
        private set
    internal var alive by mutableStateOf(true)
    internal var registry = SaveableStateRegistry(null) { true }
        private set

    /** Something that can be tapped and says this, alone or among more. */
    fun tap(text: String) {
        taps++
        one((hasText(text, substring = true) or hasContentDescription(text)) and hasClickAction() and isEnabled()).performClick()
    }

    fun tapFirst(matcher: SemanticsMatcher) {
        taps++
        wait(matcher)
        ui.onAllNodes(matcher)[0].performClick()
    }

    fun type(
        label: String,
        text: String,
    ) {
        one(hasTestTag(label)).performTextInput(text)
    }

    fun see(text: String) = wait(said(text))

    fun until(there: () -> Boolean) = ui.waitUntil(timeoutMillis = PATIENCE, condition = there)

    fun sees(text: String) = isThere(said(text))

    fun seeNot(text: String) = assertTrue("seen: $text", !isThere(said(text)))

    /** All texts on the screen that fit. */
    fun texts(fits: Regex): List<String> =
        ui
            .onRoot(useUnmergedTree = true)
            .printToString(MANY)
            .lines()
            .mapNotNull { Regex("(?:Text|ContentDescription) = '\\[(.*)]'").find(it)?.groupValues?.get(1) }
            .filter { fits.matches(it) }

    /** The process ends: what was on the screen is gone but for what the system kept of it, which is given. */
    fun die(between: () -> Unit): String {
        val kept = registry.performSave()
        registry = SaveableStateRegistry(kept) { true }
        alive = false
        ui.waitForIdle()
        between()
        alive = true
        return kept.toString()
    }

    private fun said(text: String) = hasText(text, substring = true) or hasContentDescription(text, substring = true)

    private fun one(matcher: SemanticsMatcher): SemanticsNodeInteraction {
        wait(matcher)
        return ui.onAllNodes(matcher)[0]
    }

    private fun isThere(matcher: SemanticsMatcher) = ui.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty()

    private fun wait(matcher: SemanticsMatcher) {
        try {
            ui.waitUntil(timeoutMillis = PATIENCE) { isThere(matcher) }
        } catch (never: Throwable) {
            throw AssertionError("never seen: ${matcher.description}\n${texts(Regex(".*")).joinToString("\n")}", never)
        }
    }

    private companion object {
        const val MANY = 100
    }
}
