//! A disk whose power may be cut: what was synced stays; of the rest anything may be there, in part or not at all.

use std::collections::{BTreeMap, BTreeSet};

use super::trace::Event;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// Numbers from a seed (splitmix64), so that a cut can be made again.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

/// Files by name, as they are found when the power is back.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What was handed over and not synced.
#[derive(Clone)]
enum Pending {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

#[derive(Clone)]
enum Naming {
    Put(String, usize),
    Move(String, String),
    Drop(String),
    Folder(String),
}

#[derive(Clone, Default)]
struct Names {
    files: BTreeMap<String, usize>,
    folders: BTreeSet<String>,
}

/// The disk while it has power.
#[derive(Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    /// What the process sees.
    now: Names,
    /// What is on the disk.
    durable: Names,
    pending: Vec<Naming>,
}

/// How much of what was not synced is found.
#[derive(Clone, Copy)]
enum Mood {
    Nothing,
    Everything,
    /// Up to some place in the order of writing, the last one torn.
    Until(usize),
    /// Each piece for itself, torn or not: later ones without earlier ones.
    AnyOf,
}

impl Disk {
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { path, emptied } => {
                let file = self.file(path);
                if *emptied {
                    self.files[file].pending.push(Pending::Length(0));
                }
            }
            Event::Wrote { path, at, bytes } => {
                let file = self.file(path);
                self.files[file].pending.push(Pending::Bytes(*at, bytes.clone()));
            }
            Event::Cut { path, length } => {
                let file = self.file(path);
                self.files[file].pending.push(Pending::Length(*length));
            }
            Event::Synced { path } => match self.now.files.get(path) {
                Some(file) => {
                    let File { durable, pending } = &mut self.files[*file];
                    pending.drain(..).for_each(|piece| put(durable, &piece));
                }
                None => self.sync_names(path),
            },
            Event::Renamed { from, to } => self.name(Naming::Move(from.clone(), to.clone())),
            Event::Removed { path } => self.name(Naming::Drop(path.clone())),
            Event::Folder { path } => self.name(Naming::Folder(path.clone())),
            Event::Said(_) => {}
        }
    }

    /// What is found after a cut at this moment.
    pub fn cut(&self, chance: &mut Chance) -> Image {
        let mood = match chance.below(6) {
            0 => Mood::Nothing,
            1 => Mood::Everything,
            2 => Mood::Until(chance.below(40)),
            _ => Mood::AnyOf,
        };
        let mut names = self.durable.clone();
        let kept = match mood {
            Mood::Nothing => 0,
            Mood::Everything => self.pending.len(),
            // A file system keeps the order of names.
            Mood::Until(_) | Mood::AnyOf => chance.below(self.pending.len() + 1),
        };
        self.pending.iter().take(kept).for_each(|naming| names.apply(naming));
        let there =
            |path: &str| path.rsplit_once('/').is_none_or(|(folder, _)| names.folders.contains(folder));
        let found = names.files.iter().filter(|(path, _)| there(path));
        found.map(|(path, file)| (path.clone(), self.files[*file].after(mood, chance))).collect()
    }

    fn file(&mut self, path: &str) -> usize {
        if let Some(file) = self.now.files.get(path) {
            return *file;
        }
        self.files.push(File::default());
        self.name(Naming::Put(path.to_owned(), self.files.len() - 1));
        self.files.len() - 1
    }

    fn name(&mut self, naming: Naming) {
        self.now.apply(&naming);
        self.pending.push(naming);
    }

    fn sync_names(&mut self, folder: &str) {
        let (synced, left) =
            std::mem::take(&mut self.pending).into_iter().partition(|naming| naming.is_in(folder));
        self.pending = left;
        let synced: Vec<Naming> = synced;
        synced.iter().for_each(|naming| self.durable.apply(naming));
    }
}

impl Naming {
    fn is_in(&self, folder: &str) -> bool {
        let (Self::Put(path, _) | Self::Move(_, path) | Self::Drop(path) | Self::Folder(path)) = self;
        path.rsplit_once('/').map_or("", |(above, _)| above) == folder
    }
}

impl Names {
    fn apply(&mut self, naming: &Naming) {
        match naming {
            Naming::Put(path, file) => drop(self.files.insert(path.clone(), *file)),
            Naming::Move(from, to) => {
                if let Some(file) = self.files.remove(from) {
                    self.files.insert(to.clone(), file);
                }
            }
            Naming::Drop(path) => drop(self.files.remove(path)),
            Naming::Folder(path) => drop(self.folders.insert(path.clone())),
        }
    }
}

impl File {
    fn after(&self, mood: Mood, chance: &mut Chance) -> Vec<u8> {
        let mut found = self.durable.clone();
        for (place, piece) in self.pending.iter().enumerate() {
            match mood {
                Mood::Nothing => {}
                Mood::Everything => put(&mut found, piece),
                Mood::Until(last) if place < last => put(&mut found, piece),
                Mood::Until(last) if place == last => torn(&mut found, piece, chance),
                Mood::Until(_) => {}
                Mood::AnyOf => match chance.below(3) {
                    0 => {}
                    1 => put(&mut found, piece),
                    _ => torn(&mut found, piece, chance),
                },
            }
        }
        found
    }
}

fn put(bytes: &mut Vec<u8>, piece: &Pending) {
    match piece {
        Pending::Length(length) => bytes.resize(*length, 0),
        Pending::Bytes(at, new) => {
            bytes.resize(bytes.len().max(at + new.len()), 0);
            bytes[*at..at + new.len()].copy_from_slice(new);
        }
    }
}

/// Of bytes some sectors are found. Where there was nothing before, what is missing reads as zeros.
fn torn(bytes: &mut Vec<u8>, piece: &Pending, chance: &mut Chance) {
    let Pending::Bytes(at, new) = piece else {
        if chance.coin() {
            put(bytes, piece);
        }
        return;
    };
    let mut from = 0;
    while from < new.len() {
        let until = new.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        if chance.coin() {
            put(bytes, &Pending::Bytes(at + from, new[from..until].to_vec()));
        }
        from = until;
    }
}

#[test]
fn only_what_was_synced_is_sure_to_be_there() {
    let path = || "a".to_owned();
    let wrote = |at, byte, length| Event::Wrote { path: path(), at, bytes: vec![byte; length] };
    let mut disk = Disk::default();
    for event in
        [Event::Opened { path: path(), emptied: false }, wrote(0, 1, 1024), Event::Synced { path: path() }]
    {
        disk.apply(&event);
    }
    let images = |disk: &Disk| (0..200).map(|seed| disk.cut(&mut Chance(seed))).collect::<BTreeSet<_>>();
    assert_eq!(
        images(&disk),
        BTreeSet::from([Image::new(), Image::from([(path(), vec![1; 1024])])]),
        "its name is not"
    );
    disk.apply(&Event::Synced { path: String::new() });
    assert_eq!(images(&disk), BTreeSet::from([Image::from([(path(), vec![1; 1024])])]));
    disk.apply(&wrote(512, 2, 1024));
    let found: BTreeSet<_> = images(&disk).into_iter().map(|mut image| image.remove("a").unwrap()).collect();
    assert!(found.iter().all(|bytes| bytes[..512] == [1; 512]));
    let halves: BTreeSet<_> = found.iter().map(|bytes| (bytes[512], bytes.get(1024).copied())).collect();
    let wanted = [(1, None), (1, Some(2)), (2, None), (2, Some(2))];
    assert!(wanted.iter().all(|half| halves.contains(half)), "{halves:?}");
}
