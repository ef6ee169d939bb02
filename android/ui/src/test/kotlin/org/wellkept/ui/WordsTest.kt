package org.wellkept.ui

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.wellkept.ui.words.Words
import org.wellkept.ui.words.code
import org.wellkept.ui.words.field
import org.wellkept.ui.words.flag
import org.wellkept.ui.words.kind
import org.wellkept.ui.words.range
import org.wellkept.ui.words.sentences
import org.wellkept.ui.words.slot
import org.wellkept.ui.words.title
import org.wellkept.ui.words.value
import java.time.ZoneOffset

class WordsTest {
    private val english = Words.of("en")
    private val spanish = Words.of("es")

    @Test
    fun `a partial date stays as partial as it is`() {
        assertEquals("2024", spanish.dates.given("2024"))
        assertEquals("marzo de 2024", spanish.dates.given("March 2024"))
        assertEquals("1 de julio de 2026", spanish.dates.given("1 July 2026"))
        assertEquals("1 de julio de 2026, 14:39:34 (UTC)", spanish.dates.given("1 July 2026 14:39:34 (UTC)"))
        assertEquals("30 de octubre de 2026, 07:15 (-05:00)", spanish.dates.given("30 October 2026 07:15 (-05:00)"))
        assertEquals("March 2024", english.dates.given("March 2024"))
    }

    @Test
    fun `when an appointment is, by both clocks`() {
        assertEquals(
            "30 de noviembre de 2026, 10:30 a 11:00 en la clínica (15:30 a 16:00 donde está usted)",
            spanish.core("30 November 2026 10:30 to 11:00 at the clinic (15:30 to 16:00 where you are)"),
        )
        assertEquals("2 de diciembre de 2026, 09:00 en la clínica", spanish.core("2 December 2026 09:00 at the clinic"))
    }

    @Test
    fun `what a portal said is not taken for our own words`() {
        assertTrue(spanish.isCores("no answer came, and the portal cannot be asked whether it has it"))
        assertTrue(english.isCores("the time was kept for you and is no longer: the slot is no longer free"))
        assertFalse(english.isCores("the slot is no longer free"))
    }

    @Test
    fun `what is no date stays as it came`() {
        assertEquals("last spring", spanish.dates.given("last spring"))
        assertEquals("2024-13-45", spanish.dates.given("2024-13-45"))
    }

    @Test
    fun `a moment is told by the clock of the zone`() {
        assertEquals("22 November 2026, 12:07", english.dates.moment(1_795_349_220, ZoneOffset.UTC))
        assertEquals("22 de noviembre de 2026, 14:07", spanish.dates.moment(1_795_349_220, ZoneOffset.ofHours(2)))
    }

    @Test
    fun `one and many`() {
        assertEquals("1 new message", english.count("home.messages", 1))
        assertEquals("0 new messages", english.count("home.messages", 0))
        assertEquals("2 mensajes nuevos", spanish.count("home.messages", 2))
    }

    @Test
    fun `what the core says is known with what it fills in`() {
        assertEquals(
            "Figura como activa, pedida por última vez en 2023: pregunte",
            spanish.core("Listed as active, last ordered 2023: ask"),
        )
        assertEquals("Actual", spanish.core("Current"))
        assertEquals(
            "Sale hacia Riverside en cuanto haya red, una sola vez",
            spanish.core("It goes to Riverside as soon as the network is there, once"),
        )
    }

    @Test
    fun `of two sentences that fit, the one that says more is meant`() {
        assertEquals("2 de diciembre de 2026, 09:00, 20 minutos", spanish.core("2 December 2026 09:00, 20 minutes"))
        assertEquals("estado 503: closed", spanish.core("status 503: closed"))
        assertEquals("pide que se le deje en paz durante 5 minutos", spanish.core("it asks to be left alone for 5 minutes"))
        assertEquals("2 citas que usted ocultó no están en él", spanish.core("2 appointments that you covered are not in it"))
    }

    @Test
    fun `what fills a sentence of the core is known too`() {
        assertEquals("Oculto: salud mental y de la conducta", spanish.core("Covered: mental and behavioural health"))
        assertEquals("el último intento falló: no hay conexión con él", spanish.core("the last try failed: no connection to it"))
        assertEquals(
            "El valor cambió de 4.1 a 4.2. El estado cambió de final a corregido.",
            spanish.sentences("The value changed from 4.1 to 4.2. The status changed from final to corrected."),
        )
        assertEquals("Alto (H), Muy bajo (LU)", spanish.flag("High (H), Significantly low (LU)"))
    }

    @Test
    fun `kinds of data, entries and states are told in words`() {
        assertEquals("Resultados (laboratorio)", spanish.slot("Observation/laboratory"))
        assertEquals("Care givers that entries refer to", english.slot("Practitioner/referred to"))
        assertEquals("NewType (new-kind)", spanish.slot("NewType/new-kind"))
        assertEquals("Medicina", spanish.kind("MedicationRequest"))
        assertEquals("Entrada", spanish.kind("NewType"))
        assertEquals("escrito por error", spanish.code("entered-in-error"))
        assertEquals("other-code", spanish.code("other-code"))
    }

    @Test
    fun `h4_ what a portal wrote stays as it came, also where it looks like a sentence of the core`() {
        assertEquals("Resuelto", spanish.field("Status", "Resolved"))
        assertEquals("Resolved", spanish.field("Note", "Resolved"))
        assertEquals("Report", spanish.title("Report"))
        assertEquals("Estancia en el hospital", spanish.title("Hospital stay"))
        assertEquals("Normal bowel sounds", spanish.value("Normal bowel sounds"))
        assertEquals("Sin resultado: no se dio ningún valor", spanish.value("No result: no value was given"))
        assertEquals("3 de septiembre de 2026", spanish.field("When", "3 September 2026"))
        assertEquals("3.5 a 5.1 mmol/L", spanish.range("3.5 to 5.1 mmol/L"))
        assertEquals("negative to trace", spanish.range("negative to trace"))
    }

    @Test
    fun `what the record says stays as it came`() {
        val given = "Take one tablet with {0} and $1"
        assertEquals(given, spanish.core(given))
        assertEquals(given, english.core(given))
    }
}
