package org.wellkept.app.record

import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runTest
import org.junit.Assert.assertEquals
import org.junit.Test

/** c6: the record locks by itself, on a clock that nobody can set back. */
class AwayTest {
    private var elapsed = 0L
    private var locks = 0

    @Test
    fun c6_it_locks_after_the_minutes_that_the_person_set() =
        watched(minutes = 2) { away ->
            away.left()
            sleep(119_000)
            away.back()
            assertEquals(0, locks)
            away.left()
            sleep(120_001)
            assertEquals("while still away", 1, locks)
        }

    @Test
    fun c6_a_phone_that_slept_locks_when_the_app_is_back() =
        watched(minutes = 2) { away ->
            away.left()
            // The phone slept: no timer ran.
            elapsed += 300_000
            away.back()
            assertEquals(1, locks)
        }

    @Test
    fun c6_at_once_means_at_once() =
        watched(minutes = 0) { away ->
            away.left()
            sleep(1)
            assertEquals(1, locks)
        }

    @Test
    fun c6_who_was_sent_to_a_sign_in_page_finds_the_record_open_and_it_locks_all_the_same_when_they_stay() =
        watched(minutes = 0) { away ->
            away.errand()
            away.left()
            sleep(9 * 60_000)
            away.back()
            assertEquals(0, locks)
            away.left()
            sleep(1)
            assertEquals("the errand was for that one time", 1, locks)
            away.back()

            locks = 0
            away.errand()
            away.left()
            sleep(10 * 60_000 + 1)
            assertEquals(1, locks)
        }

    @Test
    fun c6_an_errand_that_nobody_left_for_changes_nothing() =
        watched(minutes = 0) { away ->
            away.errand()
            away.errandOver()
            away.left()
            sleep(1)
            assertEquals(1, locks)
        }

    private fun watched(
        minutes: Int,
        story: suspend TestScope.(Away) -> Unit,
    ) = runTest {
        val away = Away(backgroundScope, { minutes }, { elapsed })
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { away.locks.collect { locks += 1 } }
        story(away)
    }

    private fun TestScope.sleep(millis: Long) {
        elapsed += millis
        advanceTimeBy(millis)
    }
}
