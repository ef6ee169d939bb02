package org.wellkept.app

import android.view.inputmethod.EditorInfo
import android.view.inputmethod.InputConnection
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.ExperimentalComposeUiApi
import androidx.compose.ui.platform.InterceptPlatformTextInput
import androidx.compose.ui.platform.PlatformTextInputInterceptor
import androidx.compose.ui.platform.PlatformTextInputMethodRequest

/** No keyboard learns from what is typed in `content`, nor offers it elsewhere. */
@OptIn(ExperimentalComposeUiApi::class)
@Composable
fun UnlearnedKeyboard(content: @Composable () -> Unit) {
    val asks = remember { PlatformTextInputInterceptor { request, session -> session.startInputMethod(Unlearned(request)) } }
    InterceptPlatformTextInput(asks, content)
}

@OptIn(ExperimentalComposeUiApi::class)
private class Unlearned(
    private val request: PlatformTextInputMethodRequest,
) : PlatformTextInputMethodRequest {
    override fun createInputConnection(outAttributes: EditorInfo): InputConnection {
        val connection = request.createInputConnection(outAttributes)
        outAttributes.imeOptions = outAttributes.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
        return connection
    }
}
