package org.wellkept.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.focus.FocusDirection
import androidx.compose.ui.focus.FocusManager
import androidx.compose.ui.input.key.Key
import androidx.compose.ui.input.key.KeyEventType
import androidx.compose.ui.input.key.isShiftPressed
import androidx.compose.ui.input.key.key
import androidx.compose.ui.input.key.onPreviewKeyEvent
import androidx.compose.ui.input.key.type
import androidx.compose.ui.platform.LocalFocusManager
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp

@Composable
fun MainButton(
    text: String,
    onClick: () -> Unit,
    enabled: Boolean = true,
) {
    Button(onClick, Modifier.fillMaxWidth().heightIn(min = 48.dp), enabled) { Text(text) }
}

@Composable
fun SecondButton(
    text: String,
    onClick: () -> Unit,
    enabled: Boolean = true,
) {
    OutlinedButton(onClick, Modifier.fillMaxWidth().heightIn(min = 48.dp), enabled) { Text(text) }
}

/** For what cannot be taken back. */
@Composable
fun GraveButton(
    text: String,
    onClick: () -> Unit,
    enabled: Boolean = true,
) {
    val colours = ButtonDefaults.buttonColors(
        containerColor = MaterialTheme.colorScheme.error,
        contentColor = MaterialTheme.colorScheme.onError,
    )
    Button(onClick, Modifier.fillMaxWidth().heightIn(min = 48.dp), enabled, colors = colours) { Text(text) }
}

@Composable
fun PlainButton(
    text: String,
    onClick: () -> Unit,
) {
    TextButton(onClick, Modifier.heightIn(min = 48.dp)) { Text(text) }
}

/** A field with its label above it, so that no label is ever cut off. */
@Composable
fun Field(
    label: String,
    value: String,
    onChange: (String) -> Unit,
    secret: Boolean = false,
    lines: Int = 1,
    hint: String? = null,
    done: (() -> Unit)? = null,
) {
    Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Text(label, Modifier.clearAndSetSemantics {}, style = MaterialTheme.typography.labelLarge)
        OutlinedTextField(
            value,
            onChange,
            Modifier
                .fillMaxWidth()
                .testTag(label)
                .semantics { contentDescription = label }
                .leftByTab(LocalFocusManager.current),
            singleLine = lines == 1,
            minLines = lines,
            visualTransformation = if (secret) PasswordVisualTransformation() else VisualTransformation.None,
            keyboardOptions = KeyboardOptions(imeAction = if (done == null) ImeAction.Default else ImeAction.Done),
            keyboardActions = KeyboardActions { done?.invoke() },
        )
        if (hint != null) Small(hint)
    }
}

/** In a field of several lines too, the tab key leads on: nobody needs that letter, and without it a keyboard would stay there. */
private fun Modifier.leftByTab(focus: FocusManager): Modifier =
    onPreviewKeyEvent { event ->
        val tab = event.key == Key.Tab
        if (tab && event.type == KeyEventType.KeyDown) {
            focus.moveFocus(if (event.isShiftPressed) FocusDirection.Previous else FocusDirection.Next)
        }
        tab
    }

/** A row that turns one thing on or off. */
@Composable
fun ToggleRow(
    text: String,
    on: Boolean,
    change: (Boolean) -> Unit,
    note: String? = null,
) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 56.dp).toggleable(on, role = Role.Switch, onValueChange = change),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(16.dp),
    ) {
        Column(Modifier.weight(1f).padding(vertical = 8.dp)) {
            Body(text)
            if (note != null) Small(note)
        }
        Switch(on, null)
    }
}

/** One of several, of which one is chosen. */
@Composable
fun ChoiceRow(
    text: String,
    chosen: Boolean,
    choose: () -> Unit,
    note: String? = null,
) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 56.dp).selectable(chosen, role = Role.RadioButton, onClick = choose),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(16.dp),
    ) {
        RadioButton(chosen, null)
        Column(Modifier.weight(1f).padding(vertical = 8.dp)) {
            Body(text)
            if (note != null) Small(note)
        }
    }
}

/** A row that leads on: read out as one sentence. */
@Composable
fun WayRow(
    title: String,
    onClick: () -> Unit,
    note: String? = null,
    tag: @Composable (() -> Unit)? = null,
) {
    Column(Modifier.fillMaxWidth().clickable(role = Role.Button, onClick = onClick)) {
        Row(
            Modifier.fillMaxWidth().heightIn(min = 56.dp).padding(vertical = 8.dp),
            verticalAlignment = Alignment.CenterVertically,
            horizontalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(2.dp)) {
                Body(title)
                if (note != null) Small(note)
                tag?.invoke()
            }
            Icon(Icons.Forward, null, tint = MaterialTheme.colorScheme.onSurfaceVariant)
        }
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
    }
}

/** A card with things that belong together. */
@Composable
fun Panel(content: @Composable ColumnScope.() -> Unit) {
    Surface(
        Modifier.fillMaxWidth(),
        color = MaterialTheme.colorScheme.surfaceContainerLow,
        shape = MaterialTheme.shapes.large,
        shadowElevation = 1.dp,
    ) {
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(8.dp), content = content)
    }
}
