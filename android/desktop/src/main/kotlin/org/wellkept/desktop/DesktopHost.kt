package org.wellkept.desktop

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Host
import org.wellkept.ui.health.Health
import java.awt.Desktop
import java.awt.Toolkit
import java.awt.datatransfer.StringSelection
import java.io.IOException
import java.net.URI
import java.nio.file.Files
import java.nio.file.Path
import java.time.LocalDateTime
import java.time.format.DateTimeFormatter
import java.util.Locale
import java.util.Properties

/** A desktop as the app's host: files go into the folder `out` beside the record. */
class DesktopHost(
    private val folder: Path,
    loopback: Loopback,
) : Host {
    override val language: String = Locale.getDefault().language
    override val version = "0.1.0"
    override val returned: Flow<String> = loopback.returned
    override val lockNow = MutableSharedFlow<Unit>()
    override val openWithDeviceLock: (suspend () -> Health?)? = null

    private val kept: Path = folder.resolve("settings")

    /** Also says the address: a machine without a browser of its own opens it elsewhere. */
    override fun openBrowser(address: String) {
        println("Sign in at: $address")
        val browses = Desktop.isDesktopSupported() && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)
        try {
            if (browses) Desktop.getDesktop().browse(URI(address)) else ProcessBuilder("xdg-open", address).start()
        } catch (none: IOException) {
            println("No browser could be opened (${none.message}): open that address by hand.")
        }
    }

    override fun share(
        name: String,
        text: String,
    ) {
        val file = Files.createDirectories(folder.resolve("out")).resolve(name)
        Files.writeString(file, text)
    }

    override fun copy(text: String) = Toolkit.getDefaultToolkit().systemClipboard.setContents(StringSelection(text), null)

    override suspend fun exportFolder(): String {
        val name = "wellkept-" + LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))
        return folder
            .resolve("out")
            .resolve(name)
            .also { Files.createDirectories(it.parent) }
            .toString()
    }

    override fun settings(): AppSettings {
        val properties = Properties()
        if (Files.exists(kept)) Files.newBufferedReader(kept).use(properties::load)
        val plain = AppSettings()
        return AppSettings(
            language = properties.getProperty("language")?.ifEmpty { null },
            lockAfterMinutes = properties.getProperty("lock")?.toIntOrNull() ?: plain.lockAfterMinutes,
            allOnMetered = properties.getProperty("metered") == "true",
        )
    }

    override fun keep(settings: AppSettings) {
        val properties = Properties()
        properties["language"] = settings.language.orEmpty()
        properties["lock"] = settings.lockAfterMinutes.toString()
        properties["metered"] = settings.allOnMetered.toString()
        Files.newBufferedWriter(kept).use { properties.store(it, null) }
    }
}
