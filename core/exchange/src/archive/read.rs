//! Reading: nothing of an archive is believed before all of it is checked.

use std::ops::ControlFlow;

use ring::digest::{Context, SHA256};
use serde::de::DeserializeOwned;

use super::write::hex;
use super::{Error, Fault, FileEntry, MANIFEST, Manifest};

/// The longest manifest.
const LONGEST_MANIFEST: usize = 256 * 1024 * 1024;
/// The longest line.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// Gives the files of an archive.
pub trait Source {
    /// Reads the file of this name from its beginning, piece by piece, until it ends or `piece` breaks off.
    ///
    /// # Errors
    /// Why it cannot be read. A link is not followed: it is [`Fault::NotAFile`].
    fn read(&mut self, name: &str, piece: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), Fault>;
}

/// An archive to be read.
pub struct Archive<'s> {
    source: &'s mut dyn Source,
    manifest: Manifest,
}

impl<'s> Archive<'s> {
    /// Reads the manifest.
    ///
    /// # Errors
    /// [`Error::NotAnArchive`], [`Error::OtherVersion`], [`Error::BadName`], [`Error::TooLarge`].
    pub fn open(source: &'s mut dyn Source) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        let read = source.read(MANIFEST, &mut |piece| {
            bytes.extend_from_slice(piece);
            if bytes.len() > LONGEST_MANIFEST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match read {
            Err(Fault::NotAFile) => return Err(Error::NotAnArchive),
            Err(fault) => return Err(Error::Fault { name: MANIFEST.to_owned(), fault }),
            Ok(()) if bytes.len() > LONGEST_MANIFEST => return Err(Error::TooLarge("its manifest")),
            Ok(()) => {}
        }
        Ok(Self { manifest: Manifest::read(&bytes)?, source })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the manifest names this file.
    pub fn has(&self, name: &str) -> bool {
        self.manifest.files.iter().any(|file| file.name == name)
    }

    /// Names that begin so, in the manifest's order.
    pub fn names(&self, beginning: &str) -> Vec<String> {
        let files = self.manifest.files.iter().map(|file| &file.name);
        files.filter(|name| name.starts_with(beginning)).cloned().collect()
    }

    /// Reads every file and compares length and digest with the manifest. `read` hears how many bytes were read.
    ///
    /// # Errors
    /// [`Error::Altered`], [`Error::Fault`].
    pub fn check(&mut self, mut read: impl FnMut(u64)) -> Result<(), Error> {
        for file in &self.manifest.files {
            check(self.source, file, &mut read)?;
        }
        Ok(())
    }

    /// A file whole, at most `most` bytes of it.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::TooLarge`].
    pub fn whole(&mut self, name: &str, most: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let fault = |fault| Error::Fault { name: name.to_owned(), fault };
        self.source
            .read(name, &mut |piece| {
                bytes.extend_from_slice(piece);
                if bytes.len() > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .map_err(fault)?;
        if bytes.len() > most { Err(Error::TooLarge("a file")) } else { Ok(bytes) }
    }

    /// The lines of a file, without their ends.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::TooLarge`], and what `each` says.
    pub fn lines<E: From<Error>>(
        &mut self,
        name: &str,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut line = Vec::new();
        let mut result = Ok(());
        let read = self.source.read(name, &mut |piece| {
            result = split(piece, &mut line, &mut each);
            if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        read.map_err(|fault| Error::Fault { name: name.to_owned(), fault })?;
        result?;
        if line.is_empty() { Ok(()) } else { each(&line) }
    }

    /// The lines of a file of `record/`, read. One that is not there has none.
    ///
    /// # Errors
    /// [`Error::BadLine`], as [`Archive::lines`], and what `each` says.
    pub fn rows<T: DeserializeOwned, E: From<Error>>(
        &mut self,
        name: &str,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.has(name) {
            return Ok(());
        }
        let mut number = 0_u64;
        self.lines(name, |line| {
            number = number.saturating_add(1);
            let row = serde_json::from_slice(line);
            each(row.map_err(|_| Error::BadLine { name: name.to_owned(), line: number })?)
        })
    }
}

fn check(source: &mut dyn Source, file: &FileEntry, read: &mut dyn FnMut(u64)) -> Result<(), Error> {
    let altered = || Error::Altered { name: file.name.clone() };
    let mut sum = Context::new(&SHA256);
    let mut length = 0_u64;
    let whole = source.read(&file.name, &mut |piece| {
        sum.update(piece);
        let more = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        length = length.saturating_add(more);
        read(more);
        if length > file.length { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match whole {
        Err(Fault::NotAFile) => Err(altered()),
        Err(fault) => Err(Error::Fault { name: file.name.clone(), fault }),
        Ok(()) if length == file.length && hex(sum.finish().as_ref()) == file.sha256 => Ok(()),
        Ok(()) => Err(altered()),
    }
}

/// Hands on every line that ends in `piece`; what is left begins the next one.
fn split<E: From<Error>>(
    piece: &[u8],
    line: &mut Vec<u8>,
    each: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut parts = piece.split(|byte| *byte == b'\n');
    let Some(mut part) = parts.next() else { return Ok(()) };
    for next in parts {
        if line.is_empty() {
            each(part)?;
        } else {
            line.extend_from_slice(part);
            each(line)?;
            line.clear();
        }
        part = next;
    }
    line.extend_from_slice(part);
    if line.len() > LONGEST_LINE { Err(Error::TooLarge("a line").into()) } else { Ok(()) }
}
