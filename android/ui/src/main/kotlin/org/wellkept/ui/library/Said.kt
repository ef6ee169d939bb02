package org.wellkept.ui.library

import org.wellkept.bindings.HealthException

/** What to tell the person. */
internal fun HealthException.said(): String =
    when (this) {
        is HealthException.Locked -> words
        is HealthException.KeysLost -> words
        is HealthException.WrongPassphrase -> words
        is HealthException.WrongKit -> words
        is HealthException.TryAgainIn -> words
        is HealthException.NoRecord -> words
        is HealthException.AlreadyThere -> words
        is HealthException.InUse -> words
        is HealthException.NewerData -> words
        is HealthException.Damaged -> words
        is HealthException.OlderCopy -> words
        is HealthException.OutOfSpace -> words
        is HealthException.Storage -> words
        is HealthException.Offline -> words
        is HealthException.SignInAgain -> words
        is HealthException.Refused -> words
        is HealthException.AppNotKnown -> words
        is HealthException.NotRegistered -> words
        is HealthException.NoList -> words
        is HealthException.NotKept -> words
        is HealthException.FileNotHere -> words
        is HealthException.FileRefused -> words
        is HealthException.NotFound -> words
        is HealthException.Ambiguous -> words
        is HealthException.Covered -> words
        is HealthException.NotWritten -> words
        is HealthException.NotEmpty -> words
        is HealthException.NotTaken -> words
        is HealthException.Invalid -> words
        is HealthException.Bug -> words
        is HealthException.Busy -> words
        is HealthException.Ended -> words
    }
