package org.wellkept.ui.library

import org.wellkept.bindings.AttachmentState
import org.wellkept.bindings.AttachmentView
import org.wellkept.bindings.NamedResult
import org.wellkept.bindings.NoteView
import org.wellkept.bindings.OpenedFile
import org.wellkept.bindings.SearchHit
import org.wellkept.bindings.Shown
import org.wellkept.bindings.ShownResult
import org.wellkept.bindings.SnippetMarks
import org.wellkept.ui.entry.EntryUi
import org.wellkept.ui.entry.FileStanding
import org.wellkept.ui.entry.FileUi
import org.wellkept.ui.entry.NamedUi
import org.wellkept.ui.entry.NoteUi
import org.wellkept.ui.entry.PartUi
import org.wellkept.ui.entry.ResultUi
import org.wellkept.ui.entry.RevisionUi
import org.wellkept.ui.health.OpenedFileUi
import org.wellkept.ui.search.HitUi

internal fun Shown.ui(): EntryUi =
    EntryUi(
        line = line.ui(),
        results = results.map(ShownResult::ui),
        resultsLeftOut = resultsLeftOut.toLong(),
        everything = everything.map { PartUi(it.depth.toInt(), it.label, it.text) },
        files = attachments.map(AttachmentView::ui),
        notes = notes.map(NoteView::ui),
        referredToBy = referredToBy.map { it.reference to it.title },
        history = history.map { RevisionUi(it.seen, it.portals, it.value, it.status, it.held, it.current) },
    )

private fun ShownResult.ui(): ResultUi =
    ResultUi(
        depth.toInt(),
        when (val named = named) {
            is NamedResult.Entry -> NamedUi.Entry(named.line.ui())
            is NamedResult.Within -> with(named) { NamedUi.Within(title, value, ranges, flag.ui(), flagText, notices) }
            is NamedResult.NotHere -> NamedUi.NotHere(named.title, named.because)
        },
    )

private fun AttachmentView.ui(): FileUi {
    val (standing, detail) = when (val state = state) {
        AttachmentState.Held -> FileStanding.HELD to null
        AttachmentState.Inline -> FileStanding.INLINE to null
        AttachmentState.OnDemand -> FileStanding.ON_DEMAND to null
        is AttachmentState.Refused -> FileStanding.REFUSED to state.reason
        is AttachmentState.Elsewhere -> FileStanding.ELSEWHERE to state.host
        AttachmentState.TooLarge -> FileStanding.TOO_LARGE to null
        is AttachmentState.Failed -> FileStanding.FAILED to state.reason
    }
    return FileUi(n.toInt(), title, standing, detail)
}

internal fun OpenedFile.ui(): OpenedFileUi =
    OpenedFileUi(attachment.title, kind, typeOf(kind), bytes, safe, suggestedName, text?.filterNot(::acts), attachment.notice)

/** A letter that would act instead of being read. */
private fun acts(letter: Char): Boolean = (letter.isISOControl() && letter != '\n' && letter != '\t') || letter in BIDI

private val BIDI = ('\u202A'..'\u202E').toSet() + ('\u2066'..'\u2069')

/** The media type that another app is told: by the content, never what the portal said. */
private fun typeOf(kind: String): String =
    when (kind) {
        "pdf", "rtf", "json", "xml" -> "application/$kind"
        "png", "gif" -> "image/$kind"
        "jpg" -> "image/jpeg"
        "tif" -> "image/tiff"
        "dcm" -> "application/dicom"
        "txt" -> "text/plain"
        else -> "application/octet-stream"
    }

internal fun NoteView.ui(): NoteUi = NoteUi(id, versions.map { it.text }, versions.maxOfOrNull { it.written } ?: 0, about, covered)

internal fun SearchHit.ui(marks: SnippetMarks): HitUi = HitUi(title, snippet.split(marks.start, marks.end), line?.ui(), file, about)
