package org.wellkept.ui.models

import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Notices
import org.wellkept.ui.app.Quiet
import org.wellkept.ui.app.Session
import org.wellkept.ui.app.StrictLock
import org.wellkept.ui.firstrun.FirstRunEvent
import org.wellkept.ui.firstrun.FirstRunStep
import org.wellkept.ui.firstrun.FirstRunViewModel
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.lock.LockEvent
import org.wellkept.ui.lock.LockViewModel
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.settings.SettingsEvent
import org.wellkept.ui.settings.SettingsViewModel
import kotlin.random.Random

/** A record whose kit nobody looked at, one whose keys are all lost, and what the device is asked for. */
class StartingModelsTest {
    private val health = FakeHealth()
    private val went = Went()
    private val opened = mutableListOf<Health>()

    private val door = FakeDoor(health, there = true)

    private fun story(tell: suspend TestScope.() -> Unit) = runTest(UnconfinedTestDispatcher()) { tell() }

    private fun TestScope.unchecked() = FirstRunViewModel(door, Random(7), opened::add, backgroundScope, waiting = health)

    @Test
    fun `c24_ a record whose kit nobody checked opens no screen before that`() =
        story {
            val session = Session(door)
            session.start()
            health.kitWaits = true
            session.unlocked(health)
            assertEquals(Session.State.KitWaits(health), session.state)
            session.lock()
            assertEquals(Session.State.Locked, session.state)
            health.kitWaits = false
            session.unlocked(health)
            assertEquals(Session.State.Open(health), session.state)
        }

    @Test
    fun `c24_ the words on paper are checked by the record itself`() =
        story {
            val model = unchecked()
            assertTrue(model.state.value.step is FirstRunStep.Unchecked)
            door.fails = HealthTrouble("That recovery kit does not open this record: there are 2 words")
            model.on(FirstRunEvent.KitTyped("word1 word2"))
            model.on(FirstRunEvent.CheckWholeKit)
            assertEquals("That recovery kit does not open this record: there are 2 words", model.state.value.trouble)
            assertTrue(opened.isEmpty() && "kit checked" !in health.done)
            door.fails = null
            model.on(FirstRunEvent.CheckWholeKit)
            assertEquals(listOf<Health>(health), opened)
            assertEquals(listOf("lock", "lock", "kit checked"), health.done)
            assertFalse("word1" in model.state.value.toString())
        }

    @Test
    fun `c24_ without the words the empty record is made once more, after a second tap`() =
        story {
            val model = unchecked()
            model.on(FirstRunEvent.MakeAnew)
            assertEquals(emptyList<String>(), door.asked)
            model.on(FirstRunEvent.AskAnew(true))
            model.on(FirstRunEvent.MakeAnew)
            assertEquals(listOf("erase"), door.asked)
            assertEquals(FirstRunStep.Name, model.state.value.step)
            model.on(FirstRunEvent.Name("Alice"))
            model.on(FirstRunEvent.Passphrase("four quiet mice"))
            model.on(FirstRunEvent.Again("four quiet mice"))
            model.on(FirstRunEvent.Make)
            assertTrue(model.state.value.step is FirstRunStep.Kit)
        }

    @Test
    fun `c24_ whoever opens it by the kit has the kit`() =
        story {
            val model = LockViewModel(door, null, { opened.add(it) }, backgroundScope)
            model.on(LockEvent.Typed("four quiet mice"))
            model.on(LockEvent.Unlock)
            assertEquals(emptyList<String>(), health.done)
            model.on(LockEvent.Way(UnlockWay.KIT))
            model.on(LockEvent.Typed("word1 word2"))
            model.on(LockEvent.Unlock)
            assertEquals(listOf("kit checked"), health.done)
        }

    @Test
    fun `who lost both begins anew, once the word is typed`() =
        story {
            var erased = 0
            val model = LockViewModel(door, null, { opened.add(it) }, backgroundScope) { erased++ }
            model.on(LockEvent.Erase)
            model.on(LockEvent.LostBoth("erase"))
            model.on(LockEvent.TypedToErase("era"))
            model.on(LockEvent.Erase)
            assertEquals(0, erased)
            model.on(LockEvent.TypedToErase(" Erase "))
            model.on(LockEvent.Erase)
            assertEquals(1, erased)
            model.on(LockEvent.LostBoth(null))
            assertEquals(null, model.state.value.erasing)
        }

    @Test
    fun `the strict lock is set by the device, and says why where it was not`() =
        story {
            var outcome = StrictLock.Outcome.NO_SCREEN_LOCK
            val strict = object : StrictLock {
                override var on = false

                override suspend fun set(on: Boolean): StrictLock.Outcome {
                    if (outcome == StrictLock.Outcome.DONE) this.on = on
                    return outcome
                }
            }
            val model = SettingsViewModel(AppSettings(), {}, went, null, strict, backgroundScope)
            model.on(SettingsEvent.SetStrict(true))
            assertEquals(
                false to StrictLock.Outcome.NO_SCREEN_LOCK,
                model.state.value.strict!!
                    .let { it.on to it.failed },
            )
            outcome = StrictLock.Outcome.DONE
            model.on(SettingsEvent.SetStrict(true))
            assertEquals(
                true to null,
                model.state.value.strict!!
                    .let { it.on to it.failed },
            )
        }

    @Test
    fun `notices are asked for where the person says so, and quiet hours are kept`() =
        story {
            val kept = mutableListOf<AppSettings>()
            val notices = object : Notices {
                override var allowed = false

                override suspend fun ask(): Boolean {
                    allowed = true
                    return true
                }
            }
            val model = SettingsViewModel(AppSettings(), kept::add, went, notices, null, backgroundScope)
            assertEquals(false, model.state.value.notices)
            assertEquals(null, model.state.value.strict)
            model.on(SettingsEvent.AllowNotices)
            assertEquals(true, model.state.value.notices)
            model.on(SettingsEvent.Change(AppSettings(quiet = Quiet(22, 6))))
            model.on(SettingsEvent.Change(AppSettings(quiet = null)))
            assertEquals(listOf(Quiet(22, 6), null), kept.map { it.quiet })
        }
}
