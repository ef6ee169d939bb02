package org.wellkept.desktop

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.withContext
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Drawing
import org.wellkept.ui.app.FileChoice
import org.wellkept.ui.app.FileForOthers
import org.wellkept.ui.app.Host
import org.wellkept.ui.app.Quiet
import org.wellkept.ui.health.Health
import java.awt.Desktop
import java.awt.FileDialog
import java.awt.Frame
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

    override val drawing: Drawing = DesktopDrawing()

    private val kept: Path = folder.resolve("settings")
    private var lent: Path? = null

    init {
        Runtime.getRuntime().addShutdownHook(Thread(::takeBack))
    }

    /** A file for another program lies in a folder of its own until the next one is opened or the app ends. */
    override suspend fun openElsewhere(file: FileForOthers): Boolean =
        withContext(Dispatchers.IO) {
            takeBack()
            val copy = Files.createTempDirectory("wellkept-").also { lent = it }.resolve(file.name)
            Files.write(copy, file.bytes)
            try {
                opened(Desktop.Action.OPEN, copy.toString()) { open(copy.toFile()) }
                true
            } catch (_: IOException) {
                takeBack()
                false
            }
        }

    /** Also says the address: a machine without a browser of its own opens it elsewhere. */
    override fun openBrowser(address: String) {
        println("Sign in at: $address")
        try {
            opened(Desktop.Action.BROWSE, address) { browse(URI(address)) }
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

    override suspend fun chooseFile(most: Long): FileChoice =
        withContext(Dispatchers.IO) {
            val dialog = FileDialog(null as Frame?).apply { isVisible = true }
            val name = dialog.file ?: return@withContext FileChoice.None
            read(Path.of(dialog.directory.orEmpty(), name), most)
        }

    private fun read(
        file: Path,
        most: Long,
    ): FileChoice {
        val name = file.fileName.toString()
        return try {
            // A file may grow while it is read.
            val bytes = Files.newInputStream(file).use { it.readNBytes(most.coerceAtMost(Int.MAX_VALUE - 1L).toInt() + 1) }
            if (bytes.size > most) FileChoice.TooLarge(name, Files.size(file)) else FileChoice.Chosen(name, bytes)
        } catch (_: IOException) {
            FileChoice.Unreadable(name)
        }
    }

    override fun settings(): AppSettings {
        val properties = Properties()
        if (Files.exists(kept)) Files.newBufferedReader(kept).use(properties::load)
        val plain = AppSettings()
        return AppSettings(
            language = properties.getProperty("language")?.ifEmpty { null },
            lockAfterMinutes = properties.getProperty("lock")?.toIntOrNull() ?: plain.lockAfterMinutes,
            allOnMetered = properties.getProperty("metered") == "true",
            quiet = quietOf(properties.getProperty("quiet")),
        )
    }

    override fun keep(settings: AppSettings) {
        val properties = Properties()
        properties["language"] = settings.language.orEmpty()
        properties["lock"] = settings.lockAfterMinutes.toString()
        properties["metered"] = settings.allOnMetered.toString()
        properties["quiet"] = settings.quiet?.let { "${it.from} ${it.until}" }.orEmpty()
        Files.newBufferedWriter(kept).use { properties.store(it, null) }
    }

    private fun quietOf(text: String?): Quiet? {
        val hours = (text ?: return Quiet()).split(' ').mapNotNull { it.toIntOrNull()?.takeIf { hour -> hour in HOURS } }
        return if (hours.size == 2) Quiet(hours[0], hours[1]) else null
    }

    private fun opened(
        action: Desktop.Action,
        what: String,
        opening: Desktop.() -> Unit,
    ) {
        val can = Desktop.isDesktopSupported() && Desktop.getDesktop().isSupported(action)
        if (can) Desktop.getDesktop().opening() else ProcessBuilder("xdg-open", what).start()
    }

    private fun takeBack() {
        lent?.toFile()?.deleteRecursively()
        lent = null
    }

    private companion object {
        val HOURS = 0..23
    }
}
