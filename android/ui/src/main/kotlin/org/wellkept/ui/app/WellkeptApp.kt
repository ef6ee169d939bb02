package org.wellkept.ui.app

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import kotlinx.coroutines.launch
import org.wellkept.ui.firstrun.FirstRunScreen
import org.wellkept.ui.firstrun.FirstRunViewModel
import org.wellkept.ui.health.Door
import org.wellkept.ui.health.Health
import org.wellkept.ui.health.SendingHealth
import org.wellkept.ui.lock.LockScreen
import org.wellkept.ui.lock.LockViewModel
import org.wellkept.ui.parts.Busy
import org.wellkept.ui.parts.Failure
import org.wellkept.ui.parts.Page
import org.wellkept.ui.parts.part
import org.wellkept.ui.theme.WellkeptTheme
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words
import kotlin.random.Random

/** Takes the system's way back, while there is one inside the app. */
typealias BackHandling = @Composable (enabled: Boolean, back: () -> Unit) -> Unit

/** The whole app. `onBack` is the host's own: Android's gesture, the desktop's escape key. */
@Composable
fun WellkeptApp(
    door: Door,
    host: Host,
    dark: Boolean = isSystemInDarkTheme(),
    onBack: BackHandling = { _, _ -> },
) {
    var settings by remember { mutableStateOf(host.settings()) }
    val language = settings.language ?: host.language
    val words = remember(language) { Words.of(language) }
    val session = remember(door) { Session(door) }
    val navigator = rememberSaveable(saver = Navigator.Saver) { Navigator() }
    val scope = rememberCoroutineScope()
    val keep: (AppSettings) -> Unit = {
        settings = it
        host.keep(it)
    }
    // Of the whole app: what locks outlives the screens that it takes away.
    val app = AppParts(door, host, session, navigator, settings, keep) { scope.launch { session.lock() } }
    LaunchedEffect(session) { session.start() }
    LaunchedEffect(session, host) { host.lockNow.collect { session.lock() } }
    LaunchedEffect(navigator, host) { host.asked.collect { navigator.to(it) } }
    WellkeptTheme(words, dark) {
        when (val state = session.state) {
            Session.State.Starting -> Page(words("app.name")) { part { Busy() } }
            is Session.State.Failed -> Stopped(state.why, session)
            Session.State.FirstRun -> FirstRun(app, null)
            is Session.State.KitWaits -> FirstRun(app, state.health)
            Session.State.Locked -> Locked(app)
            is Session.State.Open -> Opened(app, state.health, onBack)
        }
    }
}

/** What all screens are wired with. */
internal class AppParts(
    val door: Door,
    val host: Host,
    val session: Session,
    val navigator: Navigator,
    val settings: AppSettings,
    val keep: (AppSettings) -> Unit,
    val lock: () -> Unit,
)

@Composable
private fun Stopped(
    why: String,
    session: Session,
) {
    val scope = rememberCoroutineScope()
    Page(LocalWords.current("app.name")) { part { Failure(why) { scope.launch { session.start() } } } }
}

@Composable
private fun FirstRun(
    app: AppParts,
    waiting: Health?,
) {
    val scope = rememberCoroutineScope()
    val model = remember(app.session) { FirstRunViewModel(app.door, Random.Default, app.session::opened, scope, waiting) }
    val state by model.state.collectAsState()
    FirstRunScreen(state, model::on)
}

@Composable
private fun Locked(app: AppParts) {
    val scope = rememberCoroutineScope()
    val model =
        remember(app.session) { LockViewModel(app.door, app.host.openWithDeviceLock, app.session::unlocked, scope, app.session::erase) }
    val state by model.state.collectAsState()
    LockScreen(state, model::on)
}

@Composable
private fun Opened(
    app: AppParts,
    health: Health,
    onBack: BackHandling,
) {
    val scope = rememberCoroutineScope()
    val words by rememberUpdatedState(LocalWords.current)
    val screens = remember(health) { Screens(app, SendingHealth(health, scope), ViewModels(scope)) { words } }
    onBack(app.navigator.canGoBack) { app.navigator.back() }
    Here(screens)
    DisposableEffect(health) { onDispose { screens.models.keepOnly(emptySet()) } }
}
