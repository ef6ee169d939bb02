package org.wellkept.desktop

import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.LocalWindowInfo
import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.application
import androidx.compose.ui.window.rememberWindowState
import kotlinx.coroutines.delay
import org.wellkept.bindings.Platform
import org.wellkept.bindings.freeNetwork
import org.wellkept.bindings.keychainInFolder
import org.wellkept.client.LibraryRecords
import org.wellkept.ui.app.EscapeBack
import org.wellkept.ui.app.WellkeptApp
import org.wellkept.ui.library.LibraryDoor
import java.nio.file.Files
import java.nio.file.Path

private const val MINUTE = 60_000L

/** The app in a window of a phone's size, with its record in the folder that is named. For development: keys lie in files. */
fun main(arguments: Array<String>) {
    val folder = Path.of(arguments.firstOrNull() ?: (System.getProperty("user.home") + "/.wellkept-desktop"))
    Files.createDirectories(folder)
    val loopback = Loopback()
    val host = DesktopHost(folder, loopback)
    val platform = Platform(keychainInFolder(folder.resolve("keys").toString()), freeNetwork())
    val records = LibraryRecords(platform, folder.resolve("record.db").toString(), folder.resolve("portals").toString())
    val door = LibraryDoor(records, loopback)
    application {
        val escape = remember { EscapeBack() }
        Window(
            onCloseRequest = ::exitApplication,
            state = rememberWindowState(size = DpSize(390.dp, 844.dp)),
            title = "Wellkept",
            onKeyEvent = escape::takes,
        ) {
            val seen = LocalWindowInfo.current.isWindowFocused
            LaunchedEffect(seen) {
                if (seen) return@LaunchedEffect
                delay(host.settings().lockAfterMinutes * MINUTE)
                host.lockNow.emit(Unit)
            }
            WellkeptApp(door, host, onBack = escape.handling)
        }
    }
}
