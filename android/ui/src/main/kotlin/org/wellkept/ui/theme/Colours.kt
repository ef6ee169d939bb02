package org.wellkept.ui.theme

import androidx.compose.material3.ColorScheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Immutable
import androidx.compose.ui.graphics.Color

/** Colours that carry a meaning of this app. Each meaning also stands in words or as a shape. */
@Immutable
data class Meanings(
    val critical: Color,
    val onCritical: Color,
    val outside: Color,
    val onOutside: Color,
    val fresh: Color,
    val onFresh: Color,
)

val LightColours: ColorScheme = lightColorScheme(
    primary = Color(0xFF0A5C66),
    onPrimary = Color(0xFFFFFFFF),
    primaryContainer = Color(0xFFCDEBEF),
    onPrimaryContainer = Color(0xFF002A30),
    inversePrimary = Color(0xFF8AD3DD),
    secondary = Color(0xFF44606A),
    onSecondary = Color(0xFFFFFFFF),
    secondaryContainer = Color(0xFFDCE8EC),
    onSecondaryContainer = Color(0xFF10262D),
    tertiary = Color(0xFF5A4E86),
    onTertiary = Color(0xFFFFFFFF),
    tertiaryContainer = Color(0xFFE7E0FF),
    onTertiaryContainer = Color(0xFF1E1247),
    background = Color(0xFFF6FAFB),
    onBackground = Color(0xFF14191B),
    surface = Color(0xFFF6FAFB),
    onSurface = Color(0xFF14191B),
    surfaceVariant = Color(0xFFDDE5E8),
    onSurfaceVariant = Color(0xFF3C474B),
    surfaceContainerLowest = Color(0xFFFFFFFF),
    surfaceContainerLow = Color(0xFFFFFFFF),
    surfaceContainer = Color(0xFFECF2F4),
    surfaceContainerHigh = Color(0xFFE5EDEF),
    surfaceContainerHighest = Color(0xFFDEE7EA),
    outline = Color(0xFF66757A),
    outlineVariant = Color(0xFFC3CFD3),
    error = Color(0xFFA31616),
    onError = Color(0xFFFFFFFF),
    errorContainer = Color(0xFFFFDAD5),
    onErrorContainer = Color(0xFF410003),
    inverseSurface = Color(0xFF2A3134),
    inverseOnSurface = Color(0xFFEDF2F3),
)

val DarkColours: ColorScheme = darkColorScheme(
    primary = Color(0xFF8AD3DD),
    onPrimary = Color(0xFF00363D),
    primaryContainer = Color(0xFF0B4A53),
    onPrimaryContainer = Color(0xFFCDEBEF),
    inversePrimary = Color(0xFF0A5C66),
    secondary = Color(0xFFB5CAD2),
    onSecondary = Color(0xFF20343B),
    secondaryContainer = Color(0xFF364A52),
    onSecondaryContainer = Color(0xFFDCE8EC),
    tertiary = Color(0xFFCBBEFF),
    onTertiary = Color(0xFF332861),
    tertiaryContainer = Color(0xFF4A3F78),
    onTertiaryContainer = Color(0xFFE7E0FF),
    background = Color(0xFF101517),
    onBackground = Color(0xFFE1E7E9),
    surface = Color(0xFF101517),
    onSurface = Color(0xFFE1E7E9),
    surfaceVariant = Color(0xFF3C474B),
    onSurfaceVariant = Color(0xFFC3CFD3),
    surfaceContainerLowest = Color(0xFF0B0F11),
    surfaceContainerLow = Color(0xFF181E20),
    surfaceContainer = Color(0xFF1C2326),
    surfaceContainerHigh = Color(0xFF262E31),
    surfaceContainerHighest = Color(0xFF31393C),
    outline = Color(0xFF8D999D),
    outlineVariant = Color(0xFF3C474B),
    error = Color(0xFFFFB4AB),
    onError = Color(0xFF690005),
    errorContainer = Color(0xFF5A1814),
    onErrorContainer = Color(0xFFFFE2DE),
    inverseSurface = Color(0xFFE1E7E9),
    inverseOnSurface = Color(0xFF2A3134),
)

val LightMeanings = Meanings(
    critical = Color(0xFFA31616),
    onCritical = Color(0xFFFFFFFF),
    outside = Color(0xFFFFE2B8),
    onOutside = Color(0xFF4A2C00),
    fresh = Color(0xFFCDEBEF),
    onFresh = Color(0xFF002A30),
)

val DarkMeanings = Meanings(
    critical = Color(0xFFFFB4AB),
    onCritical = Color(0xFF690005),
    outside = Color(0xFF5C3D00),
    onOutside = Color(0xFFFFE2B8),
    fresh = Color(0xFF0B4A53),
    onFresh = Color(0xFFCDEBEF),
)
