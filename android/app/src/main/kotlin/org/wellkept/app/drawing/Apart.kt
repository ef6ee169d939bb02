package org.wellkept.app.drawing

import android.content.ComponentName
import android.content.Context
import android.content.Context.BIND_AUTO_CREATE
import android.content.Intent
import android.content.ServiceConnection
import android.os.Binder
import android.os.IBinder
import android.os.Parcel
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeoutOrNull
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration

/** A process of its own for one file. It is asked one thing at a time, and is over with the first that it does not answer. */
internal class Apart private constructor(
    private val context: Context,
    private val patience: Duration,
) {
    private val drawer = CompletableDeferred<IBinder?>()

    @Volatile private var asked: CompletableDeferred<Answer?>? = null

    @Volatile var over = false
        private set

    /** `null`: it cannot be drawn. */
    suspend fun ask(question: Question): Answer? {
        val answer = CompletableDeferred<Answer?>()
        asked = answer
        val given =
            withTimeoutOrNull(patience) { drawer.await()?.takeIf { question.ask(it, Answers(answer)) && !over }?.let { answer.await() } }
        if (given == null) end()
        return given?.takeIf { it.first >= 0 }
    }

    /** The process ends itself once nobody needs it. */
    @Synchronized
    fun end() {
        if (over) return
        over = true
        context.unbindService(connection)
        drawer.complete(null)
        asked?.complete(null)
    }

    private val connection =
        object : ServiceConnection {
            override fun onServiceConnected(
                name: ComponentName?,
                service: IBinder?,
            ) {
                drawer.complete(service)
            }

            override fun onServiceDisconnected(name: ComponentName?) = end()

            override fun onBindingDied(name: ComponentName?) = end()

            override fun onNullBinding(name: ComponentName?) = end()
        }

    /** Android gives each name a process of its own. */
    private fun bind() {
        val service = Intent(context, DrawingService::class.java)
        val there =
            guarded { context.bindIsolatedService(service, BIND_AUTO_CREATE, "file${names.incrementAndGet()}", AT_ONCE, connection) }
        if (there != true) end()
    }

    companion object {
        private val names = AtomicLong()
        private val AT_ONCE = Executor { it.run() }

        fun start(
            context: Context,
            patience: Duration,
        ): Apart = Apart(context, patience).apply { bind() }
    }
}

/** Called from there, at any time and as often as that process likes. */
private class Answers(
    private val answer: CompletableDeferred<Answer?>,
) : Binder() {
    override fun onTransact(
        code: Int,
        data: Parcel,
        reply: Parcel?,
        flags: Int,
    ): Boolean = if (code == Answer.CODE) answer.complete(Answer.read(data)) else super.onTransact(code, data, reply, flags)
}
