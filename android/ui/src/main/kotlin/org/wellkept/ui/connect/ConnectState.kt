package org.wellkept.ui.connect

import androidx.compose.runtime.Immutable
import org.wellkept.ui.model.FieldUi

@Immutable
data class ConnectState(
    val query: String = "",
    val found: List<WayInUi> = emptyList(),
    val searched: Boolean = false,
    val noList: Boolean = false,
    val more: Boolean = false,
    val listAsOf: String? = null,
    val address: String = "",
    val clientId: String = "",
    val list: ListStep = ListStep.Shut,
    val listAddress: String = "",
    val step: ConnectStep = ConnectStep.Find,
    val trouble: String? = null,
)

/** A way in to a portal, out of a published list. */
@Immutable
data class WayInUi(
    val organisation: String,
    val portal: String?,
    val place: String?,
    val through: String?,
    val address: String,
    val readable: Boolean,
)

sealed interface ConnectStep {
    data object Find : ConnectStep

    /** The person sees the address before anything is sent there. */
    data class Check(
        val name: String?,
        val address: String,
    ) : ConnectStep

    data object Asking : ConnectStep

    /** The browser is open. `readingOnly`: the portal lets no app act there. */
    data class Browser(
        val address: String,
        val readingOnly: String? = null,
    ) : ConnectStep

    data class Unsure(
        val because: List<String>,
    ) : ConnectStep

    data class AnotherPerson(
        val because: List<String>,
    ) : ConnectStep

    data class Connected(
        val portal: String,
        val patient: String,
        val fields: List<FieldUi>,
        val because: List<String>,
        val ends: Long?,
        val reading: Boolean,
        val said: List<String> = emptyList(),
        /** Whether the person can still be asked if the device may tell them when something new came. */
        val mayAskNotices: Boolean = false,
    ) : ConnectStep
}

sealed interface ConnectEvent {
    data class Query(
        val words: String,
    ) : ConnectEvent

    data class Address(
        val text: String,
    ) : ConnectEvent

    data class ClientId(
        val text: String,
    ) : ConnectEvent

    data class Choose(
        val name: String?,
        val address: String,
    ) : ConnectEvent

    data object OpenList : ConnectEvent

    data object PickList : ConnectEvent

    data class ListAddress(
        val text: String,
    ) : ConnectEvent

    data object FetchList : ConnectEvent

    data object StopList : ConnectEvent

    data object SignIn : ConnectEvent

    data object SamePerson : ConnectEvent

    data object GiveUp : ConnectEvent

    data class AllowNotices(
        val allowed: Boolean,
    ) : ConnectEvent

    data object Done : ConnectEvent

    data object Back : ConnectEvent
}
