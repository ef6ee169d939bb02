package org.wellkept.ui.models

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.Notices
import org.wellkept.ui.app.Session
import org.wellkept.ui.connect.ConnectEvent
import org.wellkept.ui.connect.ConnectStep
import org.wellkept.ui.connect.ConnectViewModel
import org.wellkept.ui.connect.Downloaded
import org.wellkept.ui.connect.ListSource
import org.wellkept.ui.connect.ListStep
import org.wellkept.ui.connect.ListTrouble
import org.wellkept.ui.connect.WayInUi
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.firstrun.FirstRunEvent
import org.wellkept.ui.firstrun.FirstRunStep
import org.wellkept.ui.firstrun.FirstRunViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.health.ReturnedUi
import org.wellkept.ui.health.SyncedUi
import org.wellkept.ui.hidden.HiddenEvent
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.hidden.HiddenUi
import org.wellkept.ui.hidden.HiddenViewModel
import org.wellkept.ui.lock.LockEvent
import org.wellkept.ui.lock.LockViewModel
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.notes.NotesEvent
import org.wellkept.ui.notes.NotesViewModel
import org.wellkept.ui.portals.PortalsEvent
import org.wellkept.ui.portals.PortalsViewModel
import org.wellkept.ui.settings.SettingsEvent
import org.wellkept.ui.settings.SettingsViewModel
import org.wellkept.ui.takeaway.TakeAwayEvent
import org.wellkept.ui.takeaway.TakeAwayStep
import org.wellkept.ui.takeaway.TakeAwayViewModel
import org.wellkept.ui.words.Words
import kotlin.random.Random

class KeepingModelsTest {
    private val health = FakeHealth()
    private val went = Went()
    private val words = { Words.of("en") }
    private val opened = mutableListOf<Health>()

    private val door = FakeDoor(health, there = false)

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.firstRun() = FirstRunViewModel(door, Random(7), opened::add, backgroundScope)

    @Test
    fun `a record is made, its kit shown and checked, with no portal`() =
        story {
            val model = firstRun()
            model.on(FirstRunEvent.Begin)
            model.on(FirstRunEvent.Name(" Alice "))
            model.on(FirstRunEvent.Passphrase("four quiet mice"))
            model.on(FirstRunEvent.Make)
            assertEquals(FirstRunStep.Name, model.state.value.step)
            model.on(FirstRunEvent.Again("four quiet mice"))
            model.on(FirstRunEvent.Make)
            assertEquals(FirstRunStep.Kit(door.kit), model.state.value.step)
            assertEquals("", model.state.value.passphrase)
            model.on(FirstRunEvent.Written)
            val check = model.state.value.step as FirstRunStep.Check
            check.asked.forEachIndexed { at, number -> model.on(FirstRunEvent.Word(at, " Word$number ")) }
            model.on(FirstRunEvent.CheckKit)
            assertEquals(listOf<Health>(health), opened)
            assertEquals(listOf("make Alice"), door.asked)
            assertEquals(listOf("kit checked"), health.done)
        }

    @Test
    fun `a wrong word does not pass, and the kit can be looked at again`() =
        story {
            val model = firstRun()
            model.on(FirstRunEvent.Name("Alice"))
            model.on(FirstRunEvent.Passphrase("four quiet mice"))
            model.on(FirstRunEvent.Again("four quiet mice"))
            model.on(FirstRunEvent.Make)
            model.on(FirstRunEvent.Written)
            model.on(FirstRunEvent.Word(0, "wrong"))
            model.on(FirstRunEvent.Word(1, "wrong"))
            model.on(FirstRunEvent.CheckKit)
            assertTrue((model.state.value.step as FirstRunStep.Check).wrong)
            assertTrue(opened.isEmpty())
            model.on(FirstRunEvent.ShowKit)
            assertEquals(FirstRunStep.Kit(door.kit), model.state.value.step)
        }

    @Test
    fun `c9_ no state writes its secrets down`() =
        story {
            val model = firstRun()
            model.on(FirstRunEvent.Name("Alice"))
            model.on(FirstRunEvent.Passphrase("four quiet mice"))
            assertFalse("mice" in model.state.value.toString() || "Alice" in model.state.value.toString())
            model.on(FirstRunEvent.Again("four quiet mice"))
            model.on(FirstRunEvent.Make)
            assertFalse("word1" in model.state.value.toString())
            val lock = LockViewModel(door, null, { opened.add(it) }, backgroundScope)
            lock.on(LockEvent.Typed("four quiet mice"))
            assertFalse("mice" in lock.state.value.toString())
        }

    @Test
    fun `a record that cannot be made says why, and nothing typed is lost`() =
        story {
            door.fails = HealthTrouble("There is already a record of that name here. Nothing was changed")
            val model = firstRun()
            model.on(FirstRunEvent.Name("Alice"))
            model.on(FirstRunEvent.Passphrase("four quiet mice"))
            model.on(FirstRunEvent.Again("four quiet mice"))
            model.on(FirstRunEvent.Make)
            assertEquals(FirstRunStep.Name, model.state.value.step)
            assertEquals("four quiet mice", model.state.value.passphrase)
        }

    @Test
    fun `a record is opened by its passphrase or its kit`() =
        story {
            val model = LockViewModel(door, null, { opened.add(it) }, backgroundScope)
            model.on(LockEvent.Unlock)
            door.fails = HealthTrouble("That passphrase does not open this record. Nothing was changed")
            model.on(LockEvent.Typed("mice"))
            model.on(LockEvent.Unlock)
            assertEquals("That passphrase does not open this record. Nothing was changed", model.state.value.trouble)
            door.fails = null
            model.on(LockEvent.Way(UnlockWay.KIT))
            model.on(LockEvent.Typed("word1 word2"))
            model.on(LockEvent.Unlock)
            assertEquals(listOf("open PASSPHRASE mice", "open KIT word1 word2"), door.asked)
            assertEquals(listOf<Health>(health), opened)
            assertEquals("", model.state.value.typed)
        }

    @Test
    fun `the device's own lock opens it too, and a turned back person stays before the door`() =
        story {
            var gives: Health? = null
            val model = LockViewModel(door, { gives }, { opened.add(it) }, backgroundScope)
            model.on(LockEvent.ByDevice)
            assertTrue(opened.isEmpty() && !model.state.value.opening)
            gives = health
            model.on(LockEvent.ByDevice)
            assertEquals(1, opened.size)
        }

    @Test
    fun `a session starts where the record is, and a lock shuts it`() =
        story {
            val session = Session(door)
            session.start()
            assertEquals(Session.State.FirstRun, session.state)
            door.there = true
            session.start()
            assertEquals(Session.State.Locked, session.state)
            session.opened(health)
            session.lock()
            assertEquals(Session.State.Locked, session.state)
            assertEquals(listOf("lock"), health.done)
            door.fails = HealthTrouble("The record is locked: the keychain does not answer")
            session.start()
            assertTrue(session.state is Session.State.Failed)
        }

    private var picked: FileChoice = FileChoice.None
    private var downloaded: Downloaded = Downloaded.NotReached
    private var waits: CompletableDeferred<Unit>? = null
    private val lists = ListSource({ picked }, { _, step ->
        step(5, 9)
        waits?.await()
        downloaded
    })
    private val notices = object : Notices {
        override var allowed = false

        override suspend fun ask(): Boolean {
            went.ways += "ask for notices"
            allowed = true
            return true
        }
    }

    private fun TestScope.connect(returned: MutableSharedFlow<String>) =
        ConnectViewModel(health, went, words, { went.ways += "browser $it" }, returned, lists, notices, backgroundScope)

    @Test
    fun `a portal is found, its address seen, signed in to, and read at once`() =
        story {
            val returned = MutableSharedFlow<String>()
            health.ways = listOf(WayInUi("Riverside", null, null, null, "https://r.example/r4", readable = true))
            health.synced = listOf(SyncedUi("Riverside", 989, 0))
            health.returned =
                ReturnedUi.Connected(ConnectStep.Connected("Riverside", "Alesha", emptyList(), emptyList(), null, reading = false))
            val model = connect(returned)
            assertTrue(
                model.state.value.found
                    .isEmpty(),
            )
            model.on(ConnectEvent.Query("river"))
            assertEquals(1, model.state.value.found.size)
            model.on(ConnectEvent.Choose("Riverside", "https://r.example/r4"))
            assertFalse(health.done.any { it.startsWith("connect") })
            model.on(ConnectEvent.SignIn)
            returned.emit("http://127.0.0.1/callback?code=1")
            val step = model.state.value.step as ConnectStep.Connected
            assertEquals(listOf("Riverside: 989 new, 0 changed"), step.said)
            assertEquals(listOf("browser https://portal.example/authorize"), went.ways)
        }

    @Test
    fun `h5_ an unsure match waits for the person, and another person is refused`() =
        story {
            val returned = MutableSharedFlow<String>()
            val model = connect(returned)
            model.on(ConnectEvent.Choose(null, "https://r.example/r4"))
            model.on(ConnectEvent.SignIn)
            health.returned = ReturnedUi.Unsure(listOf("The names differ"))
            returned.emit("one")
            assertEquals(ConnectStep.Unsure(listOf("The names differ")), model.state.value.step)
            model.on(ConnectEvent.SamePerson)
            assertTrue("connect https://r.example/r4 null true" in health.done)
            health.returned = ReturnedUi.AnotherPerson(listOf("The birth dates differ"))
            returned.emit("two")
            assertEquals(ConnectStep.AnotherPerson(listOf("The birth dates differ")), model.state.value.step)
        }

    @Test
    fun `a sign-in is asked anew for reading alone, given up, and told where it fails`() =
        story {
            val returned = MutableSharedFlow<String>()
            val model = connect(returned)
            model.on(ConnectEvent.Choose(null, "https://r.example/r4"))
            health.fails = HealthTrouble("r.example could not be reached")
            model.on(ConnectEvent.SignIn)
            assertTrue(model.state.value.step is ConnectStep.Check)
            assertEquals("r.example could not be reached", model.state.value.trouble)
            model.on(ConnectEvent.SignIn)
            health.returned = ReturnedUi.ReadingOnly("invalid_scope", "https://r.example/again")
            returned.emit("one")
            assertEquals(ConnectStep.Browser("https://r.example/again", "invalid_scope"), model.state.value.step)
            model.on(ConnectEvent.GiveUp)
            assertEquals("give up", health.done.last())
        }

    @Test
    fun `without a list the address is asked for`() =
        story {
            health.fails = HealthTrouble("No list of portals is kept on this device yet", HealthTrouble.Kind.NO_LIST)
            val model = connect(MutableSharedFlow())
            assertTrue(model.state.value.noList)
        }

    @Test
    fun `a list that a person picks is taken in, and searched at once`() =
        story {
            health.fails = HealthTrouble("No list of portals is kept on this device yet", HealthTrouble.Kind.NO_LIST)
            val model = connect(MutableSharedFlow())
            model.on(ConnectEvent.OpenList)
            assertEquals(ListStep.Open(), model.state.value.list)
            model.on(ConnectEvent.PickList)
            assertEquals(ListStep.Open(), model.state.value.list)
            picked = FileChoice.Chosen("list.json", ByteArray(7))
            model.on(ConnectEvent.PickList)
            assertEquals(ListStep.Open(taken = health.taken), model.state.value.list)
            assertFalse(model.state.value.noList)
            assertEquals(listOf("list 7", "find "), health.done.takeLast(2))
        }

    @Test
    fun `a list that cannot be taken in says why, and the one that is kept stays`() =
        story {
            val model = connect(MutableSharedFlow())

            fun trouble() = (model.state.value.list as ListStep.Open).trouble
            picked = FileChoice.TooLarge("list.json", null)
            model.on(ConnectEvent.PickList)
            assertEquals(ListTrouble.TooLarge, trouble())
            picked = FileChoice.Chosen("list.json", ByteArray(7))
            health.fails = HealthTrouble("This is not a list of portals")
            model.on(ConnectEvent.PickList)
            assertEquals(ListTrouble.Said("This is not a list of portals"), trouble())
            model.on(ConnectEvent.ListAddress("https://lists.example"))
            downloaded = Downloaded.Moved("https://elsewhere.example")
            model.on(ConnectEvent.FetchList)
            assertEquals(ListTrouble.Moved("https://elsewhere.example"), trouble())
            downloaded = Downloaded.Refused(403)
            model.on(ConnectEvent.FetchList)
            assertEquals(ListTrouble.Refused(403), trouble())
            downloaded = Downloaded.Whole(ByteArray(9))
            model.on(ConnectEvent.FetchList)
            assertEquals(health.taken, (model.state.value.list as ListStep.Open).taken)
            assertEquals(listOf("list 9", "find "), health.done.takeLast(2))
        }

    @Test
    fun `the reading of a list can be stopped`() =
        story {
            val model = connect(MutableSharedFlow())
            waits = CompletableDeferred()
            model.on(ConnectEvent.FetchList)
            assertEquals(ListStep.Reading(5, 9), model.state.value.list)
            model.on(ConnectEvent.StopList)
            waits?.complete(Unit)
            assertEquals(ListStep.Open(), model.state.value.list)
            assertFalse(health.done.any { it.startsWith("list") })
        }

    @Test
    fun `notices are asked for when there is something to tell, and never twice`() =
        story {
            val returned = MutableSharedFlow<String>()
            health.returned =
                ReturnedUi.Connected(ConnectStep.Connected("Riverside", "Alesha", emptyList(), emptyList(), null, reading = false))
            val model = connect(returned)

            fun step() = model.state.value.step as ConnectStep.Connected
            returned.emit("one")
            assertTrue(step().mayAskNotices)
            assertEquals(emptyList<String>(), went.ways)
            model.on(ConnectEvent.AllowNotices(true))
            assertEquals(listOf("ask for notices"), went.ways)
            assertFalse(step().mayAskNotices)
            returned.emit("two")
            assertFalse(step().mayAskNotices)
        }

    @Test
    fun `a sign-in that the end of the process ended says so`() =
        story {
            val returned = MutableSharedFlow<String>()
            val model = connect(returned)
            returned.emit("http://127.0.0.1/callback?code=1")
            assertEquals("That sign-in is over. It ends when the app is closed. Sign in once more.", model.state.value.trouble)
        }

    @Test
    fun `a portal is left after a second tap, and what came of it is told`() =
        story {
            val model = PortalsViewModel(health, went, words, backgroundScope)
            model.on(PortalsEvent.AskLeave("Riverside"))
            assertEquals("Riverside", model.state.value.leaving)
            model.on(PortalsEvent.Leave("Riverside"))
            assertEquals(listOf("disconnect Riverside"), health.done)
            assertEquals(listOf("The connection is ended, and the portal has said so."), model.state.value.said)
        }

    @Test
    fun `notes are written, changed and deleted, and those about one entry stand alone`() =
        story {
            health.notes.value = listOf(NoteUi("1", listOf("a"), 1, listOf("Observation/1")), NoteUi("2", listOf("b"), 1))
            val model = NotesViewModel("Observation/1", health, went, backgroundScope)
            model.on(NotesEvent.Text("c"))
            model.on(NotesEvent.Keep)
            model.on(NotesEvent.Edit(health.notes.value.first()))
            assertEquals("a", model.state.value.text)
            model.on(NotesEvent.Text("aa"))
            model.on(NotesEvent.Keep)
            model.on(NotesEvent.AskDelete("1"))
            model.on(NotesEvent.Delete)
            assertEquals(listOf("note c about Observation/1", "edit note 1 aa", "delete note 1"), health.doneBesideDrafts)
            assertTrue(health.drafts.isEmpty())
        }

    @Test
    fun `a note that is being written or changed outlives the process`() =
        story {
            NotesViewModel("Observation/1", health, went, backgroundScope).on(NotesEvent.Text("call th"))
            assertEquals("call th", NotesViewModel("Observation/1", health, went, backgroundScope).state.value.text)
            assertEquals("", NotesViewModel(null, health, went, backgroundScope).state.value.text)
            val changing = NotesViewModel(null, health, went, backgroundScope)
            changing.on(NotesEvent.Edit(NoteUi("7", listOf("a"), 1)))
            changing.on(NotesEvent.Text("ab"))
            val after = NotesViewModel(null, health, went, backgroundScope)
            assertEquals("ab" to "7", after.state.value.let { it.text to it.editing })
            after.on(NotesEvent.Keep)
            assertEquals(listOf("edit note 7 ab"), health.doneBesideDrafts)
        }

    @Test
    fun `kinds of care are hidden and shown`() =
        story {
            val model = HiddenViewModel(health, went, backgroundScope)
            model.on(HiddenEvent.HideCare("hiv"))
            model.on(HiddenEvent.Reveal(HiddenUi(HiddenKind.SECTION, "results", "Results", 1)))
            model.on(HiddenEvent.RevealAll)
            assertEquals(listOf("hide CATEGORY hiv", "reveal SECTION results", "reveal all"), health.done)
        }

    @Test
    fun `a record is exported, and erased only when its name is typed`() =
        story {
            var erased = 0
            val model = TakeAwayViewModel(health, went, { "folder" }, { erased++ }, backgroundScope)
            model.on(TakeAwayEvent.Export)
            assertEquals(TakeAwayStep.Written("folder", 2, 1, 0, "digest"), model.state.value.step)
            model.on(TakeAwayEvent.AskErase)
            model.on(TakeAwayEvent.Typed("Ali"))
            model.on(TakeAwayEvent.Erase)
            assertEquals(0, erased)
            model.on(TakeAwayEvent.Typed("Alice"))
            model.on(TakeAwayEvent.Erase)
            assertEquals(1, erased)
            assertEquals("end connections", health.done.last())
        }

    @Test
    fun `no folder, no export`() =
        story {
            val model = TakeAwayViewModel(health, went, { null }, {}, backgroundScope)
            model.on(TakeAwayEvent.Export)
            assertEquals(TakeAwayStep.Choose, model.state.value.step)
            assertEquals(emptyList<String>(), health.done)
        }

    @Test
    fun `settings are kept as they are chosen`() =
        story {
            val kept = mutableListOf<AppSettings>()
            val model = SettingsViewModel(AppSettings(), kept::add, went, null, null, backgroundScope)
            model.on(SettingsEvent.Change(AppSettings(language = "es", lockAfterMinutes = 0)))
            model.on(SettingsEvent.Back)
            assertEquals("es", kept.single().language)
            assertEquals(listOf("back"), went.ways)
        }
}
