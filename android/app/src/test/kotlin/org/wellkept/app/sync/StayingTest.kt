package org.wellkept.app.sync

import android.app.job.JobScheduler
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.wellkept.app.AppParts
import org.wellkept.app.Phone
import org.wellkept.app.keys.Hardware
import org.wellkept.app.notices.Notices
import org.wellkept.app.record.NetworkState
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import org.wellkept.ui.model.ActStanding
import org.wellkept.ui.model.ActUi

/** While the record is open the library watches, and what waits is left to Android. */
class StayingTest : Phone() {
    @get:Rule
    val hardware = Hardware()

    private val jobs = application.getSystemService(JobScheduler::class.java)!!
    private val opened = MutableStateFlow<Health?>(null)
    private val networks = MutableStateFlow(NetworkState(there = true, works = true, free = true))
    private val outbox = MutableSharedFlow<List<ActUi>>(replay = 1)
    private val settings = application.parts.settings
    private var watching = 0
    private var begun = 0
    private var returned = 0
    private var ends: suspend () -> Unit = { awaitCancellation() }
    private lateinit var real: Health

    @Before
    fun makeARecord() =
        runBlocking {
            real = AppParts(application).door.make("Alice", "correct horse battery staple").health
        }

    @After
    fun lock() = runBlocking { real.lock() }

    @Test
    fun the_library_watches_until_the_record_is_locked() =
        staying {
            settled(watching = 0)
            repeat(2) {
                opened.value = health()
                settled(watching = 1)
                opened.value = null
                settled(watching = 0)
            }
        }

    @Test
    fun the_networks_return_is_told_to_the_library() =
        staying {
            opened.value = health()
            runCurrent()
            assertEquals("it was there all along", 0, returned)
            networks.value = NetworkState()
            runCurrent()
            assertEquals(0, returned)
            networks.value = NetworkState(there = true, free = true)
            runCurrent()
            assertEquals(1, returned)
            networks.value = NetworkState(there = true, works = true, free = true)
            runCurrent()
            assertEquals("now it works", 2, returned)
        }

    @Test
    fun when_the_network_costs_something_else_now_the_watch_begins_anew() =
        staying {
            opened.value = health()
            runCurrent()
            networks.value = networks.value.copy(free = false)
            settled(watching = 1)
            assertEquals(2, begun)
            assertEquals("it was there all the time", 0, returned)
        }

    @Test
    fun a_watch_that_was_ended_beside_goes_on_after_a_while_and_one_that_failed_does_not() =
        staying {
            ends = {}
            opened.value = health()
            runCurrent()
            assertEquals("not again and again", 1, begun)
            advanceTimeBy(61_000)
            assertEquals(2, begun)
            ends = { throw HealthTrouble("The record is locked", HealthTrouble.Kind.LOCKED) }
            advanceTimeBy(61_000)
            assertEquals(3, begun)
            advanceTimeBy(3_600_000)
            assertEquals(3, begun)
        }

    @Test
    fun h1_what_waits_to_be_sent_is_left_to_android_until_it_is_sent() =
        staying {
            opened.value = health()
            outbox.emit(listOf(act(ActStanding.SENT), act(ActStanding.BY_HAND)))
            runCurrent()
            assertNull(jobs.getPendingJob(SyncSchedule.SEND))
            for (standing in listOf(ActStanding.QUEUED, ActStanding.HELD, ActStanding.ATTEMPTING)) {
                outbox.emit(listOf(act(ActStanding.SENT), act(standing)))
                runCurrent()
                assertNotNull(jobs.getPendingJob(SyncSchedule.SEND))
                outbox.emit(listOf(act(ActStanding.SENT)))
                runCurrent()
                assertNull(jobs.getPendingJob(SyncSchedule.SEND))
            }
            outbox.emit(listOf(act(ActStanding.QUEUED)))
            runCurrent()
            opened.value = null
            runCurrent()
            assertNotNull("also once it is locked", jobs.getPendingJob(SyncSchedule.SEND))
        }

    @Test
    fun c4_in_the_strict_mode_android_sends_nothing_and_the_person_is_to_be_told() =
        staying(strict = true) {
            opened.value = health()
            outbox.emit(listOf(act(ActStanding.QUEUED)))
            runCurrent()
            assertNull(jobs.getPendingJob(SyncSchedule.SEND))
            assertNotNull(jobs.getPendingJob(SyncSchedule.REMIND))
            outbox.emit(listOf(act(ActStanding.SENT)))
            runCurrent()
            assertNull("nothing waits", jobs.getPendingJob(SyncSchedule.REMIND))
        }

    @Test
    fun of_what_the_person_was_told_they_are_not_told_again_but_of_more_they_are() =
        staying(strict = true) {
            settings.toldOfWaiting = true
            opened.value = health()
            outbox.emit(listOf(act(ActStanding.QUEUED)))
            runCurrent()
            assertNull(jobs.getPendingJob(SyncSchedule.REMIND))
            outbox.emit(listOf(act(ActStanding.QUEUED), act(ActStanding.QUEUED).copy(id = "2")))
            runCurrent()
            assertNotNull(jobs.getPendingJob(SyncSchedule.REMIND))
        }

    private fun staying(
        strict: Boolean = false,
        story: suspend TestScope.() -> Unit,
    ) = runTest {
        settings.strict = strict
        val schedule = SyncSchedule(application)
        val waiting = Waiting(schedule, settings, Notices(application), { true }) { opened.value != null }
        Staying(backgroundScope, opened, networks, waiting)
        story()
    }

    private fun TestScope.settled(watching: Int) {
        runCurrent()
        assertEquals(watching, this@StayingTest.watching)
    }

    private fun health() =
        object : Health by real {
            override fun outbox(): Flow<List<ActUi>> = outbox

            override fun networkReturned() {
                returned += 1
            }

            override suspend fun watch() {
                begun += 1
                watching += 1
                try {
                    ends()
                } finally {
                    watching -= 1
                }
            }
        }

    private fun act(standing: ActStanding) = ActUi("1", "A message", "Riverside", standing)
}
