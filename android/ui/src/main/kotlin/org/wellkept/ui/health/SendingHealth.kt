package org.wellkept.ui.health

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch

/** Tries to send what was put into the outbox, at once and beside the screens. What comes of it stands in the outbox. */
class SendingHealth(
    private val health: Health,
    private val scope: CoroutineScope,
) : Health by health {
    override suspend fun sendMessage(message: NewMessageUi) = thenSend { health.sendMessage(message) }

    override suspend fun askForRefill(
        medication: String,
        note: String?,
    ) = thenSend { health.askForRefill(medication, note) }

    override suspend fun askForCorrection(
        about: String,
        text: String,
    ) = thenSend { health.askForCorrection(about, text) }

    override suspend fun book(
        number: Int,
        reason: String?,
        moves: String?,
    ) = thenSend { health.book(number, reason, moves) }

    override suspend fun requestAppointment(request: NewRequestUi) = thenSend { health.requestAppointment(request) }

    override suspend fun cancelAppointment(
        reference: String,
        reason: String?,
    ) = thenSend { health.cancelAppointment(reference, reason) }

    override suspend fun editAct(
        id: String,
        text: String,
    ) = thenSend { health.editAct(id, text) }

    private suspend fun <T> thenSend(queue: suspend () -> T): T {
        val queued = queue()
        scope.launch {
            try {
                health.sendOutbox()
            } catch (_: HealthTrouble) {
                // It waits, and the outbox says why.
            }
        }
        return queued
    }
}
