package org.wellkept.app.files

import android.content.ActivityNotFoundException
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContract
import kotlinx.coroutines.CompletableDeferred
import org.wellkept.app.record.Away

/** Sends the person to another app for something, and waits until they are back. Made with its window, before that is started. */
class Errand<I, O>(
    window: ComponentActivity,
    contract: ActivityResultContract<I, O?>,
    private val away: Away,
) {
    private var back: CompletableDeferred<O?>? = null
    private val going = window.registerForActivityResult(contract) { back?.complete(it) }

    /** What they came back with; `null`: nothing. [ActivityNotFoundException] where no app does it. */
    suspend fun go(with: I): O? {
        back?.complete(null)
        val waiting = CompletableDeferred<O?>()
        back = waiting
        away.errand()
        going.launch(with)
        return waiting.await()
    }
}
