//! Writing: file after file, each counted and digested as it goes out.

use ring::digest::{Context, SHA256};
use serde::Serialize;

use super::{Error, Fault, FileEntry, MANIFEST, Manifest, is_safe};

/// Takes the files of an archive, one after the other.
pub trait Sink {
    /// A new file under this name, with `/` between folders. The one before is at its end.
    ///
    /// # Errors
    /// Why it cannot be written.
    fn begin(&mut self, name: &str) -> Result<(), Fault>;
    /// More bytes of the file.
    ///
    /// # Errors
    /// Why they cannot be written.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault>;
    /// The file is at its end, and is to be kept.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn end(&mut self) -> Result<(), Fault>;
}

/// Writes an archive into a sink.
pub struct Writer<'s> {
    sink: &'s mut dyn Sink,
    files: Vec<FileEntry>,
    open: Option<(Context, FileEntry)>,
}

impl<'s> Writer<'s> {
    /// Nothing is written yet.
    pub fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, files: Vec::new(), open: None }
    }

    /// Begins a file; ends the one before.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::BadName`].
    pub fn begin(&mut self, name: &str) -> Result<(), Error> {
        self.end()?;
        if !is_safe(name) {
            return Err(Error::BadName);
        }
        self.sink.begin(name).map_err(|fault| Error::Fault { name: name.to_owned(), fault })?;
        let entry = FileEntry { name: name.to_owned(), length: 0, sha256: String::new() };
        self.open = Some((Context::new(&SHA256), entry));
        Ok(())
    }

    /// More bytes of the file that was begun.
    ///
    /// # Errors
    /// [`Error::Fault`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some((sum, entry)) = &mut self.open else { return Err(Error::Contradiction("no file is open")) };
        sum.update(bytes);
        entry.length = entry.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.sink.write(bytes).map_err(|fault| Error::Fault { name: entry.name.clone(), fault })
    }

    /// One line of JSON.
    ///
    /// # Errors
    /// [`Error::Fault`].
    pub fn line<T: Serialize>(&mut self, value: &T) -> Result<(), Error> {
        let mut line =
            serde_json::to_vec(value).map_err(|_| Error::Contradiction("a line cannot be written"))?;
        line.push(b'\n');
        self.write(&line)
    }

    /// A whole file.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.begin(name)?;
        self.write(bytes)
    }

    /// Writes the manifest, which makes the archive a whole one. `manifest` comes without files.
    ///
    /// # Errors
    /// [`Error::Fault`].
    pub fn finish(mut self, manifest: Manifest) -> Result<Manifest, Error> {
        self.end()?;
        let manifest = Manifest { files: std::mem::take(&mut self.files), ..manifest };
        let mut bytes = serde_json::to_vec_pretty(&manifest)
            .map_err(|_| Error::Contradiction("the manifest cannot be written"))?;
        bytes.push(b'\n');
        self.begin(MANIFEST)?;
        self.write(&bytes)?;
        self.end()?;
        Ok(manifest)
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some((sum, mut entry)) = self.open.take() else { return Ok(()) };
        self.sink.end().map_err(|fault| Error::Fault { name: entry.name.clone(), fault })?;
        entry.sha256 = hex(sum.finish().as_ref());
        self.files.push(entry);
        Ok(())
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
