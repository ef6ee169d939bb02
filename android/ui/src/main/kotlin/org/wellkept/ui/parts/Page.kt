package org.wellkept.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawing
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.wellkept.ui.words.LocalWords

/** One screen: its title, a way back where there is one, and content that scrolls. Nothing in it has a fixed height. */
@Composable
fun Page(
    title: String,
    back: (() -> Unit)? = null,
    actions: @Composable RowScope.() -> Unit = {},
    bottom: @Composable () -> Unit = {},
    content: LazyListScope.() -> Unit,
) {
    Surface(Modifier.fillMaxSize().semantics { paneTitle = title }, color = MaterialTheme.colorScheme.background) {
        Column(Modifier.windowInsetsPadding(WindowInsets.safeDrawing)) {
            TitleBar(title, back, actions)
            LazyColumn(
                modifier = Modifier.weight(1f).fillMaxWidth(),
                contentPadding = PaddingValues(bottom = 24.dp),
                horizontalAlignment = Alignment.CenterHorizontally,
                content = content,
            )
            bottom()
        }
    }
}

@Composable
private fun TitleBar(
    title: String,
    back: (() -> Unit)?,
    actions: @Composable RowScope.() -> Unit,
) {
    val words = LocalWords.current
    Row(
        Modifier.fillMaxWidth().heightIn(min = 56.dp).padding(horizontal = if (back == null) 16.dp else 4.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(4.dp),
    ) {
        if (back != null) {
            IconButton(back) { Icon(Icons.Back, words("back")) }
        }
        Text(
            title,
            Modifier.weight(1f).padding(vertical = 12.dp).semantics { heading() },
            style = MaterialTheme.typography.titleLarge,
        )
        actions()
    }
}

/** Content of a page at the width of reading. */
fun LazyListScope.part(
    key: Any? = null,
    content: @Composable () -> Unit,
) {
    item(key) {
        Column(
            Modifier.widthIn(max = 640.dp).fillMaxWidth().padding(horizontal = 16.dp, vertical = 6.dp),
            verticalArrangement = Arrangement.spacedBy(8.dp),
        ) { content() }
    }
}
