package org.wellkept.app

import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ClipDescription
import android.content.ClipboardManager
import android.net.Uri
import android.os.PersistableBundle
import android.widget.Toast
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import androidx.activity.result.contract.ActivityResultContracts.OpenDocument
import androidx.activity.result.contract.ActivityResultContracts.OpenDocumentTree
import androidx.lifecycle.lifecycleScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.wellkept.app.drawing.ApartDrawing
import org.wellkept.app.files.Errand
import org.wellkept.app.files.readChosen
import org.wellkept.app.keys.Setting
import org.wellkept.app.links.openInBrowser
import org.wellkept.app.notices.NoticePermission
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.FileForOthers
import org.wellkept.ui.app.Host
import org.wellkept.ui.app.Notices
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.StrictLock
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.HealthTrouble
import java.io.IOException

/** What the phone does for the screens. Made with its window, before that is started. */
class AndroidHost(
    private val window: ComponentActivity,
    private val parts: AppParts,
) : Host {
    private var toSave: String? = null
    private val saving = window.registerForActivityResult(CreateDocument("text/calendar"), ::save)
    private val exporting = Errand(window, OpenDocumentTree(), parts.away)
    private val choosing = Errand(window, OpenDocument(), parts.away)
    private val permission = NoticePermission(window, parts.settings)

    init {
        window.lifecycleScope.launch { parts.connected.collect { permission.portalConnected() } }
    }

    override val language: String
        get() = window.resources.configuration.locales[0]
            .language

    override val version: String
        get() = window.packageManager
            .getPackageInfo(window.packageName, 0)
            .versionName
            .orEmpty()

    override val returned: Flow<String> get() = parts.returns.addresses

    override val lockNow: Flow<Unit> get() = parts.away.locks

    override val asked: Flow<Route> get() = parts.asked

    override val openWithDeviceLock: (suspend () -> Health?)?
        get() = if (parts.door.opensByPhone) parts.door::openByPhone else null

    override fun openBrowser(address: String) {
        parts.away.errand()
        if (!window.openInBrowser(address)) {
            parts.away.errandOver()
            Toast.makeText(window, R.string.no_browser, Toast.LENGTH_LONG).show()
        }
    }

    /** The person says where it is put; no copy of it is kept for that. */
    override fun share(
        name: String,
        text: String,
    ) {
        toSave = text
        parts.away.errand()
        try {
            saving.launch(name)
        } catch (_: ActivityNotFoundException) {
            parts.away.errandOver()
            save(null)
            Toast.makeText(window, R.string.no_files_app, Toast.LENGTH_LONG).show()
        }
    }

    /** No other app is shown what it says, and no keyboard learns it. */
    override fun copy(text: String) {
        val clip = ClipData.newPlainText(null, text)
        clip.description.extras = PersistableBundle().apply { putBoolean(ClipDescription.EXTRA_IS_SENSITIVE, true) }
        window.getSystemService(ClipboardManager::class.java)?.setPrimaryClip(clip)
    }

    /** One of the app's own, whose content then goes where the person chose: Android gives no folder by its name. */
    override suspend fun exportFolder(): String? = goingTo { exporting.go(null) }?.let(parts.exports::begin)

    override suspend fun chooseFile(most: Long): FileChoice =
        try {
            choose(most.coerceAtMost(LARGEST_FILE).toInt())
        } catch (_: ActivityNotFoundException) {
            parts.away.errandOver()
            FileChoice.Cannot
        }

    override val drawing: Drawing = ApartDrawing(window.applicationContext)

    override suspend fun openElsewhere(file: FileForOthers): Boolean {
        parts.away.errand()
        val opened = withContext(Dispatchers.IO) { parts.elsewhere.open(window, file.name, file.type, file.bytes) }
        if (!opened) parts.away.errandOver()
        return opened
    }

    override val notices =
        object : Notices {
            override val allowed get() = permission.allowed

            override suspend fun ask(): Boolean {
                parts.away.errand()
                return permission.ask()
            }
        }

    override val strictLock =
        object : StrictLock {
            override val on get() = parts.settings.strict

            override suspend fun set(on: Boolean): StrictLock.Outcome {
                val outcome = parts.door.setStrict(on)
                parts.scheduleAsSet()
                return when (outcome) {
                    Setting.DONE -> StrictLock.Outcome.DONE
                    Setting.TURNED_AWAY -> StrictLock.Outcome.TURNED_AWAY
                    Setting.NO_SCREEN_LOCK -> StrictLock.Outcome.NO_SCREEN_LOCK
                    Setting.NOT_NOW -> StrictLock.Outcome.NOT_NOW
                }
            }
        }

    override fun settings(): AppSettings = parts.settings.app

    override fun keep(settings: AppSettings) {
        parts.settings.app = settings
        parts.scheduleAsSet()
    }

    private suspend fun choose(most: Int): FileChoice {
        val place = choosing.go(arrayOf("*/*")) ?: return FileChoice.None
        return withContext(Dispatchers.IO) { window.contentResolver.readChosen(place, most) }
    }

    private suspend fun <T> goingTo(errand: suspend () -> T): T =
        try {
            errand()
        } catch (_: ActivityNotFoundException) {
            parts.away.errandOver()
            throw HealthTrouble(window.getString(R.string.no_files_app))
        }

    private fun save(place: Uri?) {
        val text = toSave
        toSave = null
        if (place == null || text == null) return
        try {
            window.contentResolver.openOutputStream(place)?.use { it.write(text.toByteArray()) }
        } catch (_: IOException) {
            Toast.makeText(window, R.string.not_saved, Toast.LENGTH_LONG).show()
        }
    }

    private companion object {
        /** More of a file is never held in memory. */
        const val LARGEST_FILE = 64L shl 20
    }
}
