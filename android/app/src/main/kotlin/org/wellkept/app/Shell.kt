package org.wellkept.app

import androidx.compose.material3.Text
import androidx.compose.runtime.Composable

/** The screens. */
@Composable
fun Shell(parts: AppParts) {
    Text(parts.addresses.ownScheme)
}
