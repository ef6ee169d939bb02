//! Files that come with entries.

use crate::give::Give;

mirror! {
    /// One file of an entry.
    struct AttachmentView = client::AttachmentView {
        /// Its number in the entry, from 1: the name to give to `open_attachment`.
        n: u64,
        /// What the portal calls it, made safe.
        title: Option<String>,
        /// What the portal says it is, made safe.
        content_type: Option<String>,
        /// What it is by its content, once that was seen: `pdf`, `html` ...
        kind: Option<String>,
        /// Its bytes: counted where it was seen, else as the portal states them.
        size: Option<u64>,
        /// How it stands.
        state: AttachmentState,
        /// The numbers of the same document's other forms.
        renditions: Vec<u64>,
        /// What does not fit what the portal said of it.
        notice: Option<String>,
    }
}

mirror_enum! {
    /// How a file stands.
    enum AttachmentState = client::AttachmentState {
        /// It was fetched and is on this device.
        Held,
        /// It stands in the entry itself.
        Inline,
        /// It is fetched when it is opened.
        OnDemand,
        /// The portal would not give it, or it cannot be asked for.
        Refused {
            /// Why.
            reason: String,
        },
        /// It lies at another host, which is not asked.
        Elsewhere {
            /// The host.
            host: String,
        },
        /// It is larger than what is taken.
        TooLarge,
        /// It could not be fetched; it is tried again with the next sync, or when it is opened.
        Failed {
            /// Why.
            reason: String,
        },
    }
}

mirror! {
    /// What a sync did about files.
    struct FilesReport = client::FilesReport {
        /// Files that were fetched.
        fetched: u64,
        /// Files that the portal would not give, or that could not be asked for.
        refused: u64,
        /// Files that could not be fetched this time.
        failed: u64,
        /// Files that are fetched when they are opened.
        on_demand: u64,
    }
}

mirror! {
    /// What `Store.evict` took away, and what is left.
    struct Evicted = client::Evicted {
        /// Files that were taken away.
        files: u64,
        /// Their plain bytes.
        bytes: u64,
        /// Plain bytes of the files that are left.
        left: u64,
    }
}

/// A file that was opened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenedFile {
    /// Its bytes, exactly as they came.
    pub bytes: Vec<u8>,
    /// What it is by its content: `pdf`, `html`, `txt` ...
    pub kind: String,
    /// Whether another program may be given it as it is. One that is not is shown by its `text` or `html` only.
    pub safe: bool,
    /// A name for it that is ours, not the portal's.
    pub suggested_name: String,
    /// How it is listed, now that it is here.
    pub attachment: AttachmentView,
    /// Its words, as far as they can be got out of it. They may hold control characters.
    pub text: Option<String>,
    /// Of HTML and CDA: readable HTML that neither runs nor loads anything.
    pub html: Option<String>,
}

impl Give<OpenedFile> for client::Opened {
    fn give(self) -> OpenedFile {
        OpenedFile {
            kind: self.kind.give(),
            safe: self.safe,
            text: self.text(),
            html: self.html(),
            suggested_name: self.suggested_name,
            attachment: self.attachment.give(),
            bytes: self.bytes,
        }
    }
}
