package org.wellkept.app.files

import java.io.IOException

/** Asks another app. What that throws comes as the few kinds of failure that Android carries from one process to another. */
internal inline fun <T> foreign(
    question: () -> T,
    failed: (Exception) -> T,
): T =
    try {
        question()
    } catch (refused: IOException) {
        failed(refused)
    } catch (refused: SecurityException) {
        failed(refused)
    } catch (refused: IllegalArgumentException) {
        failed(refused)
    } catch (refused: IllegalStateException) {
        failed(refused)
    } catch (refused: UnsupportedOperationException) {
        failed(refused)
    } catch (refused: NullPointerException) {
        failed(refused)
    }
