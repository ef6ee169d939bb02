//! What crosses the language border: copies of the client's own types, with the same words.

mod acts;
mod appointments;
mod asked;
mod entries;
mod files;
mod parts;
mod portals;
mod syncing;
mod threads;
mod views;
mod whole;

pub use acts::*;
pub use appointments::*;
pub use asked::*;
pub use entries::*;
pub use files::*;
pub use parts::*;
pub use portals::*;
pub use syncing::*;
pub use threads::*;
pub use views::*;
pub use whole::*;
