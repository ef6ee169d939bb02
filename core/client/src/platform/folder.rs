//! An export in a folder on the disk: written so that only its owner can read it, read without following links.
#![allow(clippy::disallowed_methods, reason = "this is the door itself")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use exchange::archive::{Fault, MANIFEST, Sink, Source, is_safe};

/// Bytes that are read in one go.
const PIECE: usize = 64 * 1024;

/// Writes an export into a folder.
pub struct FolderSink {
    folder: PathBuf,
    open: Option<(bool, BufWriter<File>)>,
}

impl FolderSink {
    /// A sink into `folder`, which is made if it is not there and must be empty if it is.
    ///
    /// # Errors
    /// Those of the file system; [`ErrorKind::DirectoryNotEmpty`].
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        make_private(&folder)?;
        if fs::read_dir(&folder)?.next().is_some() {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        close_to_others(&folder)?;
        Ok(Self { folder, open: None })
    }
}

impl Sink for FolderSink {
    fn begin(&mut self, name: &str) -> Result<(), Fault> {
        let path = inside(&self.folder, name)?;
        path.parent().map_or(Ok(()), make_private).map_err(fault)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        self.open = Some((name == MANIFEST, BufWriter::new(options.open(path).map_err(fault)?)));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match &mut self.open {
            Some((_, file)) => file.write_all(bytes).map_err(fault),
            None => Err(Fault::NotAFile),
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some((is_last, file)) = self.open.take() else { return Ok(()) };
        let file = file.into_inner().map_err(|error| fault(error.into_error()))?;
        // A file that a power cut shortens is noticed by its digest; the one with the digests must be whole.
        if is_last { file.sync_all().map_err(fault) } else { Ok(()) }
    }
}

/// Reads an export from a folder.
pub struct FolderSource {
    folder: PathBuf,
}

impl FolderSource {
    /// A source from `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

impl Source for FolderSource {
    fn read(&mut self, name: &str, piece: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), Fault> {
        let path = inside(&self.folder, name)?;
        let mut part = self.folder.clone();
        for step in name.split('/') {
            part.push(step);
            let held = fs::symlink_metadata(&part).map_err(fault)?;
            let fits = if part == path { held.is_file() } else { held.is_dir() };
            if !fits {
                return Err(Fault::NotAFile);
            }
        }
        let mut file = File::open(path).map_err(fault)?;
        let mut buffer = vec![0; PIECE];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    if piece(buffer.get(..read).unwrap_or_default()).is_break() {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }
}

fn inside(folder: &Path, name: &str) -> Result<PathBuf, Fault> {
    if !is_safe(name) {
        return Err(Fault::NotAFile);
    }
    let mut path = folder.to_path_buf();
    path.extend(name.split('/'));
    Ok(path)
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A folder that was there already is closed to others too, before anything is in it.
fn close_to_others(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn fault(error: io::Error) -> Fault {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Fault::OutOfSpace,
        ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory => Fault::NotAFile,
        kind => Fault::System(kind.to_string()),
    }
}
