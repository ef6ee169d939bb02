package org.wellkept.ui.model

import androidx.compose.runtime.Immutable

/** What a portal says of its messages. */
@Immutable
data class MessagingUi(
    val portal: String,
    val answersWithin: String?,
    val limits: String?,
    val outOfDate: Boolean = false,
)

/** How far a message has come: only what the portal says. */
enum class Delivery { NOT_STATED, DRAFT, UNDER_WAY, ON_HOLD, STOPPED, NOT_SENT, SENT, DELIVERED }

/** One message of the record. */
@Immutable
data class MessageUi(
    val line: LineUi,
    val from: String?,
    val byYou: Boolean,
    val sent: String?,
    val text: List<String>,
    val files: List<String> = emptyList(),
    val delivery: Delivery = Delivery.NOT_STATED,
    val answersMissing: Boolean = false,
)

/** What stands in a thread: what a portal returned, or what waits on this device. */
sealed interface ThreadPartUi {
    data class Held(
        val message: MessageUi,
    ) : ThreadPartUi

    data class Waiting(
        val act: ActUi,
    ) : ThreadPartUi
}

/** One who may be written to. */
@Immutable
data class RecipientUi(
    val reference: String,
    val name: String,
    val roles: List<String> = emptyList(),
    val inCareTeam: Boolean = false,
    val doubts: List<String> = emptyList(),
)
