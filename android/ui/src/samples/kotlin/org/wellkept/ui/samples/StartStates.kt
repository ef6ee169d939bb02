package org.wellkept.ui.samples

import org.wellkept.ui.about.AboutScreen
import org.wellkept.ui.app.AppSettings
import org.wellkept.ui.app.Route
import org.wellkept.ui.app.StrictLock
import org.wellkept.ui.app.TabBar
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.firstrun.FirstRunScreen
import org.wellkept.ui.firstrun.FirstRunState
import org.wellkept.ui.firstrun.FirstRunStep
import org.wellkept.ui.hidden.HiddenKind
import org.wellkept.ui.hidden.HiddenScreen
import org.wellkept.ui.hidden.HiddenState
import org.wellkept.ui.hidden.HiddenUi
import org.wellkept.ui.home.HomeScreen
import org.wellkept.ui.home.HomeState
import org.wellkept.ui.home.HomeUi
import org.wellkept.ui.lock.Erasing
import org.wellkept.ui.lock.LockScreen
import org.wellkept.ui.lock.LockState
import org.wellkept.ui.lock.UnlockWay
import org.wellkept.ui.menu.MenuScreen
import org.wellkept.ui.model.Load
import org.wellkept.ui.notes.NotesScreen
import org.wellkept.ui.notes.NotesState
import org.wellkept.ui.settings.SettingsScreen
import org.wellkept.ui.settings.SettingsState
import org.wellkept.ui.settings.Strict
import org.wellkept.ui.takeaway.TakeAwayScreen
import org.wellkept.ui.takeaway.TakeAwayState
import org.wellkept.ui.takeaway.TakeAwayStep

private val kit = listOf(
    "angry",
    "limb",
    "genre",
    "trash",
    "expand",
    "belt",
    "desk",
    "wine",
    "tortoise",
    "boss",
    "upper",
    "hire",
    "spray",
    "truth",
    "innocent",
    "bitter",
    "grow",
    "finish",
    "foam",
    "dwarf",
    "decrease",
    "lion",
    "old",
    "birth",
)

internal val FIRST_RUN_STATES = listOf(
    "welcome" to FirstRunState(),
    "name and passphrase" to FirstRunState(FirstRunStep.Name, "Alice", "four quiet grey mice", "four quiet"),
    "being made" to FirstRunState(FirstRunStep.Making),
    "the kit" to FirstRunState(FirstRunStep.Kit(kit)),
    "the kit is checked" to FirstRunState(FirstRunStep.Check(kit, listOf(3, 17), listOf("genre", "grown"), wrong = true)),
    "the app ended before the kit was checked" to FirstRunState(FirstRunStep.Unchecked()),
    "the record is made once more" to
        FirstRunState(
            FirstRunStep.Unchecked("angry limb", sure = true),
            trouble = "That recovery kit does not open this record: there are 2 words, and a kit has 24",
        ),
    "there is a record" to FirstRunState(FirstRunStep.Name, trouble = "There is already a record of that name here. Nothing was changed"),
).map { (name, state) -> Sample("first run", name) { FirstRunScreen(state, {}) } }

internal val LOCK_STATES = listOf(
    "passphrase" to LockState(byDevice = true),
    "wrong passphrase" to LockState(typed = "mice", trouble = "That passphrase does not open this record. Nothing was changed"),
    "the kit" to LockState(UnlockWay.KIT, "angry limb genre"),
    "opening" to LockState(opening = true),
    "both are lost" to LockState(UnlockWay.KIT, erasing = Erasing("erase", "era")),
).map { (name, state) -> Sample("lock", name) { LockScreen(state, {}) } }

private val home = HomeUi(
    fresh = listOf(People.potassium, People.glucose),
    changed = listOf(People.mch, People.hematocrit),
    unread = 7,
    unreadMessages = 1,
    upcoming = listOf(Acting.coming),
    needsYou = 1,
    waiting = 2,
    restsOn = People.bases,
)

internal val HOME_STATES = listOf(
    "much is new" to HomeState("Alice", Load.Ready(home), said = listOf("Riverside Hospital: 7 new, 2 changed")),
    "nothing is new, offline" to HomeState("Alice", Load.Ready(HomeUi(restsOn = People.offline)), syncing = true),
    "no portal yet" to HomeState("Alice", Load.Ready(HomeUi())),
    "being read" to HomeState("Alice"),
).map { (name, state) -> Sample("home", name) { HomeScreen(state, {}, { TabBar(Route.Home, {}) }) } }

internal val NOTES_STATES = listOf(
    "notes" to NotesState(
        load = Load.Ready(
            listOf(
                NoteUi("1", listOf("Call the clinic about this one."), People.NOW, listOf("Observation/lab-1-potassium")),
                NoteUi("2", listOf("Two tablets", "Three tablets"), People.NOW),
                NoteUi("3", listOf(null), People.NOW, covered = true),
            ),
        ),
        deleting = "2",
    ),
    "none" to NotesState(load = Load.Ready(emptyList()), text = "Slept badly"),
).map { (name, state) -> Sample("notes", name) { NotesScreen(state, {}) } }

internal val HIDDEN_STATES = listOf(
    "some" to HiddenState(
        Load.Ready(
            listOf(
                HiddenUi(HiddenKind.CATEGORY, "mental", "mental and behavioural health", People.NOW),
                HiddenUi(HiddenKind.ENTRY, "Observation/1", "one entry, and what refers to it", People.NOW),
            ),
        ),
    ),
    "nothing" to HiddenState(Load.Ready(emptyList())),
).map { (name, state) -> Sample("hidden", name) { HiddenScreen(state, {}) } }

internal val TAKE_AWAY_STATES = listOf(
    "choose" to TakeAwayState(),
    "writing" to TakeAwayState(TakeAwayStep.Writing("resources", 400, 1032)),
    "written" to TakeAwayState(TakeAwayStep.Written("Documents/wellkept-2026-11-22", 1032, 41, 2, "399297ad223d2a4e")),
    "sure to erase?" to TakeAwayState(TakeAwayStep.SureErase, typed = "Ali", holder = "Alice"),
).map { (name, state) -> Sample("take away", name) { TakeAwayScreen(state, {}) } }

internal val SETTINGS_STATES = listOf(
    "as made" to SettingsState(AppSettings(allOnMetered = true)),
    "notices and the strict lock" to SettingsState(notices = true, strict = Strict(on = true)),
    "never quiet, and no screen lock" to
        SettingsState(
            AppSettings(quiet = null),
            notices = false,
            strict = Strict(on = false, failed = StrictLock.Outcome.NO_SCREEN_LOCK),
        ),
).map { (name, state) -> Sample("settings", name) { SettingsScreen(state, {}) } }

internal val MENU_STATES = listOf(Sample("menu", "all") { MenuScreen {} })

internal val ABOUT_STATES = listOf(Sample("about", "all") { AboutScreen("0.1.0") {} })
