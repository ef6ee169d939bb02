package org.wellkept.app.drawing

import android.content.Context
import android.content.ContextWrapper
import android.content.Intent
import android.content.ServiceConnection
import android.os.IBinder
import org.robolectric.Robolectric
import org.robolectric.android.controller.ServiceController
import java.util.concurrent.Executor

/**
 * Android's processes apart, which Robolectric has not: each binding makes a [DrawingService] anew, in this process. What one does
 * instead can be said: `drawer` gives the other end of what is asked.
 */
class Processes(
    base: Context,
    private val drawer: ((Int) -> IBinder)? = null,
) : ContextWrapper(base) {
    /** The names that were asked for. */
    val names = mutableListOf<String>()

    /** What is bound now. */
    val bound = mutableMapOf<ServiceConnection, ServiceController<DrawingService>>()

    var refuses = false

    override fun getApplicationContext(): Context = this

    override fun bindIsolatedService(
        service: Intent,
        flags: Int,
        instanceName: String,
        executor: Executor,
        conn: ServiceConnection,
    ): Boolean {
        check(service.component?.className == DrawingService::class.java.name && service.extras == null && service.data == null)
        val started = Robolectric.buildService(DrawingService::class.java, service).create()
        bound[conn] = started
        names += instanceName
        if (refuses) return false
        val binder = drawer?.invoke(names.size) ?: started.get().onBind(service)
        executor.execute { conn.onServiceConnected(service.component, binder) }
        return true
    }

    override fun unbindService(conn: ServiceConnection) {
        requireNotNull(bound.remove(conn)) { "not bound" }.destroy()
    }

    /** A process dies, as by a file that its reader cannot bear. */
    fun die() = bound.keys.toList().forEach { it.onServiceDisconnected(null) }
}
