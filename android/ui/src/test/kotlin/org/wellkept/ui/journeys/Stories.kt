package org.wellkept.ui.journeys

import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText

/** A portal that takes what `arguments` say, and a phone with a record of it. */
internal fun withRecord(
    vararg arguments: String,
    tell: (Sandbox, Phone) -> Unit,
) = Sandbox(*arguments).use { sandbox ->
    val phone = Phone(sandbox)
    phone.hasRecord()
    tell(sandbox, phone)
}

internal fun Hand.unlock() {
    see("Your record is locked")
    type("Passphrase", PASSPHRASE)
    tap("Open")
}

/** The first of the times that are shown. */
internal fun Hand.take() {
    see("Seen")
    tapFirst(hasText(" minutes", substring = true) and hasClickAction())
    tap("Book it")
    tap("See the outbox")
}
