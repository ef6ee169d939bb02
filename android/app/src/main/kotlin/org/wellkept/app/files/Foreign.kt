package org.wellkept.app.files

import java.io.IOException

/**
 * Asks another app. Android carries what that throws from its process into this one, be it a null pointer or what its database says:
 * no list of kinds is whole, so all that `question` throws is its failure.
 */
@Suppress("TooGenericExceptionCaught")
internal inline fun <T> foreign(
    question: () -> T,
    failed: (Exception) -> T,
): T =
    try {
        question()
    } catch (refused: IOException) {
        failed(refused)
    } catch (refused: RuntimeException) {
        failed(refused)
    }
