package org.wellkept.app.drawing

import android.system.ErrnoException
import java.io.IOException
import java.util.concurrent.CancellationException

/** Files come from anywhere: whatever a reader of them throws means that this one is not drawn. */
@Suppress("TooGenericExceptionCaught", "SwallowedException")
internal inline fun <T> guarded(draw: () -> T?): T? =
    try {
        draw()
    } catch (stopped: CancellationException) {
        throw stopped
    } catch (_: IOException) {
        null
    } catch (_: ErrnoException) {
        null
    } catch (_: RuntimeException) {
        null
    } catch (_: OutOfMemoryError) {
        null
    }
