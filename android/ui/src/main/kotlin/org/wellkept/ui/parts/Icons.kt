package org.wellkept.ui.parts

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.unit.dp

/** The app's own signs: strokes on a field of 24. */
object Icons {
    val Back = sign("M15 5 L8 12 L15 19", mirrored = true)
    val Forward = sign("M9 5 L16 12 L9 19", mirrored = true)
    val Home = sign("M4 11 L12 4 L20 11 M6 10 V20 H18 V10 M10 20 V14 H14 V20")
    val Record = sign("M6 3 H18 V21 H6 Z M9 8 H15 M9 12 H15 M9 16 H13")
    val Message = sign("M4 5 H20 V16 H11 L7 20 V16 H4 Z")
    val Calendar = sign("M4 6 H20 V20 H4 Z M4 10 H20 M8 3 V7 M16 3 V7")
    val More = sign("M5 6 H19 M5 12 H19 M5 18 H19")
    val Search = sign("M10.5 4 A6.5 6.5 0 1 0 10.5 17 A6.5 6.5 0 1 0 10.5 4 M15.5 15.5 L21 21")
    val Lock = sign("M6 11 H18 V20 H6 Z M8.5 11 V7.5 A3.5 3.5 0 0 1 15.5 7.5 V11")
    val Warning = sign("M12 4 L21 20 H3 Z M12 10 V14 M12 17 V17.5")
    val Send = sign("M4 12 L20 5 L15 20 L11 14 Z M11 14 L20 5", mirrored = true)
    val Check = sign("M5 12.5 L10 17.5 L19 7")
    val Clock = sign("M12 4 A8 8 0 1 0 12 20 A8 8 0 1 0 12 4 M12 8 V12 L15 14")

    private fun sign(
        path: String,
        mirrored: Boolean = false,
    ): ImageVector =
        ImageVector
            .Builder(defaultWidth = 24.dp, defaultHeight = 24.dp, viewportWidth = 24f, viewportHeight = 24f, autoMirror = mirrored)
            .addPath(
                pathData = PathParser().parsePathString(path).toNodes(),
                stroke = SolidColor(Color.Black),
                strokeLineWidth = 2f,
                strokeLineCap = StrokeCap.Round,
                strokeLineJoin = StrokeJoin.Round,
            ).build()
}
