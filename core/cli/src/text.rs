//! What people read: from the client's structures to text. Pure.

pub mod acts;
pub mod appointments;
pub mod basis;
pub mod connect;
pub mod drafts;
pub mod entry;
pub mod export;
pub mod files;
pub mod finding;
pub mod flag;
pub mod hidden;
pub mod line;
pub mod notes;
pub mod page;
pub mod panel;
pub mod parts;
pub mod portals;
pub mod salvage;
pub mod screen;
pub mod search;
pub mod status;
pub mod sync;
pub mod threads;
pub mod verify;
pub mod watch;
pub mod words;

#[cfg(test)]
mod tests;
