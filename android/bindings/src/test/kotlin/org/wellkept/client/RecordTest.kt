package org.wellkept.client

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.wellkept.bindings.HealthException
import org.wellkept.bindings.Unlock
import org.wellkept.bindings.largestAct
import org.wellkept.bindings.notForEmergencies
import org.wellkept.bindings.partsMayBeWithheld
import org.wellkept.bindings.snippetMarks
import org.wellkept.bindings.wipeMemory
import java.io.File

/** Making, opening, locking, losing and erasing a record. */
class RecordTest {
    private val passphrase = Unlock.Passphrase(PASSPHRASE)

    @Test
    fun `a record is made once, opened by passphrase or kit, and every no has its type`(): Unit =
        runBlocking {
            Phone().use { phone ->
                val records = phone.records
                wipeMemory()
                assertFalse(records.isThere())
                assertThrows<HealthException.NoRecord> { runBlocking { records.open(passphrase) } }
                val (client, kit) = records.make("Alice", PASSPHRASE)
                assertEquals(24, kit.size)
                assertEquals("Alice", client.about().holder)
                assertTrue(records.isThere())
                assertThrows<HealthException.AlreadyThere> { runBlocking { records.make("Bob", "x y z") } }
                assertThrows<HealthException.InUse> { runBlocking { records.open(passphrase) } }
                client.lock()
                client.lock()
                assertThrows<HealthException.Locked> { runBlocking { client.about() } }
                val wrong =
                    assertThrows<HealthException.WrongPassphrase> {
                        runBlocking { records.open(Unlock.Passphrase("wrong")) }
                    }
                assertTrue("does not open" in wrong.words(), wrong.words())
                val words = kit.joinToString(" ")
                records.checkKit(words)
                val slip = assertThrows<HealthException.WrongKit> { runBlocking { records.checkKit("apple $words") } }
                assertTrue(slip.reason.isNotEmpty())
                records.setPassphrase(Unlock.Kit(words), "a new one of several words")
                assertThrows<HealthException.WrongPassphrase> { runBlocking { records.open(passphrase) } }
                records.open(Unlock.Kit(words)).lock()
                records.open(Unlock.Passphrase("a new one of several words")).lock()
            }
        }

    @Test
    fun `after five wrong passphrases one waits, and is told how long`(): Unit =
        runBlocking {
            Phone().use { phone ->
                phone.records.make("Alice", PASSPHRASE).client.lock()
                var wait: HealthException.TryAgainIn? = null
                for (guess in 1..7) {
                    try {
                        phone.records.open(Unlock.Passphrase("guess $guess"))
                    } catch (no: HealthException.TryAgainIn) {
                        wait = no
                    } catch (_: HealthException.WrongPassphrase) {
                    }
                }
                assertTrue(checkNotNull(wait).seconds > 0)
            }
        }

    @Test
    fun `a damaged file is told, salvaged and opens again`(): Unit =
        runBlocking {
            Phone().use { phone ->
                val client = phone.records.make("Alice", PASSPHRASE).client
                repeat(20) { client.writeNote("Note $it, long enough to fill a page. ".repeat(40)) }
                client.lock()
                val file = File(phone.database)
                val bytes = file.readBytes()
                for (at in bytes.size / 2 until bytes.size / 2 + 64) bytes[at] = 0x55
                file.writeBytes(bytes)
                val salvaged = phone.records.salvage(passphrase)
                assertTrue(salvaged.statements > 0UL)
                val opened = phone.records.open(passphrase)
                assertTrue(opened.notes().first().isNotEmpty())
                opened.lock()
            }
        }

    @Test
    fun `erasing leaves nothing, and a record can be made anew`(): Unit =
        runBlocking {
            Phone().use { phone ->
                phone.records.make("Alice", PASSPHRASE).client.lock()
                assertTrue(phone.records.erase().keys > 0UL)
                assertFalse(phone.records.isThere())
                phone.records.make("Alice", PASSPHRASE).client.lock()
            }
        }

    @Test
    fun `a list of portals is kept without a record`(): Unit =
        runBlocking {
            Phone().use { phone ->
                assertThrows<HealthException.NoList> { runBlocking { phone.records.findPortals("river") } }
                assertThrows<HealthException.Invalid> { runBlocking { phone.records.importPortals("{}".toByteArray()) } }
                val taken = phone.records.importPortals(BRANDS.toByteArray())
                assertEquals(1UL, taken.organisations)
                val way = phone.records.findPortals("riv").ways.single()
                assertEquals("https://fhir.river.example/r4", way.address.trimEnd('/'))
                assertEquals(1, phone.records.portalsMeant("River Clinic").ways.size)
            }
        }

    @Test
    fun `what stands over messages, lists and snippets comes from the library`() {
        assertTrue("emergenc" in notForEmergencies())
        assertTrue(partsMayBeWithheld().isNotEmpty())
        assertTrue(largestAct() > 1_000UL)
        assertFalse(snippetMarks().start == snippetMarks().end)
    }

    private companion object {
        val BRANDS =
            """
            {"resourceType":"Bundle","type":"collection","timestamp":"2026-11-01T00:00:00Z","entry":[
              {"fullUrl":"https://river.example/Organization/1","resource":{"resourceType":"Organization","id":"1","active":true,
                "name":"River Clinic","endpoint":[{"reference":"Endpoint/1"}]}},
              {"fullUrl":"https://river.example/Endpoint/1","resource":{"resourceType":"Endpoint","id":"1","status":"active",
                "connectionType":{"system":"http://terminology.hl7.org/CodeSystem/endpoint-connection-type","code":"hl7-fhir-rest"},
                "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version","valueCode":"4.0.1"}],
                "name":"River patient portal","payloadType":[{"coding":[{"code":"none"}]}],"address":"https://fhir.river.example/r4"}}
            ]}
            """.trimIndent()
    }
}
