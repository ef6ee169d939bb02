package org.wellkept.ui.samples

import org.wellkept.ui.model.BasisUi
import org.wellkept.ui.model.FieldUi
import org.wellkept.ui.model.Flag
import org.wellkept.ui.model.LineUi
import org.wellkept.ui.model.RefusalUi
import org.wellkept.ui.model.Standing
import org.wellkept.ui.model.TwinUi

/** What samples tell of: nobody in it is real. */
internal object People {
    const val NOW = 1_795_349_220L
    const val HOSPITAL = "Riverside Hospital"
    const val LAB = "Quick Lab Chain"
    private const val WHEN = "22 November 2026 10:07 (UTC)"

    val potassium = LineUi(
        reference = "Observation/lab-1-potassium",
        type = "Observation",
        title = "Potassium [Moles/volume] in Serum or Plasma",
        whenText = WHEN,
        value = "6.8 mmol/L",
        ranges = listOf("3.5 to 5.1 mmol/L"),
        flag = Flag.CRITICAL,
        flagText = "Critically high (HH)",
        unread = true,
        portals = listOf(HOSPITAL),
        notes = 1,
    )
    val glucose = LineUi(
        reference = "Observation/lab-1-glucose",
        type = "Observation",
        title = "Glucose [Mass/volume] in Serum or Plasma",
        whenText = WHEN,
        value = "118 mg/dL",
        ranges = listOf("70 to 99 mg/dL"),
        flag = Flag.OUTSIDE,
        flagText = "High",
        unread = true,
        portals = listOf(HOSPITAL, LAB),
        twins = listOf(TwinUi(LAB, "Observation/9", "118 mg/dL", agrees = true)),
    )
    val sodium = LineUi(
        reference = "Observation/lab-1-sodium",
        type = "Observation",
        title = "Sodium [Moles/volume] in Serum or Plasma",
        whenText = WHEN,
        value = "139 mmol/L",
        ranges = listOf("136 to 145 mmol/L"),
        portals = listOf(HOSPITAL),
    )
    val mch = LineUi(
        reference = "Observation/mch",
        type = "Observation",
        title = "MCH [Entitic mass] by Automated count",
        whenText = "29 August 2025 14:39 (UTC)",
        value = "44.7 pg",
        changedSinceRead = true,
        portals = listOf(HOSPITAL),
        standing = Standing.Changed(
            "The value changed from 29.753 pg to 44.7 pg. The status changed from final to corrected.",
            "29.753 pg",
            NOW,
        ),
        notices = listOf("Result corrected because the first one was wrong"),
        fields = listOf(
            FieldUi("Test", "MCH [Entitic mass] by Automated count"),
            FieldUi("Result", "44.7 pg"),
            FieldUi("Status", "corrected"),
            FieldUi("When", "29 August 2025 14:39 (UTC)"),
        ),
    )
    val hematocrit = LineUi(
        reference = "Observation/hct",
        type = "Observation",
        title = "Hematocrit [Volume Fraction] of Blood by Automated count",
        whenText = "29 August 2025 14:39 (UTC)",
        changedSinceRead = true,
        portals = listOf(HOSPITAL),
        standing = Standing.Withdrawn(NOW),
        notices = listOf("Recorded by mistake - do not rely on this"),
    )
    val covered = LineUi(
        reference = "Observation/covered",
        type = "Observation",
        title = "Covered: mental and behavioural health",
        whenText = "March 2024",
        covered = "mental and behavioural health",
        portals = listOf(HOSPITAL),
    )
    val report = LineUi(
        reference = "DiagnosticReport/lab-1-report",
        type = "DiagnosticReport",
        title = "Basic metabolic panel",
        whenText = WHEN,
        portals = listOf(HOSPITAL),
    )
    val count = LineUi(
        reference = "Observation/count",
        type = "Observation",
        title = "Complete blood count",
        whenText = WHEN,
        portals = listOf(HOSPITAL),
    )
    val lisinopril = LineUi(
        reference = "MedicationRequest/1",
        type = "MedicationRequest",
        title = "Lisinopril 10 mg tablet",
        whenText = "3 September 2026",
        portals = listOf(HOSPITAL),
        fields = listOf(FieldUi("Status", "active"), FieldUi("When", "3 September 2026")),
        value = "One tablet by mouth once a day",
    )
    val oxycodone = LineUi(
        reference = "MedicationRequest/2",
        type = "MedicationRequest",
        title = "Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet",
        whenText = "28 August 2023 15:46 (UTC)",
        portals = listOf(HOSPITAL),
        notices = listOf("Listed as active, last ordered 2023: ask"),
        withheld = true,
    )

    val bases = listOf(
        BasisUi(LAB, NOW),
        BasisUi(HOSPITAL, NOW, refused = listOf(RefusalUi("DocumentReference", "the portal does not give it"))),
    )
    val offline = listOf(
        BasisUi(LAB, NOW, trouble = "the last try failed: no connection to it"),
        BasisUi(HOSPITAL, null, trouble = "asks you to sign in again"),
    )
}
