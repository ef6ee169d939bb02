package org.wellkept.client

import org.wellkept.bindings.Erased
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.ListTaken
import org.wellkept.bindings.PortalsFound
import org.wellkept.bindings.Salvaged
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.WayIn

/** A device without a library: a record that is opened by [passphrase] or the words of [kit], and a list of [ways]. */
class FakeHealthRecords(
    private var client: FakeHealthClient? = null,
    private var passphrase: String = "correct horse battery staple",
    private val ways: List<WayIn> = emptyList(),
) : HealthRecords {
    /** The words that [make] gives. */
    val kit = List(WORDS) { "word${it + 1}" }

    /** Fails every call. */
    var fails: HealthException? = null

    override suspend fun isThere() = answered { client != null }

    override suspend fun make(holder: String, passphrase: String) =
        answered {
            if (client != null) throw HealthException.AlreadyThere("There is already a record here")
            val made = FakeHealthClient()
            client = made
            this.passphrase = passphrase
            NewRecord(made, kit)
        }

    override suspend fun open(unlock: Unlock): HealthClient = answered { opened(unlock) }

    override suspend fun checkKit(words: String) =
        answered {
            if (words.split(' ').filter(String::isNotBlank).size != WORDS) {
                throw HealthException.WrongKit("A kit has $WORDS words", "a kit has $WORDS words")
            }
        }

    override suspend fun setPassphrase(unlock: Unlock, passphrase: String) =
        answered {
            opened(unlock)
            this.passphrase = passphrase
        }

    override suspend fun salvage(unlock: Unlock) = answered { Salvaged(0UL, 0UL, 0UL, 0UL, "record.db.damaged") }

    override suspend fun erase() =
        answered {
            client = null
            Erased(1UL, 1UL)
        }

    override suspend fun importPortals(bundle: ByteArray, add: Boolean) =
        answered { ListTaken(null, ways.size.toULong(), 0UL, 0UL, 0UL, 0UL) }

    override suspend fun findPortals(words: String, limit: Int) = answered { found(words, limit) }

    override suspend fun portalsMeant(words: String, limit: Int) = answered { found(words, limit) }

    private fun found(words: String, limit: Int): PortalsFound {
        val fit = ways.filter { it.organisation.contains(words, ignoreCase = true) }
        return PortalsFound(null, ways.size.toULong(), fit.take(limit), fit.size > limit)
    }

    private fun opened(unlock: Unlock): FakeHealthClient {
        val client = client ?: throw HealthException.NoRecord("There is no record here")
        val fits =
            when (unlock) {
                is Unlock.Passphrase -> unlock.passphrase == passphrase
                is Unlock.Kit -> unlock.words == kit.joinToString(" ")
            }
        if (!fits) throw HealthException.WrongPassphrase("That does not open this record")
        return if (client.isLocked) FakeHealthClient(client.held.value).also { this.client = it } else client
    }

    private fun <T> answered(answer: () -> T): T {
        fails?.let { throw it }
        return answer()
    }

    private companion object {
        const val WORDS = 24
    }
}
