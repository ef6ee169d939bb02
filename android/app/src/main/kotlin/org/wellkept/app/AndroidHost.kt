package org.wellkept.app

import android.content.ClipData
import android.content.ClipDescription
import android.content.ClipboardManager
import android.net.Uri
import android.os.PersistableBundle
import android.widget.Toast
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import kotlinx.coroutines.flow.Flow
import org.wellkept.app.keys.Presence
import org.wellkept.app.links.openInBrowser
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Host
import org.wellkept.ui.health.Health
import java.io.IOException

/** What the phone does for the screens. Made with its window, before that is started. */
class AndroidHost(
    private val window: ComponentActivity,
    private val parts: AppParts,
    private val presence: Presence,
) : Host {
    private var toSave: String? = null
    private val saving = window.registerForActivityResult(CreateDocument("text/calendar"), ::save)

    override val language: String get() = window.resources.configuration.locales[0].language

    override val version: String
        get() = window.packageManager.getPackageInfo(window.packageName, 0).versionName.orEmpty()

    override val returned: Flow<String> get() = parts.returns.addresses

    override val lockNow: Flow<Unit> get() = parts.away.locks

    override val openWithDeviceLock: (suspend () -> Health?)?
        get() = if (parts.door.opensByPhone) suspend { parts.door.openByPhone(presence) } else null

    override fun openBrowser(address: String) {
        if (!window.openInBrowser(address)) Toast.makeText(window, R.string.no_browser, Toast.LENGTH_LONG).show()
    }

    /** The person says where it is put; no copy of it is kept for that. */
    override fun share(
        name: String,
        text: String,
    ) {
        toSave = text
        saving.launch(name)
    }

    /** No other app is shown what it says, and no keyboard learns it. */
    override fun copy(text: String) {
        val clip = ClipData.newPlainText(null, text)
        clip.description.extras = PersistableBundle().apply { putBoolean(ClipDescription.EXTRA_IS_SENSITIVE, true) }
        window.getSystemService(ClipboardManager::class.java)?.setPrimaryClip(clip)
    }

    /** Android gives no folder that the library could write to by its name. */
    override suspend fun exportFolder(): String? = null

    override fun settings(): AppSettings = parts.settings.app

    override fun keep(settings: AppSettings) {
        parts.settings.app = settings
        parts.schedule.start(settings.allOnMetered)
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
}
