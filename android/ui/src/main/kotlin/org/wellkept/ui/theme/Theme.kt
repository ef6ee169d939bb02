package org.wellkept.ui.theme

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Shapes
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import org.wellkept.ui.words.LocalWords
import org.wellkept.ui.words.Words

val LocalMeanings = staticCompositionLocalOf { LightMeanings }

private val AppShapes = Shapes(
    small = RoundedCornerShape(8.dp),
    medium = RoundedCornerShape(12.dp),
    large = RoundedCornerShape(16.dp),
)

/** The look of the app, in one language. */
@Composable
fun WellkeptTheme(
    words: Words,
    dark: Boolean = isSystemInDarkTheme(),
    content: @Composable () -> Unit,
) {
    val direction = if (words.rightToLeft) LayoutDirection.Rtl else LayoutDirection.Ltr
    CompositionLocalProvider(
        LocalWords provides words,
        LocalMeanings provides if (dark) DarkMeanings else LightMeanings,
        LocalLayoutDirection provides direction,
    ) {
        MaterialTheme(
            colorScheme = if (dark) DarkColours else LightColours,
            shapes = AppShapes,
            content = content,
        )
    }
}
